import type { Fix } from '../edit.js';
import { AS_PEERS, hadolintSees } from '../knowledge/peers.js';
import type { Pinning } from '../knowledge/pinning.js';
import type { Dockerfile, Word } from '../model/index.js';
import { say, type Finding, type Values } from '../rule.js';

/** The options of every rule that asks for versions. */
export const PINNING_OPTIONS = {
  asPeers: {
    ...AS_PEERS,
    about: 'Judge as hadolint does, which takes every word that is no flag for a package.',
  },
  variables: {
    type: 'boolean',
    default: { recommended: false, all: true },
    about: 'Also report words that only the build knows, as $PACKAGES.',
  },
  throughWrappers: {
    type: 'boolean',
    default: false,
    about: 'Also report what is called by sudo, env and other programs that run a program.',
  },
} as const;

/** Each call that installs packages without a version, told at the first of them. */
export function* unpinned(
  file: Dockerfile,
  how: Pinning,
  options: Values<typeof PINNING_OPTIONS>,
  codes: readonly string[],
  mend?: (words: readonly Word[]) => Fix | undefined,
): Iterable<Finding> {
  const sees = how.isSeen ?? hadolintSees;
  for (const command of file.runCommands(...how.programs)) {
    const isSeen = sees(command);
    const isWrapped = command.wrappers.some(({ program }) => !program.text.startsWith('python'));
    if (!isSeen && !options.throughWrappers && (isWrapped || options.asPeers)) continue;
    const toHadolint = how.looseToHadolint(command, file);
    const words = options.asPeers ? toHadolint : how.loose(command, file);
    const loose = words.filter((word) => word.literal || options.variables);
    const found = tellOf(loose, isSeen && toHadolint.length > 0 ? codes : [], mend);
    if (found) yield found;
  }
}

/** One finding for the packages of a call. */
export function tellOf(
  words: readonly Word[],
  peers: readonly string[],
  mend?: (words: readonly Word[]) => Fix | undefined,
): Finding | undefined {
  const [first, ...more] = words;
  if (!first) return undefined;
  return {
    at: first,
    message:
      more.length === 0
        ? say`${first.text} is installed in whatever version there is on the day.`
        : say`${first.text} and ${more.length} more are installed in whatever version there is on the day.`,
    related: more.map((word) => ({ at: word, message: say`${word.text} has no version either.` })),
    fix: mend && (() => mend(words)),
    peers,
  };
}
