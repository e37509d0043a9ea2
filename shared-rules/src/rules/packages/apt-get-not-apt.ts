import { fix, replace, suggestion, wordsAfter, type Change, type Fix } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS, hadolintSees, parfumSees } from '../../knowledge/peers.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PEERS = {
  hadolint: ['DL3027'],
  parfum: ['DL3027'],
  checkov: ['CKV_DOCKER_9'],
  kics: ['Run Using apt'],
  semgrep: ['prefer-apt-get'],
};

/** Subcommands of apt by what apt-get calls them. Source: apt(8), apt-get(8). */
const TWINS: ReadonlyMap<string, string> = new Map([
  ...[
    'install',
    'reinstall',
    'update',
    'upgrade',
    'dist-upgrade',
    'remove',
    'purge',
    'autoremove',
    'autopurge',
    'clean',
    'autoclean',
    'distclean',
    'build-dep',
    'satisfy',
    'source',
    'download',
    'changelog',
  ].map((name) => [name, name] as const),
  ['full-upgrade', 'dist-upgrade'],
  ['auto-remove', 'autoremove'],
  ['auto-clean', 'autoclean'],
]);

/** Subcommands of apt that apt-cache has, with an output of its own. Source: apt-cache(8). */
const QUERIES: ReadonlySet<string> = new Set(['search', 'show', 'showsrc', 'policy', 'depends', 'rdepends', 'showpkg']);

/** What apt does beside its name: it deletes the archives it has installed, as the images of Debian and Ubuntu do anyway. */
const CHANGES: readonly Change[] = ['program name', 'package caches'];

export default rule({
  id: 'apt-get-not-apt',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'robustness'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Call apt-get or apt-cache in a build; apt is made for people at a terminal.',
  docs: `
apt may change its output and its defaults from one release to the next, and says so itself whenever its output is not
a terminal: "apt does not have a stable CLI interface. Use with caution in scripts."
A build that reads its output or leans on a default breaks with the next base image.

\`apt-get\` and \`apt-cache\` do the same and are kept stable. \`apt upgrade\` is \`apt-get upgrade --with-new-pkgs\`,
\`apt full-upgrade\` is \`apt-get dist-upgrade\`. \`apt list\` has no exact twin: \`dpkg-query -W\` lists what is installed.`,
  sources: {
    'apt(8), "Script usage and differences from other APT tools"':
      'https://manpages.debian.org/bookworm/apt/apt.8.en.html',
    'apt-get(8)': 'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html',
  },
  differs: [
    {
      from: 'hadolint/DL3027',
      they: 'sees no apt behind sudo or env, by its path, or in a quoted script',
      we: 'sees through them',
      why: 'It is the same call.',
    },
    {
      from: 'parfum/DL3027',
      they: 'sees through sudo alone',
      we: 'sees through env, paths and quoted scripts as well',
      why: 'It is the same call.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint and docker-parfum do, who see no apt behind env or in a quoted script.',
    },
  },
  examples: [
    {
      title: 'An install with apt',
      bad: `
        FROM debian:12
        RUN «apt» update && «apt» install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Upgrades, by what apt-get calls them',
      bad: `
        FROM debian:12
        RUN «apt» -y upgrade
        RUN «apt» full-upgrade -y \\
            && «apt» upgrade -y --without-new-pkgs`,
      good: `
        FROM debian:12
        RUN apt-get -y upgrade --with-new-pkgs
        RUN apt-get dist-upgrade -y \\
            && apt-get upgrade -y --without-new-pkgs`,
    },
    {
      title: 'Behind other programs, with its folder, in every form of RUN',
      bad: `
        FROM debian:12
        RUN sudo «apt» purge -y vim; env A=1 /usr/bin/«apt» clean; sh -c '«apt» autoremove -y'
        RUN ["«apt»", "install", "-y", "git"]
        ONBUILD RUN «apt» update
        RUN <<EOF
        «apt» \${OPTIONS} install -y curl
        EOF`,
      good: `
        FROM debian:12
        RUN sudo apt-get purge -y vim; env A=1 /usr/bin/apt-get clean; sh -c 'apt-get autoremove -y'
        RUN ["apt-get", "install", "-y", "git"]
        ONBUILD RUN apt-get update
        RUN <<EOF
        apt-get \${OPTIONS} install -y curl
        EOF`,
    },
    {
      title: 'Questions go to apt-cache',
      bad: `
        FROM debian:12
        RUN «apt» policy curl`,
      good: `
        FROM debian:12
        RUN apt-cache policy curl`,
    },
    {
      title: 'What has no twin, or only a variable for a name',
      bad: `
        FROM debian:12
        RUN «apt» list --installed > /packages && «apt» "$COMMAND"`,
    },
    {
      title: 'The other tools, and apt as a word',
      good: `
        FROM debian:12
        RUN apt-get update && apt-cache policy curl && apt-mark hold curl && apt-key list
        RUN echo apt install && command -v apt && which apt && rm -rf /var/lib/apt
        CMD ["apt", "list"]`,
    },
    {
      title: 'As hadolint and docker-parfum judge it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN «apt» update; sudo «apt» install -y curl; sh -c 'apt clean'; env A=1 apt clean`,
      good: `
        FROM debian:12
        RUN apt-get update; sudo apt-get install -y curl; sh -c 'apt clean'; env A=1 apt clean`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('apt')) {
      const sees = { hadolint: hadolintSees(command), parfum: parfumSees(command) };
      if (options.asPeers && !sees.hadolint && !sees.parfum) continue;
      const verb = verbOf(command);
      yield {
        at: command.program,
        message: verb
          ? say`apt ${verb.text} may change with any release of apt.`
          : say`apt may change with any release.`,
        fix: replacement(command),
        peers: codesOf(PEERS, sees),
      };
    }
  },
});

function replacement(command: Command): Fix | undefined {
  const { program } = command;
  const verb = verbOf(command);
  if (!verb) return undefined;
  if (QUERIES.has(verb.text)) return suggestion('Call apt-cache', replace(program, 'apt-cache'));
  const twin = TWINS.get(verb.text);
  if (twin === undefined) return undefined;
  const title = { title: 'Call apt-get', changes: CHANGES };
  if (twin !== verb.text) return fix(title, replace(program, 'apt-get'), replace(verb, twin));
  if (twin === 'upgrade' && !command.has('--with-new-pkgs', '--without-new-pkgs'))
    return fix(title, replace(program, 'apt-get'), wordsAfter(verb, '--with-new-pkgs'));
  return fix(title, replace(program, 'apt-get'));
}
