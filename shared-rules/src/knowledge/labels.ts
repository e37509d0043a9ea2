import type { Dockerfile, Pair, Word } from '../model/index.js';

/** What the value of a label may have to be. */
export const LABEL_TYPES = ['text', 'url', 'rfc3339', 'spdx', 'hash', 'semver', 'email'] as const;
export type LabelType = (typeof LABEL_TYPES)[number];

/** The labels that a team wants, by name: what all rules on them share. It is set for label-required. */
export const LABELS = {
  type: 'map',
  default: {},
  of: LABEL_TYPES,
  from: 'label-required',
  about: 'The labels with the types of their values; where it is not set, those of label-required.',
} as const;

/** A label that the team wants, with its value. */
export interface WantedLabel {
  readonly pair: Pair;
  readonly value: Word;
  /** The value to be judged; with `asWritten` a variable is judged by its name, else such a value is left out. */
  readonly text: string;
}

/** The labels that a team wants to be of a type, wherever they are set. */
export function* labelsOfType(
  file: Dockerfile,
  labels: Readonly<Record<string, string>>,
  type: LabelType,
  asWritten: boolean,
): Iterable<WantedLabel> {
  const types = new Map(Object.entries(labels));
  if (types.size === 0) return;
  for (const { pairs } of file.all('LABEL')) {
    for (const pair of pairs) {
      const { name, value } = pair;
      if (!value || types.get(name.text) !== type) continue;
      if (asWritten || (value.literal && value.text !== '')) yield { pair, value, text: value.text };
    }
  }
}

/** Whether a text is an absolute URI. Source: RFC 3986, section 3. */
export function isUri(text: string): boolean {
  const [, rest] = /^[A-Za-z][A-Za-z0-9+.-]*:(.*)$/s.exec(text) ?? [];
  if (rest === undefined) return false;
  const [, authority, path = rest] = /^\/\/([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const [beforeFragment = '', ...fragments] = path.split('#');
  const [beforeQuery = '', ...queries] = beforeFragment.split('?');
  return (
    fragments.length <= 1 &&
    [...fragments, ...queries].every((part) => areUriCharacters(part)) &&
    areUriCharacters(beforeQuery) &&
    (authority === undefined || isAuthority(authority))
  );
}

const areUriCharacters = (text: string): boolean => /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$/.test(text);

function isAuthority(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [user, place] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const name = /^(?:\[[0-9A-Fa-fv:.]+\]|([^:[\]@/?]*))(?::\d*)?$/.exec(place);
  return name !== null && areUriCharacters(name[1] ?? '') && areUriCharacters(user) && !/[@/?]/.test(user);
}

/** Whether a text is a date with its time and zone. Source: RFC 3339, section 5.6. */
export function isDateTime(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (!found) return false;
  // Groups that take no part are undefined, whatever the types say.
  const numbers = found.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ahead = 0, minutesAhead = 0] = numbers;
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate() &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 60 &&
    ahead <= 23 &&
    minutesAhead <= 59
  );
}

/** Whether a text is a version by the rules of Semantic Versioning 2.0.0. Source: semver.org. */
export function isSemanticVersion(text: string): boolean {
  const [, core = '', before, build] = /^([\d.]+)(?:-([^+]*))?(?:\+(.*))?$/.exec(text) ?? [];
  const numbers = core.split('.');
  return (
    numbers.length === 3 &&
    numbers.every((part) => /^(?:0|[1-9]\d*)$/.test(part)) &&
    (before === undefined ||
      before.split('.').every((part) => /^(?:0|[1-9]\d*)$|^\d*[A-Za-z-][\dA-Za-z-]*$/.test(part))) &&
    (build === undefined || build.split('.').every((part) => /^[\dA-Za-z-]+$/.test(part)))
  );
}

/** Whether a text is an address of e-mail without a name around it. Source: RFC 5322, section 3.4.1. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  return (
    local.length <= 64 &&
    (areAtoms(local) || /^"(?:[^"\\\r\n]|\\[^\r\n])*"$/.test(local)) &&
    (areAtoms(domain) || /^\[[^[\]\\\s]*\]$/.test(domain))
  );
}

const areAtoms = (text: string): boolean =>
  text.split('.').every((atom) => /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/.test(atom));
