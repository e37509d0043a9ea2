import { replace, suggestion, type Fix } from '../../edit.js';
import { removesLists } from '../../knowledge/apt.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { HOMES, installLine, managerOf, refreshes } from '../../knowledge/managers.js';
import {
  anyBefore,
  around,
  runOf,
  runsAnyway,
  type Command,
  type Dockerfile,
  type Family,
  type Instruction,
  type Instructions,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

const NAMES: Readonly<Partial<Record<Family, string>>> = {
  debian: 'Debian or Ubuntu',
  alpine: 'Alpine',
  redhat: 'the Red Hat family',
  suse: 'SUSE',
};

const OWN: Readonly<Partial<Record<Family, string>>> = {
  debian: 'apt-get',
  alpine: 'apk',
  redhat: 'dnf, yum or microdnf',
  suse: 'zypper',
};

export default rule({
  id: 'package-manager-mismatch',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: 'next',
  summary: 'Call the package manager that the base image has.',
  docs: `
Every distribution has its own package manager: Debian and Ubuntu have apt-get, Alpine has apk, Fedora, RHEL and their kin
dnf or yum, SUSE zypper. Called on another's image, the command is not found and the build stops.

Call the manager of the base image, or choose a base image of the distribution that the packages are for.
Packages may have other names there: \`build-essential\` of Debian is \`build-base\` of Alpine.

Nothing is said where the base image is not known, or where the manager was installed or copied in before.`,
  sources: {
    'Alpine Package Keeper': 'https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper',
    'apt-get(8)': 'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html',
    'DNF command reference': 'https://dnf.readthedocs.io/en/latest/command_ref.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'apt-get on Alpine',
      bad: `
        FROM alpine:3.22
        RUN «apt-get» update && apt-get install -y --no-install-recommends curl git && rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl git`,
    },
    {
      title: 'apk on Debian, in a stage that starts from another',
      bad: `
        FROM python:3.13-slim AS base
        WORKDIR /app
        FROM base
        RUN «apk» add --no-cache \\
              curl \\
              git`,
      good: `
        FROM python:3.13-slim AS base
        WORKDIR /app
        FROM base
        RUN apt-get update && apt-get install -y --no-install-recommends curl git && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'yum on Ubuntu, apt-get on Fedora, behind sudo and among other commands',
      bad: `
        FROM ubuntu:24.04
        RUN «yum» install -y gcc && make
        FROM fedora:42
        RUN set -e; sudo «apt-get» update; sudo apt-get install -y gcc`,
    },
    {
      title: 'An argument whose default is Alpine',
      bad: `
        ARG VERSION=22-alpine
        FROM node:\${VERSION}
        RUN «apt-get» install -y "$PACKAGES"`,
    },
    {
      title: 'Each on its own',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        FROM node:22-alpine
        RUN apk add --no-cache curl
        FROM almalinux:9
        RUN dnf install -y curl
        FROM registry.access.redhat.com/ubi9/ubi-minimal:9.5
        RUN microdnf install -y curl
        FROM opensuse/leap:15.6
        RUN zypper --non-interactive install curl
        FROM openjdk:17
        RUN microdnf install -y curl
        FROM mysql:8.4
        RUN microdnf install -y curl
        FROM mcr.microsoft.com/dotnet/aspnet:8.0-azurelinux3.0
        RUN dnf install -y curl
        FROM wordpress:cli-2.12
        RUN apk add --no-cache curl
        FROM tomcat:9-jdk17-openjdk
        RUN microdnf install -y curl`,
    },
    {
      title: 'A base image that nobody knows from here',
      good: `
        ARG BASE
        ARG TAG
        FROM $BASE
        RUN apk add --no-cache curl
        FROM registry.example.com/team/base:1
        RUN apt-get update
        FROM registry.example.com/team/tools:\${TAG}
        RUN yum install -y curl
        FROM registry.example.com/team/base:1-slim
        RUN apk add --no-cache curl`,
    },
    {
      title: 'A manager that was installed or copied in',
      good: `
        FROM alpine:3.22 AS tools
        RUN apk add --no-cache dpkg && dpkg --version
        FROM tools
        RUN dpkg -i /tmp/a.deb
        FROM debian:12
        COPY --from=tools /sbin/apk /sbin/apk
        RUN apk add curl
        FROM oraclelinux:9-slim
        RUN ln -s /usr/bin/microdnf /usr/local/bin/apt-get
        RUN apt-get install -y curl
        FROM debian:12
        COPY --from=tools / /
        RUN apk add git`,
    },
    {
      title: 'A script for several distributions',
      good: `
        FROM alpine:3.22
        RUN if command -v apt-get; then apt-get update && apt-get install -y curl; else apk add --no-cache curl; fi
        RUN which yum && yum install -y curl
        RUN apt-get update || apk update
        RUN case "$ID" in debian) apt-get update ;; *) apk update ;; esac
        RUN install_curl() { apt-get install -y curl; }; true`,
    },
    {
      title: 'Words that only look like it',
      good: `
        FROM alpine:3.22
        RUN echo apt-get install && rm -rf /var/lib/apt
        CMD ["apt-get", "moo"]`,
    },
    {
      title: 'A comment among the words is not thrown away',
      bad: `
        FROM alpine:3.22
        RUN «apt-get» install -y \\
              # for the health check
              curl`,
    },
    {
      title: 'A trigger runs on this base as well',
      bad: `
        FROM alpine:3.22
        ONBUILD RUN «dnf» install -y curl`,
      good: `
        FROM alpine:3.22
        ONBUILD RUN apk add --no-cache curl`,
    },
    {
      title: 'A heredoc, and a script in quotes',
      bad: `
        FROM alpine:3.22
        RUN <<EOF
        set -e
        «apt-get» update
        apt-get install -y curl
        EOF
        RUN bash -c '«yum» install -y git'`,
    },
  ],
  *check(file) {
    const brings = new Map<string, (node: Instruction) => boolean>();
    const done = new Set<Run>();
    for (const command of file.runCommands(...Object.keys(HOMES))) {
      const run = runOf(command);
      const manager = command.program.text;
      const { family } = command.state;
      const own = OWN[family];
      if (!run || own === undefined || done.has(run) || HOMES[manager]?.includes(family) !== false) continue;
      if (!runsAnyway(command)) continue;
      const isBroughtBy = brings.get(manager) ?? anyBefore((node) => bringsManager(node, manager));
      brings.set(manager, isBroughtBy);
      if (isBroughtBy(run) || around(command).before.some((other) => mentions(other, manager, run.commands))) continue;
      done.add(run);
      yield {
        at: command.program,
        message: say`${manager} is not there: the base image is of ${NAMES[family] ?? family}, which has ${own}.`,
        fix: () => translation(file, run, family),
      };
    }
  },
});

