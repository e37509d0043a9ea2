import { removeLines, removeStep, suggestion, type Fix } from '../../edit.js';
import { DRY_RUN, needOfLists } from '../../knowledge/apt.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { managerOf, refreshes } from '../../knowledge/managers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { runOf, type Command, type Dockerfile, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'no-os-upgrade',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'size', 'reproducible'],
  since: 'next',
  peers: {
    hadolint: ['DL3005', 'DL3017', 'DL3031', 'DL3039'],
    trivy: ['DS-0024'],
    kics: [
      'Run Using Upgrade Commands',
      'Run Using dnf Update',
      'Use of Apk Upgrade',
      'Yum Update Enabled',
      'Run Using Zypper Update',
    ],
    dockle: ['DKL-DI-0003'],
    semgrep: [
      'avoid-apt-get-upgrade',
      'avoid-apk-upgrade',
      'avoid-dnf-update',
      'avoid-yum-update',
      'avoid-zypper-update',
    ],
  },
  summary: 'Take a newer base image instead of upgrading all packages of an old one.',
  docs: `
An upgrade of everything brings other packages each time it runs, and none at all while the layer comes from the build
cache: nobody can say what is in the image. Every package it replaces is in the image twice, the old one in the layer of
the base.

Build on a newer base image, and build often, with \`docker build --pull\`. A single package whose fix cannot wait is
upgraded by its name: \`apt-get install --only-upgrade openssl\`.

Docker's guide no longer bans the upgrade. On a base that is pinned by digest it is a defensible way to have the security
fixes, and is reported mildly there, as is an upgrade with \`--security\`; \`dist-upgrade\` and \`full-upgrade\`, which may remove packages, are not.
Leave the rule off where policy asks for an upgrade in every build.`,
  sources: {
    'Best practices for building, "Rebuild your images often"':
      'https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    pinned: {
      type: 'boolean',
      default: { recommended: false, strict: true, all: true },
      about: 'Report also an upgrade on a base image that is pinned by its digest.',
    },
  },
  examples: [
    {
      title: 'Everything, on the way to an install',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get «upgrade» -y && apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Over several lines; alone, or with nothing but an update',
      bad: `
        FROM alpine:3.22 AS alpine
        RUN apk update && apk «upgrade»
        RUN apk add --no-cache curl
        FROM ubuntu:24.04
        RUN apt-get update \\
            && apt-get «dist-upgrade» -y \\
            && apt-get install -y curl
        RUN apt-get update && apt-get -y «full-upgrade» && apt-get clean
        CMD ["curl"]`,
      good: `
        FROM alpine:3.22 AS alpine
        RUN apk add --no-cache curl
        FROM ubuntu:24.04
        RUN apt-get update \\
            && apt-get install -y curl
        CMD ["curl"]`,
    },
    {
      title: 'The other package managers, in other forms',
      bad: `
        FROM fedora:43 AS fedora
        RUN dnf -y «upgrade» && dnf clean all
        FROM redhat/ubi9-minimal AS ubi
        RUN microdnf «update» -y; microdnf install -y jq; microdnf clean all`,
      good: `
        FROM fedora:43 AS fedora
        FROM redhat/ubi9-minimal AS ubi
        RUN microdnf install -y jq; microdnf clean all`,
    },
    {
      title: 'Where it cannot be taken out: an exec form, a branch',
      bad: `
        FROM centos:7 AS centos
        RUN ["yum", "«update»", "-y"]
        FROM opensuse/leap:15.6
        RUN zypper --non-interactive «patch» || true`,
    },
    {
      title: 'On a base that is pinned by its digest, where it is how fixes come in',
      good: `
        FROM debian:12@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        RUN apt-get update && apt-get upgrade -y && apt-get install -y curl`,
    },
    {
      title: 'On a base that is pinned by its digest, an upgrade is a matter of policy',
      profile: 'strict',
      bad: `
        FROM debian:12@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        RUN apt-get update && apt-get «upgrade» -y && apt-get install -y curl`,
      good: `
        FROM debian:12@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Behind pacman, with everything synchronised',
      bad: `
        FROM archlinux:base
        RUN pacman «-Syu» --noconfirm
        CMD ["bash"]`,
      good: `
        FROM archlinux:base
        CMD ["bash"]`,
    },
    {
      title: 'Packages by their names',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get upgrade -y openssl && apt-get install -y --only-upgrade curl
        FROM fedora:43
        RUN dnf upgrade -y openssl && yum update -y $PACKAGES
        FROM alpine:3.22
        RUN apk upgrade --no-cache openssl
        FROM archlinux:base
        RUN pacman -Syu --noconfirm git`,
    },
    {
      title: 'A stage for development, and nothing that is done',
      good: `
        FROM debian:12 AS dev
        RUN apt-get update && apt-get upgrade -y
        FROM debian:12
        RUN apt-get update && apt-get upgrade --dry-run`,
    },
    {
      title: 'Lists of packages alone',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        FROM opensuse/leap:15.6
        RUN zypper refresh && zypper install -y curl`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands(...PROGRAMS)) {
      const run = runOf(command);
      if (!run || (run.stage && isForDevelopment(run.stage, file)) || command.has(...DRY_RUN)) continue;
      const at = upgradeIn(command);
      // For security alone it is what a careful team does.
      if (!at || command.has('--security', '--advisory', '--cve')) continue;
      // On a pinned base an upgrade can be defended.
      const isMild = run.stage?.rootImage?.digest !== undefined && !/dist|full/.test(at.text);
      if (isMild && !options.pinned) continue;
      yield {
        at,
        message: say`${`${command.program.text} ${at.text}`} replaces packages of the base image, other ones each time.`,
        ...(isMild ? { severity: 'info' as const } : {}),
        fix: () => without(file, run, command),
        peers: peersOf(command, at.text),
      };
    }
  },
});

const PROGRAMS = ['apt-get', 'apt', 'aptitude', 'apk', 'dnf', 'dnf5', 'yum', 'microdnf', 'tdnf', 'zypper', 'pacman'];

/** By program, the subcommands that upgrade everything when no package is named. Sources: the manuals. */
const UPGRADES: Readonly<Record<string, string>> = {
  'apt-get': 'upgrade dist-upgrade full-upgrade',
  apt: 'upgrade dist-upgrade full-upgrade',
  aptitude: 'upgrade safe-upgrade dist-upgrade full-upgrade',
  apk: 'upgrade',
  dnf: 'update upgrade up distro-sync update-minimal upgrade-minimal',
  dnf5: 'update upgrade up distro-sync',
  yum: 'update upgrade distro-sync update-minimal',
  microdnf: 'update upgrade',
  tdnf: 'update upgrade',
  zypper: 'update up patch',
};

/** The word by which the call upgrades everything. */
function upgradeIn(command: Command) {
  const { program, args, operands, subcommand, wrappers } = command;
  // Packages may come from what xargs is handed.
  if (wrappers.some((wrapper) => wrapper.program.text === 'xargs')) return undefined;
  if (program.text === 'pacman')
    return subcommand === undefined && operands.length === 0
      ? args.find(({ text }) => /^-S[yqw]*u[yqw]*$/.test(text))
      : undefined;
  const verb = verbOf(command);
  const isUpgrade = verb !== undefined && UPGRADES[program.text]?.split(' ').includes(verb.text) === true;
  if (!isUpgrade || objectsOf(command).length > 0 || command.subcommand?.literal === false) return undefined;
  return verb;
}

/** The codes that the other tools have for a program. */
function peersOf({ program }: Command, verb: string): readonly string[] {
  const kics = (name: string): string => `kics/${name}`;
  switch (program.text) {
    case 'apt-get':
    case 'apt':
    case 'aptitude':
      return [
        ...(verb === 'dist-upgrade' ? ['hadolint/DL3005', 'trivy/DS-0024', 'dockle/DKL-DI-0003'] : []),
        kics('Run Using Upgrade Commands'),
        'semgrep/avoid-apt-get-upgrade',
      ];
    case 'apk':
      return ['hadolint/DL3017', kics('Use of Apk Upgrade'), 'semgrep/avoid-apk-upgrade'];
    case 'yum':
      return ['hadolint/DL3031', kics('Yum Update Enabled'), 'semgrep/avoid-yum-update'];
    case 'dnf':
    case 'microdnf':
      return ['hadolint/DL3039', kics('Run Using dnf Update'), 'semgrep/avoid-dnf-update'];
    case 'zypper':
      return [kics('Run Using Zypper Update'), 'semgrep/avoid-zypper-update'];
    default:
      return [];
  }
}

/** Takes the upgrade out of the RUN, and the RUN away where nothing but an update and a clean-up would be left. */
function without(file: Dockerfile, run: Run, command: Command): Fix | undefined {
  const title = 'Remove the upgrade';
  if (run.isTrigger || run.form === 'exec') return undefined;
  const others = run.commands.filter(
    (other) => other !== command && !command.wrappers.includes(other) && other.program.text !== 'sudo',
  );
  const isAlone = others.every(isSetUp);
  // A later RUN may work with the lists that are fetched here.
  if (isAlone && needOfLists(file, run) !== 'none') return undefined;
  if (isAlone && run.form === 'shell' && run.script?.readable === true)
    return run.script.statements.some(({ kind }) => kind !== 'command' && kind !== 'list') ||
      others.some(({ program }) => program.text === 'true')
      ? undefined
      : suggestion(title, removeLines(run));
  const step = removeStep(run, command);
  return step && suggestion(title, step);
}

/** Whether the call only serves the upgrade. */
function isSetUp(command: Command): boolean {
  const manager = managerOf(command);
  if (command.program.text === 'set') return true;
  if (command.program.text === 'rm') return command.args.every(({ text }) => /^-|^\/var\/(lib|cache)\//.test(text));
  return manager !== undefined && (refreshes(manager, command) || /clean|autoremove/.test(verbOf(command)?.text ?? ''));
}
