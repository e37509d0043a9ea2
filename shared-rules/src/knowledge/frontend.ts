import type { Directive, Dockerfile } from '../model/index.js';

/** The Dockerfile frontend that a `# syntax` directive asks for. */
export interface Frontend {
  readonly directive: Directive;
  /** Undefined where the newest of the major version is asked for. */
  readonly minor: number | undefined;
  readonly isLabs: boolean;
}

const OFFICIAL = /^(?:docker\.io\/)?docker\/dockerfile(?::(?:1(?:\.(\d{1,4})(?:\.\d{1,4})?)?|latest|labs)?(-labs)?)?$/;

/** The official frontend that the file asks for; undefined without a directive, and for a frontend of another make. */
export function frontendOf({ directives }: Dockerfile): Frontend | undefined {
  const directive = directives.find(({ name }) => name.text.toLowerCase() === 'syntax');
  const match = directive && OFFICIAL.exec(directive.value.text);
  if (!match) return undefined;
  const minor = match[1] === undefined ? undefined : Number(match[1]);
  return { directive, minor, isLabs: match[2] !== undefined || directive.value.text.endsWith(':labs') };
}

/** Whether the file asks for a frontend of another make, which may read it in its own way. */
export const hasOwnFrontend = (file: Dockerfile): boolean =>
  file.directives.some(({ name }) => name.text.toLowerCase() === 'syntax') && frontendOf(file) === undefined;
