import { replace, suggestion, type Fix } from '../../edit.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { packageName, packagesIn } from '../../knowledge/managers.js';
import { PIP } from '../../knowledge/pip.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import {
  ancestry,
  heirsOf,
  type Command,
  type Dockerfile,
  type Image,
  type Instruction,
  type Located,
  type Stage,
} from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'alpine-musl-caution',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'compatibility'],
  since: 'next',
  summary: 'Do not use Alpine where what runs on it was made for glibc.',
  docs: `
Alpine has another C library, musl. What was compiled for glibc does not start there, or runs behind a shim that breaks in
odd ways; Python packages without a wheel for musl are compiled anew in every build, for minutes instead of seconds.

Where this is seen to happen, a small image with glibc is the better base: a \`-slim\` tag, distroless, Wolfi, a Docker
Hardened Image or chiselled Ubuntu.

Much of what was said against Alpine is out of date: since 3.18 (musl 1.2.4) it looks names up over TCP where answers are
long, and many Python packages have \`musllinux\` wheels (PEP 656). Its threads still have small stacks, and locales and
dates differ. For static binaries and for programs that Alpine packages itself it is a good base, and nothing is said.`,
  sources: {
    'musl: functional differences from glibc': 'https://wiki.musl-libc.org/functional-differences-from-glibc.html',
    'musl 1.2.4': 'https://musl.libc.org/releases.html',
    'PEP 656': 'https://peps.python.org/pep-0656/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    always: { type: 'boolean', default: false, about: 'Remark on every base image with Alpine, as a hint.' },
  },
  examples: [
    {
      title: 'Python packages that are compiled',
      bad: `
        FROM python:«3.13-alpine»
        RUN apk add --no-cache gcc musl-dev libffi-dev
        RUN pip install -r requirements.txt
        CMD ["python", "app.py"]`,
    },
    {
      title: 'A shim for glibc',
      bad: `
        FROM alpine:«3.22»
        RUN apk add --no-cache gcompat
        CMD ["/app"]`,
    },
    {
      title: 'A foreign glibc',
      bad: `
        FROM alpine:«3.22»
        RUN wget -q https://github.com/sgerrand/alpine-pkg-glibc/releases/download/2.35-r1/glibc-2.35-r1.apk && \\
            apk add --allow-untrusted glibc-2.35-r1.apk
        CMD ["/app"]`,
    },
    {
      title: 'A program that comes for glibc only',
      bad: `
        FROM node:«24-alpine»
        RUN npm install playwright
        CMD ["node", "app.js"]`,
      good: `
        FROM node:24-slim
        RUN npm install playwright
        CMD ["node", "app.js"]`,
    },
    {
      title: 'A program that comes for glibc only, among the requirements',
      files: { 'requirements.txt': 'flask==3.1\ntensorflow==2.19 ; python_version > "3"\n' },
      bad: `
        FROM python:«3.12-alpine3.22»
        COPY requirements.txt .
        RUN pip install --no-cache-dir -r requirements.txt
        CMD ["python", "app.py"]`,
      good: `
        FROM python:3.12-slim
        COPY requirements.txt .
        RUN pip install --no-cache-dir -r requirements.txt
        CMD ["python", "app.py"]`,
    },
    {
      title: 'Among the packages of a project',
      files: {
        'package.json': '{"dependencies": {"electron": "38.1.0"}, "devDependencies": {"playwright": "1.55.0"}}',
      },
      bad: `
        FROM node:«24-alpine» AS build
        RUN apk add --no-cache make
        COPY package.json .
        RUN npm ci`,
    },
    {
      title: 'Tools for work on the project are not in the image',
      files: { 'package.json': '{"devDependencies": {"playwright": "1.55.0"}}' },
      good: `
        FROM node:24-alpine
        COPY package.json .
        RUN npm ci --omit=dev`,
    },
    {
      title: 'What runs well on it',
      files: { 'package.json': '{"dependencies": {"express": "5"}}' },
      good: `
        FROM golang:1.27-alpine AS build
        RUN CGO_ENABLED=0 go build -o /server .
        FROM nginx:1.29-alpine AS web
        COPY --from=build /server /server
        FROM node:24-alpine
        COPY package.json .
        RUN apk add --no-cache gcc musl-dev && npm ci`,
    },
    {
      title: 'Compilers and pip in different stages, wheels alone',
      good: `
        FROM python:3.13-alpine AS a
        RUN apk add --no-cache gcc && pip install --upgrade pip setuptools==80.0 wheel
        FROM python:3.13-alpine AS c
        RUN pip install flask
        FROM alpine:3.22 AS b
        RUN apk add --no-cache gcc musl-dev
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y gcc && pip install tensorflow`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM python:3.13-alpine AS dev
        RUN apk add --no-cache gcc musl-dev && pip install -r requirements.txt`,
    },
    {
      title: 'Every Alpine, where that is wanted',
      options: { always: true },
      bad: `
        FROM nginx:«1.29-alpine»
        COPY site /usr/share/nginx/html`,
    },
  ],
  *check(file, { options, workspace }) {
    for (const stage of file.stages) {
      const image = stage.from?.base === stage.from?.image ? stage.from?.image : undefined;
      if (!image || stage.start.family !== 'alpine' || isForDevelopment(stage, file)) continue;
      const heirs = heirsOf(file, stage);
      const proof = lastOf(heirs, file)
        .map((heir) => proofIn(heir, file, workspace))
        .find((found) => found !== undefined);
      if (proof) {
        yield {
          at: image.tag ?? image,
          message: proof.message,
          fix: onGlibc(image, heirs),
          related: [{ at: proof.at, message: say`It is here.` }],
        };
      } else if (options.always) {
        yield {
          at: image.tag ?? image,
          message: say`Alpine has musl for its C library; what was made for glibc does not run on it.`,
          severity: 'hint',
        };
      }
    }
  },
});

/** Those that nothing for production starts from: they hold all that the others do. */
function lastOf(heirs: readonly Stage[], file: Dockerfile): readonly Stage[] {
  const bases = new Set(heirs.filter((heir) => !isForDevelopment(heir, file)).map(({ base }) => base));
  return heirs.filter((heir) => !bases.has(heir));
}

interface Proof {
  readonly at: Located;
  readonly message: Message;
}

const COMPILERS: ReadonlySet<string> = new Set(['gcc', 'g++', 'build-base', 'musl-dev', 'alpine-sdk', 'python3-dev']);
const SHIMS: ReadonlySet<string> = new Set(['gcompat', 'libc6-compat']);
/** Packages of npm and PyPI that bring programs or libraries for glibc alone. Sources: their installation pages. */
const FOR_GLIBC: ReadonlySet<string> = new Set([
  ...['playwright', '@playwright/test', 'electron', 'tensorflow', 'torch', 'cx_Oracle', 'cx-oracle'],
]);

/** What shows that the C library matters in the stage, or in those it is based on. */
function proofIn(stage: Stage, file: Dockerfile, workspace: Workspace): Proof | undefined {
  if (isForDevelopment(stage, file)) return undefined;
  const nodes = ancestry(stage).flatMap(({ instructions }) => instructions);
  const commands = nodes.flatMap((node) => (node.keyword === 'RUN' ? node.commands : []));
  const packages = commands.flatMap((command) => packagesIn(command));
  const shim =
    packages.find((word) => SHIMS.has(packageName(word)) || /(^|\/)glibc-[\d.]+.*\.apk$/.test(word.text)) ??
    commands.find(({ args }) => args.some(({ text }) => text.includes('sgerrand')));
  if (shim)
    return { at: shim, message: say`What runs here was made for glibc, which Alpine has only by way of a shim.` };
  const bound = commands.flatMap(installedByLanguage).find(({ text }) => FOR_GLIBC.has(nameOf(text)));
  if (bound) return { at: bound, message: say`${nameOf(bound.text)} is made for glibc, and Alpine has musl.` };
  const listed = listedIn(nodes, workspace);
  if (listed) return listed;
  const pip = commands.find(installsSources);
  return pip && packages.some((word) => COMPILERS.has(packageName(word)))
    ? { at: pip, message: say`Python packages are compiled here, since they have no wheel for the musl of Alpine.` }
    : undefined;
}

const installedByLanguage = (command: Command) =>
  [...PIP, 'npm', 'yarn', 'pnpm'].includes(command.program.text) &&
  ['install', 'add', 'i'].includes(verbOf(command)?.text ?? '')
    ? objectsOf(command)
    : [];

/** Whether pip installs anything but itself and its kin, which are never compiled. */
const installsSources = (command: Command): boolean =>
  PIP.includes(command.program.text) &&
  verbOf(command)?.text === 'install' &&
  (command.has('-r', '--requirement', '-e', '--editable') ||
    objectsOf(command).some(({ text }) => !['pip', 'setuptools', 'wheel', 'virtualenv'].includes(nameOf(text))));

/** The name of a package without version and extras: `torch==2.7`, `playwright@1.55`. */
const nameOf = (text: string): string => /^@?[\w./-]*/.exec(text)?.[0] ?? text;

/** A package for glibc among the requirements of a project that the stage copies in. */
function listedIn(nodes: readonly Instruction[], workspace: Workspace): Proof | undefined {
  for (const node of nodes) {
    if (node.keyword !== 'COPY' || node.from) continue;
    for (const source of node.sources) {
      const path = source.text.replace(/^\.\//, '');
      if (!source.literal || !/(^|\/)(requirements[\w.-]*\.txt|package\.json)$/.test(path)) continue;
      const found = workspace
        .open(path, 'project')
        ?.requirements.find(({ name, isForDevelopment: isForWork }) => !isForWork && FOR_GLIBC.has(name));
      if (found) return { at: source, message: say`${found.name} is made for glibc, and Alpine has musl.` };
    }
  }
  return undefined;
}

/** The slim variant, where nothing in the stages is said to Alpine alone. */
function onGlibc({ word, tag, repository }: Image, heirs: readonly Stage[]): Fix | undefined {
  if (!tag?.literal || !word.literal || !['python', 'node', 'ruby'].includes(repository)) return undefined;
  const slim = tag.text.replace(/-alpine[\d.]*$/, '-slim');
  if (slim === tag.text) return undefined;
  const speaksAlpine = heirs.some(({ instructions }) =>
    instructions.some(
      (node) =>
        node.keyword === 'RUN' &&
        (node.script?.readable === false ||
          node.commands.some(
            ({ program, args }) =>
              ['apk', 'adduser', 'addgroup', 'su-exec'].includes(program.text) ||
              args.some(({ text }) => text === 'apk'),
          )),
    ),
  );
  return speaksAlpine ? undefined : suggestion(`Use ${slim}`, replace(tag, slim));
}
