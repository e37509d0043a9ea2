import { suggestion, wordsAfter } from '../../edit.js';
import { aptSetting, DRY_RUN, installsPackages, isInstallToParfum, writesAptSetting } from '../../knowledge/apt.js';
import { verbOf } from '../../knowledge/commands.js';
import { argument, codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import {
  anyBefore,
  around,
  runOf,
  type Command,
  type Dockerfile,
  type Instruction,
  type Word,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

const PEERS = {
  hadolint: ['DL3015'],
  parfum: ['aptGetInstallUseNoRec'],
  trivy: ['DS-0029'],
  kics: ['APT-GET Not Avoiding Additional Packages'],
  semgrep: ['missing-no-install-recommends'],
};

const SETTING = 'APT::Install-Recommends';

export default rule({
  id: 'apt-no-recommends',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'size'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Install only what is needed: pass --no-install-recommends to apt-get install.',
  docs: `
apt-get installs what a package recommends along with it: manuals, services, whole toolchains that nothing in the
image calls. They make it larger and give an attacker more to work with.

\`--no-install-recommends\` leaves them out. Name those that are needed after all: \`ca-certificates\` is the one that
is missed most. Setting \`APT::Install-Recommends "false";\` in a file of \`/etc/apt/apt.conf.d\` does it for every
install. Where the recommended packages are wanted, \`--install-recommends\` says so, and the rule keeps silent, as it does
in a stage that is only copied from.`,
  sources: {
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
    'apt-get(8)': 'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html',
    'dnf.conf(5)': 'https://dnf.readthedocs.io/en/latest/conf_ref.html',
  },
  differs: [
    {
      from: 'hadolint/DL3015',
      they: 'report an install in any stage',
      we: 'say nothing in a stage that is only copied from',
      why: 'Nothing of such a stage is shipped, and a toolchain may count on what its packages recommend.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint and docker-parfum do: only the flag and its exact long spelling by -o count.',
    },
    weakDependencies: {
      type: 'boolean',
      default: { recommended: false, strict: true, all: false },
      about: 'Also hint at dnf install without --setopt=install_weak_deps=False, its counterpart.',
    },
  },
  examples: [
    {
      title: 'An install without the flag',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get «install» -y git`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install --no-install-recommends -y git`,
    },
    {
      title: 'Behind sudo, with apt, in a heredoc and in an exec form',
      bad: `
        FROM debian:12
        RUN <<EOF
        sudo apt «install» -y git
        EOF
        RUN ["apt-get", "«install»", "-y", "git"]
        ONBUILD RUN apt-get -qq «install» $PACKAGES`,
      good: `
        FROM debian:12
        RUN <<EOF
        sudo apt install --no-install-recommends -y git
        EOF
        RUN ["apt-get", "install", "--no-install-recommends", "-y", "git"]
        ONBUILD RUN apt-get -qq install --no-install-recommends $PACKAGES`,
    },
    {
      title: 'The flag and the setting, in any spelling',
      good: `
        FROM debian:12
        RUN apt-get install -y --no-install-recommends git && apt-get --no-install-recommends install -y git
        RUN apt-get -o APT::Install-Recommends=false install -y git && apt-get install -oAPT::Install-Recommends=0 git
        RUN apt-get -o 'APT::Install-Recommends="no"' install -y git && apt-get --install-recommends install -y git`,
    },
    {
      title: 'A setting in the configuration',
      good: `
        FROM debian:12 AS base
        RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99-small
        FROM base
        RUN apt-get update && apt-get install -y git`,
    },
    {
      title: 'A setting that is copied in',
      files: { 'apt/99-small': 'APT::Install-Recommends "false";\n' },
      good: `
        FROM debian:12
        COPY apt/99-small /etc/apt/apt.conf.d/
        RUN apt-get update && apt-get install -y git`,
    },
    {
      title: 'Another setting that is copied in',
      files: { 'apt/99-retry': 'Acquire::Retries "3";\n' },
      bad: `
        FROM debian:12
        COPY apt/99-retry /etc/apt/apt.conf.d/
        RUN apt-get update && apt-get «install» -y git`,
      good: `
        FROM debian:12
        COPY apt/99-retry /etc/apt/apt.conf.d/
        RUN apt-get update && apt-get install --no-install-recommends -y git`,
    },
    {
      title: 'A stage that is only copied from',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y git
        FROM debian:12
        COPY --from=build /app /app`,
    },
    {
      title: 'Nothing is installed',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get upgrade -y && apt-get install -y -f && apt-cache search install
        RUN apt-get install -s git && apt-get install -y --only-upgrade openssl && echo apt-get install git`,
    },
    {
      title: 'dnf, for teams with a policy',
      profile: 'strict',
      bad: `
        FROM fedora:41
        RUN dnf «install» -y git && dnf install -y --setopt=install_weak_deps=False curl`,
      good: `
        FROM fedora:41
        RUN dnf install --setopt=install_weak_deps=False -y git && dnf install -y --setopt=install_weak_deps=False curl`,
    },
    {
      title: 'As hadolint and docker-parfum judge it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN apt-get «install» -y -f; apt-get -o APT::Install-Recommends=0 «install» -y git; sudo apt «install» git; apt install
        RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99-small
        RUN apt-get «install» -y git; sh -c 'apt-get install -y git'; apt-get -o APT::Install-Recommends=false install git`,
      good: `
        FROM debian:12
        RUN apt-get install --no-install-recommends -y -f; apt-get -o APT::Install-Recommends=0 install --no-install-recommends -y git; sudo apt install --no-install-recommends git; apt install
        RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99-small
        RUN apt-get install --no-install-recommends -y git; sh -c 'apt-get install -y git'; apt-get -o APT::Install-Recommends=false install git`,
    },
  ],
  *check(file, { options, workspace }) {
    const isConfigured = configuration(workspace);
    for (const command of file.runCommands('apt-get', 'apt')) {
      const sees = verdicts(command);
      const verb = options.asPeers
        ? sees.hadolint || sees.parfum
          ? argument(command, 'install')
          : undefined
        : bringsRecommended(command) && command.instruction?.stage?.ships !== false && !isConfigured(command)
          ? verbOf(command)
          : undefined;
      if (!verb) continue;
      yield {
        at: verb,
        message: say`${command.program.text} install brings in what the packages merely recommend.`,
        fix: suggestion('Add --no-install-recommends', wordsAfter(verb, '--no-install-recommends')),
        peers: codesOf(PEERS, sees),
      };
    }
    if (options.weakDependencies) yield* weakDependencies(file);
  },
});

function* weakDependencies(file: Dockerfile) {
  for (const command of file.runCommands('dnf', 'dnf5')) {
    const verb = verbOf(command);
    const settings = command.flags.filter(({ name }) => name === '--setopt');
    const isSet = settings.some(({ value }) => value === undefined || !value.literal || WEAK.test(value.text));
    if (verb?.text !== 'install' || isSet) continue;
    yield {
      at: verb,
      message: say`${command.program.text} install brings in weak dependencies.`,
      severity: 'hint' as const,
      fix: suggestion('Add --setopt=install_weak_deps=False', wordsAfter(verb, '--setopt=install_weak_deps=False')),
      peers: [],
    };
  }
}

const WEAK = /^install_weak_deps=/i;

const FLAG = '--no-install-recommends';

/** hadolint decides on what it looks at; docker-parfum adds the calls that it does not see. */
function verdicts(command: Command): { readonly hadolint: boolean; readonly parfum: boolean } {
  const isExempt = command.has(FLAG) || argument(command, `${SETTING}=false`) !== undefined;
  const hadolint =
    command.program.text === 'apt-get' && hadolintSees(command) && argument(command, 'install') !== undefined;
  return { hadolint: hadolint && !isExempt, parfum: isInstallToParfum(command) && !isExempt };
}

/** Flags with which an install changes nothing, adds no package, or says what it wants. Source: apt-get(8). */
const OTHERWISE = [FLAG, '--install-recommends', '--only-upgrade', ...DRY_RUN];

const bringsRecommended = (command: Command): boolean =>
  installsPackages(command) && !command.has(...OTHERWISE) && aptSetting(command, SETTING) === undefined;

/** Tells whether something before a command sets the matter for all installs. */
function configuration(workspace: Workspace): (command: Command) => boolean {
  const read = (path: string): string | undefined => workspace.read(path);
  const writes = (node: Instruction): boolean => writesAptSetting(node, 'Install-Recommends', read);
  const isWrittenBefore = anyBefore(writes);
  const isWritten = (word: Word | undefined): boolean => word?.text.includes('apt.conf') === true;
  return (command) => {
    const run = runOf(command);
    if (!run) return false;
    const hasWriter = around(command).before.some(
      ({ args, redirections }) => args.some(isWritten) || redirections.some(({ target }) => isWritten(target)),
    );
    return (hasWriter && writes(run)) || isWrittenBefore(run);
  };
}
