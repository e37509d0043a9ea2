import { fix, replace } from '../../edit.js';
import { isNoName, LISTER_PROGRAMS, packagesOf, type ListedPackage } from '../../knowledge/package-lists.js';
import {
  areOnOneLine,
  hasCommentBetween,
  hasEmptyLineBetween,
  sourceText,
  stretch,
  type Command,
  type Dockerfile,
  type Word,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'sort-packages',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['packages', 'style'],
  since: 'next',
  peers: { tally: ['sort-packages'] },
  summary: 'Sort the packages of an install that runs over several lines.',
  docs: `
In a long list without an order, a package is soon named twice, and two people who add one at the end of it get a conflict
when they merge. A sorted list shows at a glance what is in it.

The fix sorts by name; comments between packages stay where they are and are not crossed. Lists on one line are left alone
unless \`singleLine\` is set.`,
  sources: {
    'Best practices for building, "Sort multi-line arguments"':
      'https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    singleLine: {
      about: 'Report lists on one line as well.',
      type: 'boolean',
      default: { recommended: false, all: true },
    },
  },
  examples: [
    {
      title: 'Groups with an empty line between them',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends \\
              ca-certificates \\
              wget \\
            \\
              dpkg-dev \\
              gcc \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A list over several lines',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends \\
              «git \\
              curl=8.* \\
              ca-certificates»`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends \\
              ca-certificates \\
              curl=8.* \\
              git`,
    },
    {
      title: 'Other package managers, quotes, flags between',
      bad: `
        FROM debian:12
        RUN npm install -g «typescript \\
              @angular/cli@17» \\
            && pip install --no-cache-dir "numpy>=2" \\
              «Requests --pre \\
              "flask[async]"»
        RUN <<EOF
        apk add «zlib \\
          bash»
        EOF`,
      good: `
        FROM debian:12
        RUN npm install -g @angular/cli@17 \\
              typescript \\
            && pip install --no-cache-dir "flask[async]" \\
              "numpy>=2" --pre \\
              Requests
        RUN <<EOF
        apk add bash \\
          zlib
        EOF`,
    },
    {
      title: 'Variables come last',
      bad: `
        FROM alpine:3
        RUN apk add \\
              $TOOLS \\
              «git \\
              bash»`,
      good: `
        FROM alpine:3
        RUN apk add \\
              bash \\
              git \\
              $TOOLS`,
    },
    {
      title: 'Comments are not crossed',
      bad: `
        FROM debian:12
        RUN apt-get install -y \\
              zip \\
              # for the build
              «make \\
              gcc»`,
      good: `
        FROM debian:12
        RUN apt-get install -y \\
              zip \\
              # for the build
              gcc \\
              make`,
    },
    {
      title: 'A variable before the names, and two that share a line',
      good: `
        FROM debian:12
        RUN apk add \\
              $DEPS \\
              bash \\
              zstd
        RUN apk add \\
              coreutils \\
              dpkg-dev dpkg \\
              gcc`,
    },
    {
      title: 'On one line, where a team wants it',
      options: { singleLine: true },
      bad: `
        FROM debian:12
        RUN apt-get install -y «git curl»`,
      good: `
        FROM debian:12
        RUN apt-get install -y curl git`,
    },
    {
      title: 'In order, in any case, and on one line',
      good: `
        FROM debian:12
        RUN apt-get install -y \\
              bash \\
              Curl \\
              git=1.0 \\
              git-lfs \\
              $MORE
        RUN apt-get install -y git curl`,
    },
    {
      title: 'Files, folders and addresses; variables alone; one package',
      good: `
        FROM debian:12
        RUN pip install \\
              -r requirements.txt \\
              ./lib \\
              flask \\
              -e .
        RUN apt-get install -y \\
              ./b.deb \\
              a
        RUN npm install \\
              https://example.com/x.tgz \\
              a
        RUN apt-get install -y \\
              $B \\
              $A
        RUN apt-get install -y \\
              git`,
    },
    {
      title: 'An exec form, another subcommand, words that are printed',
      good: `
        FROM debian:12
        RUN ["apt-get", "install", "-y", \\
              "git", \\
              "curl"]
        RUN apt-get remove -y \\
              git \\
              curl \\
            && echo apt-get install \\
              git \\
              curl`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands(...LISTER_PROGRAMS)) {
      const packages = command.script ? packagesOf(command) : undefined;
      const [first, last] = [packages?.[0], packages?.at(-1)];
      if (!packages || !first || !last || first === last || packages.some(isNoName)) continue;
      if (command.has('-r', '--requirement', '-e', '--editable')) continue;
      if (isSorted(packages)) continue;
      if (!options.singleLine && areOnOneLine(file, first.word, last.word)) continue;
      for (const group of groupsOf(file, command, packages)) {
        if (isSorted(group) || (!options.singleLine && areLinesSorted(file, group))) continue;
        const sorted = inOrder(group);
        const wrong = group.find((one, index) => one !== sorted[index]);
        const end = group.at(-1);
        if (!wrong || !end) continue;
        yield {
          at: stretch(firstOutOfOrder(group, wrong).word, end.word),
          message: say`The packages are not in order: ${sorted.map(({ name }) => name).join(', ')}.`,
          fix: fix(
            { title: 'Sort the packages', changes: ['package order'] },
            ...group.flatMap((one, index) => {
              const other = sorted[index];
              return other && other !== one ? [replace(one.word, sourceText(file, other.word))] : [];
            }),
          ),
        };
      }
    }
  },
});

/** What comments and empty lines set apart. */
function groupsOf(
  file: Dockerfile,
  { script }: Command,
  packages: readonly ListedPackage[],
): readonly (readonly ListedPackage[])[] {
  const groups: ListedPackage[][] = [];
  const isSetApart = (one: Word, other: Word): boolean =>
    hasCommentBetween(file.comments, one, other) ||
    hasCommentBetween(script?.comments ?? [], one, other) ||
    hasEmptyLineBetween(file, one, other);
  for (const one of packages) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (group && before && !isSetApart(before.word, one.word)) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** Whether what has a name stands in order; a variable may stand anywhere between. */
const isSorted = (packages: readonly ListedPackage[]): boolean => {
  const named = packages.filter(({ word }) => word.literal);
  const sorted = inOrder(named);
  return named.every((one, index) => one === sorted[index]);
};

/** Whether the lines are in order, each by its first package: those that belong together may share one. */
const areLinesSorted = (file: Dockerfile, packages: readonly ListedPackage[]): boolean => {
  const heads = packages.filter((one, index) => {
    const before = packages[index - 1];
    return !before || !areOnOneLine(file, before.word, one.word);
  });
  return heads.length > 1 && 2 * heads.length > packages.length && isSorted(heads);
};

/** By name, in any case; what only the build knows keeps its order at the end. */
const inOrder = (group: readonly ListedPackage[]): readonly ListedPackage[] => [
  ...group.filter(({ word }) => word.literal).sort(byName),
  ...group.filter(({ word }) => !word.literal),
];

function byName(a: ListedPackage, b: ListedPackage): number {
  const [left, right] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The first package that one before it has to follow. */
function firstOutOfOrder(group: readonly ListedPackage[], wrong: ListedPackage): ListedPackage {
  const literals = group.filter(({ word }) => word.literal);
  const index = literals.findIndex((one, at) => {
    const next = literals[at + 1];
    return next !== undefined && byName(one, next) > 0;
  });
  return literals[Math.max(0, index)] ?? wrong;
}
