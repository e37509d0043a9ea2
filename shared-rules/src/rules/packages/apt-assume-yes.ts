import { fix, wordsAfter } from '../../edit.js';
import { DRY_RUN } from '../../knowledge/apt.js';
import { argument, codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS, hadolintSees, parfumSees } from '../../knowledge/peers.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** Subcommands that ask before they change something. Source: apt-get(8). */
const ASKING: ReadonlySet<string> = new Set([
  'install',
  'reinstall',
  'upgrade',
  'dist-upgrade',
  'full-upgrade',
  'remove',
  'purge',
  'autoremove',
  'build-dep',
]);

const PEERS = {
  hadolint: ['DL3014'],
  parfum: ['aptGetInstallUseY'],
  trivy: ['DS-0021'],
  kics: ['APT-GET Missing -y To Avoid Manual Input'],
  semgrep: ['missing-assume-yes-switch'],
};

export default rule({
  id: 'apt-assume-yes',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Call apt-get install with -y, since nobody can answer its question during a build.',
  docs: `
apt-get asks before it installs, upgrades or removes more than it was told to.
A build has no terminal to answer from, so the question counts as a no and the build stops,
perhaps only on the day a dependency is added upstream.

\`-y\` answers it; so do \`--yes\`, \`--assume-yes\` and \`-qq\`. \`DEBIAN_FRONTEND=noninteractive\` does not: it silences
the packages' own questions, not apt's.`,
  sources: {
    'apt-get(8)': 'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#apt-get',
  },
  differs: [
    {
      from: 'hadolint/DL3014',
      they: 'looks at install alone',
      we: 'looks at upgrades, removals and build-dep as well',
      why: 'They ask the same question.',
    },
    {
      from: 'hadolint/DL3014',
      they: 'takes only an exact pair of q for quiet',
      we: 'knows three q, `--force-yes`, `--simulate` and the setting as well',
      why: 'None of them asks.',
    },
    {
      from: 'parfum/aptGetInstallUseY',
      they: 'knows `-y` and `--yes` alone',
      we: 'knows `-qq`, `--force-yes`, `--simulate` and the setting as well',
      why: 'None of them asks.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint and docker-parfum do: only `install`, and only an exact pair of q counts as quiet.',
    },
  },
  examples: [
    {
      title: 'An install without -y',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get «install» curl`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Over several lines, behind sudo, and with apt',
      bad: `
        FROM debian:12
        RUN sudo apt-get \\
              «install» \\
              # for the health check
              curl
        RUN apt «install» git`,
      good: `
        FROM debian:12
        RUN sudo apt-get \\
              install -y \\
              # for the health check
              curl
        RUN apt install -y git`,
    },
    {
      title: 'An upgrade asks as well',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get «upgrade»`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get upgrade -y`,
    },
    {
      title: 'A frontend without questions is that of the packages',
      bad: `
        FROM debian:12
        ENV DEBIAN_FRONTEND=noninteractive
        RUN DEBIAN_FRONTEND=noninteractive apt-get «install» curl
        ONBUILD RUN apt-get -d «install» git`,
      good: `
        FROM debian:12
        ENV DEBIAN_FRONTEND=noninteractive
        RUN DEBIAN_FRONTEND=noninteractive apt-get install -y curl
        ONBUILD RUN apt-get -d install -y git`,
    },
    {
      title: 'In a heredoc and in an exec form',
      bad: `
        FROM debian:12
        RUN <<EOF
        apt-get update
        apt-get «install» curl
        EOF
        RUN ["apt-get", "«install»", "git"]`,
      good: `
        FROM debian:12
        RUN <<EOF
        apt-get update
        apt-get install -y curl
        EOF
        RUN ["apt-get", "install", "-y", "git"]`,
    },
    {
      title: 'The flag in any spelling',
      good: `
        FROM debian:12
        RUN apt-get install -y a && apt-get -qy install b && apt-get install --yes c && apt-get --assume-yes install d
        RUN apt-get install -qq e && apt-get -q -q install f && apt-get -q=2 install g && apt-get install -qqq h
        RUN apt-get -o APT::Get::Assume-Yes=true install i && apt-get install --force-yes j`,
    },
    {
      title: 'What changes nothing, and what only looks like it',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get clean && apt-get install -s curl && apt-get --dry-run install curl
        RUN echo apt-get install curl && apt-cache search install
        RUN apt-get "$COMMAND" curl`,
    },
    {
      title: 'Yes and quiet to hadolint',
      profile: 'all',
      good: `
        FROM debian:12
        RUN apt-get install -y a && apt-get -yq install b && apt-get install --yes c && apt-get --assume-yes install d
        RUN apt-get install --qq e && apt-get install -qq f && apt-get -q install -q g && apt-get install -q=2 h
        RUN apt-get install --quiet --quiet i && apt-get remove j && apt-get build-dep k && apt install -y l`,
    },
    {
      title: 'Any word that reads install is one to hadolint; docker-parfum knows apt and sudo',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN apt-get $OPTIONS «install» curl && apt-get «install» -q --quiet git
        RUN apt «install» make && sudo apt-get «install» -s gcc`,
      good: `
        FROM debian:12
        RUN apt-get $OPTIONS install -y curl && apt-get install -y -q --quiet git
        RUN apt install -y make && sudo apt-get install -y -s gcc`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN apt-get upgrade && apt-get «install» -qqq curl && apt-get install -qq git`,
      good: `
        FROM debian:12
        RUN apt-get upgrade && apt-get install -y -qqq curl && apt-get install -qq git`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('apt-get', 'apt')) {
      const sees = verdicts(command);
      const verb = options.asPeers
        ? sees.hadolint || sees.parfum
          ? argument(command, 'install')
          : undefined
        : asks(command)
          ? command.subcommand
          : undefined;
      if (!verb) continue;
      const others = verb.text === 'install' && command.program.text === 'apt-get' && !isQuietToPeers(command);
      yield {
        at: verb,
        message: say`${command.program.text} ${verb.text} stops to ask.`,
        fix: fix({ title: 'Add -y', changes: ['confirmation'] }, wordsAfter(verb, '-y')),
        peers: codesOf(PEERS, { ...sees, trivy: others, kics: others, semgrep: others }),
      };
    }
  },
});

