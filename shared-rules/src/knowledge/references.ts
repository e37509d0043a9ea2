/** Source: github.com/distribution/reference, grammar.go. */
const HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d+)?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-zA-Z][a-zA-Z0-9]*(?:[-_+.][a-zA-Z][a-zA-Z0-9]*)*:[0-9a-fA-F]{32,}$/;

export const isTag = (text: string): boolean => TAG.test(text);
export const isDigest = (text: string): boolean => DIGEST.test(text);

/** Whether the text is an image reference that a registry could know. */
export function isReference(text: string): boolean {
  const [rest = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) return false;
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  if (colon >= 0 && !isTag(rest.slice(colon + 1))) return false;
  const [first = '', ...others] = (colon < 0 ? rest : rest.slice(0, colon)).split('/');
  const isHost = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = isHost ? others : [first, ...others];
  return (!isHost || HOST.test(first)) && path.every((component) => COMPONENT.test(component));
}
