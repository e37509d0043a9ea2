import { fix, remove, suggestion } from '../../edit.js';
import { isNoName, LISTER_PROGRAMS, packagesOf, type ListedPackage } from '../../knowledge/package-lists.js';
import type { Command, Instruction, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'duplicate-package',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages'],
  since: 'next',
  summary: 'Name each package once.',
  docs: `
A package that is named twice misleads: whoever takes one away, or changes its version, believes that it is done.
Where the two ask for different versions, one of them does not get its way, and the build may stop; that is an error.
A package that an earlier RUN has installed already is only mentioned.

Take the second one out. A sorted list shows them.`,
  sources: {
    'Best practices for building, "Sort multi-line arguments"':
      'https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Twice in one install',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y \\
              curl \\
              git \\
              «curl» \\
              wget
        RUN pip install flask==3.0.0 requests «flask==3.0.0»`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y \\
              curl \\
              git \\
              wget
        RUN pip install flask==3.0.0 requests`,
    },
    {
      title: 'Once with a version and once without',
      bad: `
        FROM alpine:3
        RUN apk add --no-cache bash=5-r0 «bash»`,
      good: `
        FROM alpine:3
        RUN apk add --no-cache bash=5-r0`,
    },
    {
      title: 'The version is named second',
      bad: `
        FROM alpine:3
        RUN apk add curl git «curl=8.0-r0»`,
    },
    {
      title: 'Again in a later RUN of the stage: only mentioned',
      bad: `
        FROM debian:12
        RUN apt-get install -y curl git
        RUN apt-get update && apt install -y make «curl»`,
    },
    {
      title: 'Two versions: an error',
      bad: `
        FROM python:3.13
        RUN pip install requests==2.31.0 «requests==2.32.0»`,
    },
    {
      title: 'Once in each stage, by each package manager, in each branch',
      good: `
        FROM debian:12 AS build
        RUN apt-get install -y curl && pip install curl && npm install -g curl
        FROM debian:12
        RUN apt-get install -y curl
        RUN if [ -f a ]; then apt-get install -y git; else apt-get install -y git wget; fi`,
    },
    {
      title: 'Taken away in between, or a group of its own',
      good: `
        FROM alpine:3
        RUN apk add --virtual .build gcc && make && apk del .build && apk add --virtual .more gcc
        FROM debian:12
        RUN apt-get install -y gcc && make && apt-get purge -y gcc
        RUN apt-get install -y gcc`,
    },
    {
      title: 'Other versions, extras, variables',
      good: `
        FROM debian:12
        RUN apt-get install -y $A $A libc6 libc6:i386
        RUN npm install -g react@17 legacy-react@npm:react@16
        RUN pip install "uvicorn[standard]" && pip install -U pip && pip install --target /x six && pip install --target /y six`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      const seen = new Map<
        string,
        { readonly one: ListedPackage; readonly command: Command; readonly node: Instruction }
      >();
      for (const node of stage.instructions) {
        if (node.keyword !== 'RUN') continue;
        for (const command of node.commands) {
          if (command.args.some(({ text }) => REMOVING.has(text))) seen.clear();
          const packages = LISTER_PROGRAMS.includes(command.program.text) ? packagesOf(command) : undefined;
          if (!packages || command.has(...APART)) continue;
          const family = FAMILY[command.program.text] ?? command.program.text;
          for (const one of packages) {
            if (!one.word.literal || isNoName(one)) continue;
            const key = `${family} ${one.name}`;
            const first = seen.get(key);
            if (!first) seen.set(key, { one, command, node });
            else if (first.command === command || (first.node !== node && isPlain(one, first.one)))
              yield told(one, first.one, first.command === command);
          }
        }
      }
    }
  },
});

/** Programs that install the same packages. */
const FAMILY: Readonly<Record<string, string>> = { apt: 'apt-get', aptitude: 'apt-get', pip3: 'pip', dnf: 'yum' };

/** Flags with which the same package goes to another place, or is asked for again on purpose. */
const APART = [
  '-t',
  '--target',
  '--virtual',
  '--prefix',
  '--root',
  '-U',
  '--upgrade',
  '--reinstall',
  '--force-reinstall',
  '--installroot',
  '--only-upgrade',
  '--ignore-installed',
  '-I',
  '-d',
  '--download-only',
  '--downloadonly',
];

const REMOVING: ReadonlySet<string> = new Set([
  ...['remove', 'purge', 'autoremove', 'auto-remove', 'del', 'erase', 'uninstall', 'rm'],
]);

/** In a later RUN another version may be wanted on purpose. */
const isPlain = (one: ListedPackage, first: ListedPackage): boolean =>
  one.version === '' || one.version === first.version;

function told(one: ListedPackage, first: ListedPackage, isSameCall: boolean) {
  const [a, b] = [one.version, first.version];
  const related = [{ at: first.word, message: say`It is named here first.` }];
  if (a !== b && a !== '' && b !== '')
    return {
      at: one.word,
      severity: 'error' as const,
      message: say`${one.name} is asked for in two versions.`,
      related,
    };
  return {
    at: one.word,
    ...(isSameCall ? {} : { severity: 'info' as const }),
    message: isSameCall ? say`${one.name} is named twice.` : say`${one.name} is installed already.`,
    fix: isSameCall ? without(one.word, a === b, a === '') : undefined,
    related,
  };
}

/** The second word goes where it says no more than the first. */
function without(word: Word, isSame: boolean, isBare: boolean) {
  if (isSame) return fix({ title: 'Remove it', changes: ['package order'] }, remove(word));
  return isBare ? suggestion('Remove it', remove(word)) : undefined;
}
