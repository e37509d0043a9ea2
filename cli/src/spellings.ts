import type { Rule } from '@plimsoll/rules';

/** Every name that the rules go by, as it is spelled: their ids and the other tools' codes. */
export const spellings = (rules: readonly Rule[]): readonly string[] =>
  rules.flatMap(({ id, peers = {} }) => [id, ...Object.values(peers).flat()]);
