import type { Command } from '../model/index.js';

/** Wrappers that hadolint looks through, by way of ShellCheck's parser. */
const HADOLINT_WRAPPERS: ReadonlySet<string> = new Set(['exec', 'command', 'builtin', 'busybox']);

/** Whether hadolint sees the command: it knows no sudo, no env and no script in quotes. */
export const hadolintSees = ({ wrappers, path, program }: Command): boolean =>
  path === program.text && wrappers.every((wrapper) => HADOLINT_WRAPPERS.has(wrapper.program.text));

/** Whether docker-parfum sees the command: it looks through sudo alone. */
export const parfumSees = ({ wrappers }: Command): boolean => wrappers.every(({ program }) => program.text === 'sudo');

/** The option by which a rule gives its peers' exact verdict: under `all`, or where a team wants it. */
export const AS_PEERS = {
  type: 'boolean',
  default: { recommended: false, all: true },
} as const;

/** The first install that hadolint sees among the commands, unless the first clean-up that it sees comes after it. */
export function uncleanedToHadolint(
  commands: readonly Command[],
  isInstall: (command: Command) => boolean,
  isCleanUp: (command: Command) => boolean,
): Command | undefined {
  const seen = commands.filter(hadolintSees);
  const install = seen.findIndex(isInstall);
  const clean = seen.findIndex(isCleanUp);
  return install >= 0 && clean <= install ? seen[install] : undefined;
}