const answers = (command: Command): boolean => command.has('-y', '--yes', '--assume-yes', '--qq');

/** hadolint decides on what it looks at; docker-parfum adds the calls that it does not see. */
function verdicts(command: Command): { readonly hadolint: boolean; readonly parfum: boolean } {
  if (answers(command) || isQuietToPeers(command)) return { hadolint: false, parfum: false };
  return {
    hadolint: command.program.text === 'apt-get' && hadolintSees(command) && argument(command, 'install') !== undefined,
    parfum: parfumSees(command) && command.subcommand?.text === 'install',
  };
}

/** Quiet to the letter: `-q` twice, `--quiet` twice, or `-q=2`. */
function isQuietToPeers(command: Command): boolean {
  const count = (flag: string): number => command.flags.filter(({ name }) => name === flag).length;
  return count('-q') === 2 || count('--quiet') === 2 || argument(command, '-q=2') !== undefined;
}

const asks = (command: Command): boolean =>
  ASKING.has(command.subcommand?.text ?? '') &&
  !answers(command) &&
  !changesNothing(command) &&
  countQuiet(command) < 2;

/** How quiet the call is: every q counts one, and `-q=2` two. */
const countQuiet = ({ flags }: Command): number =>
  flags
    .filter(({ name }) => name === '-q' || name === '--quiet')
    .reduce((sum, { value }) => sum + (value ? Number(value.text) || 1 : 1), 0);

function changesNothing(command: Command): boolean {
  if (command.has(...DRY_RUN, '--force-yes', '--assume-no', '--trivial-only', '-h', '--help')) return true;
  const settings = command.flags.filter(({ name }) => name === '-o' || name === '--option');
  return settings.some(({ value }) => value !== undefined && ASSUME_YES.test(value.text));
}

const ASSUME_YES = /^APT::Get::(Assume-Yes|Force-Yes)=("?)(true|1|yes)\2$/i;
