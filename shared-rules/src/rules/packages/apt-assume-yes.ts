import { fix, wordsAfter } from '../../edit.js';
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

export default rule({
  id: 'apt-assume-yes',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: '0.1.0',
  peers: {
    hadolint: ['DL3014'],
    parfum: ['aptGetInstallUseY'],
    trivy: ['DS-0021'],
    kics: ['APT-GET Missing -y To Avoid Manual Input'],
    semgrep: ['missing-assume-yes-switch'],
  },
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
      const { program, subcommand } = command;
      if (!subcommand || answers(command)) continue;
      if (options.asPeers) {
        const isSeen = program.text === 'apt' ? parfumSees(command) : hadolintSees(command) || parfumSees(command);
        if (subcommand.text !== 'install' || !isSeen || countQuiet(command) === 2) continue;
      } else if (!ASKING.has(subcommand.text) || changesNothing(command) || countQuiet(command) >= 2) continue;
      yield {
        at: subcommand,
        message: say`${program.text} ${subcommand.text} stops to ask.`,
        fix: fix({ title: 'Add -y', changes: ['confirmation'] }, wordsAfter(subcommand, '-y')),
      };
    }
  },
});

const answers = (command: Command): boolean => command.has('-y', '--yes', '--assume-yes');

/** How quiet the call is: every q counts one, and `-q=2` two. */
const countQuiet = ({ flags }: Command): number =>
  flags
    .filter(({ name }) => name === '-q' || name === '--quiet')
    .reduce((sum, { value }) => sum + (value ? Number(value.text) || 1 : 1), 0);

function changesNothing(command: Command): boolean {
  if (
    command.has('-s', '--simulate', '--just-print', '--dry-run', '--recon', '--no-act', '--print-uris', '--force-yes')
  ) {
    return true;
  }
  if (command.has('-d', '--download-only', '--assume-no')) return true;
  const settings = command.flags.filter(({ name }) => name === '-o' || name === '--option');
  return settings.some(({ value }) => value !== undefined && ASSUME_YES.test(value.text));
}

const ASSUME_YES = /^APT::Get::(Assume-Yes|Force-Yes)=("?)(true|1|yes)\2$/i;