/** Packages that hold a manager, where they are not called as it is. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  apk: ['apk-tools', 'apk-tools-static', 'apk.static'],
  'apt-get': ['apt'],
  dnf: ['dnf5', 'dnf-plugins-core', 'dnf-data'],
  yum: ['dnf', 'yum-utils'],
};

function bringsManager(node: Instruction, manager: string): boolean {
  if (node.keyword === 'RUN') return node.commands.some((command) => mentions(command, manager, node.commands));
  if (node.keyword !== 'COPY' && node.keyword !== 'ADD') return false;
  const words = [...node.sources, ...(node.target ? [node.target] : [])];
  return (
    words.some(({ text }) => isNamed(text, manager)) || node.sources.some(({ text }) => /^\/(usr\/?)?$/.test(text))
  );
}

/** Whether the command may put the manager in place: it installs it, links to it, writes it. */
function mentions(command: Command, manager: string, all: readonly Command[]): boolean {
  if (command.program.text === 'rm' || all.some(({ wrappers }) => wrappers.includes(command))) return false;
  const targets = command.redirections.flatMap(({ target }) => (target ? [target] : []));
  return [...command.args, ...targets].some(({ text }) => isNamed(text, manager));
}

function isNamed(path: string, manager: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === manager || PACKAGES[manager]?.includes(name) === true;
}

/** Flags of an install that say nothing the other manager would have to be told. */
const PLAIN_FLAGS: ReadonlySet<string> = new Set([
  ...['-y', '-q', '--yes', '--assume-yes', '--assumeyes', '--quiet', '--no-install-recommends'],
  ...['--no-cache', '-U', '--update', '--update-cache', '--no-progress', '--nodocs', '-n', '--non-interactive'],
]);

/** A RUN that only installs packages, said in the words of the other manager. */
function translation(file: Dockerfile, run: Run, family: Family): Fix | undefined {
  if (run.form !== 'shell' || !run.commandText || !run.script?.readable || run.heredocs.length > 0) return undefined;
  if (run.script.comments.length > 0 || hasComment(file, run)) return undefined;
  let packages: readonly string[] | undefined;
  for (const command of run.commands) {
    if (command.wrappers.length > 0 || !runsAnyway(command)) return undefined;
    const manager = managerOf(command);
    if (manager ? refreshes(manager, command) || verbOf(command)?.text === 'clean' : removesLists(command)) continue;
    const isInstall = manager !== undefined && ['install', 'add', 'in'].includes(verbOf(command)?.text ?? '');
    const names = objectsOf(command);
    const isPlain =
      command.flags.every(({ name }) => PLAIN_FLAGS.has(name)) &&
      names.every(({ text, literal }) => literal && /^[a-z][a-z0-9+.-]*$/i.test(text));
    if (!isInstall || !isPlain || packages || names.length === 0) return undefined;
    packages = names.map(({ text }) => text);
  }
  const line = packages && installLine(family, packages.join(' '));
  if (line === undefined) return undefined;
  return suggestion(`Install with ${OWN[family] ?? 'its manager'}`, replace(run.commandText, line));
}

const hasComment = (file: Dockerfile, run: Run): boolean =>
  file.comments.some((comment) => file.partAt(comment) === run);
