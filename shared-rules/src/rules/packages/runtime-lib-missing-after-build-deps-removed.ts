import { insertBefore, suggestion, wordsAfter, type Fix } from '../../edit.js';
import { BUILDERS, runtimeLibraryOf } from '../../knowledge/build-tools.js';
import { isOpaque, objectsOf, verbOf } from '../../knowledge/commands.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { packagesOf } from '../../knowledge/package-lists.js';
import { runOf, type Command, type Instructions, type Stage, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'runtime-lib-missing-after-build-deps-removed',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-container'],
  since: 'next',
  summary: 'Keep the library of a module when its headers are removed.',
  docs: `
The package with the headers brought the library along, and takes it away again when it is removed. What was built against
it then does not start: "Error loading shared library libpq.so.5: No such file or directory".

Install the library by its own name, so that it stays: \`libpq\` beside \`postgresql-dev\` on Alpine, \`libpq5\` beside
\`libpq-dev\` on Debian. Ignore this where nothing that was built needs the library.`,
  sources: {
    'Alpine packages': 'https://pkgs.alpinelinux.org/packages',
    'Debian packages': 'https://packages.debian.org/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A database driver without its library',
      bad: `
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual .build-deps gcc musl-dev postgresql-dev \\
            && pip install --no-cache-dir psycopg2 \\
            && apk del «.build-deps»`,
      good: `
        FROM python:3.13-alpine
        RUN apk add --no-cache libpq && apk add --no-cache --virtual .build-deps gcc musl-dev postgresql-dev \\
            && pip install --no-cache-dir psycopg2 \\
            && apk del .build-deps`,
    },
    {
      title: 'Removed by name, beside an install that is kept',
      bad: `
        FROM python:3.13-alpine
        RUN apk add --no-cache tzdata && apk add --no-cache gcc mariadb-dev \\
            && pip install --no-cache-dir mysqlclient \\
            && apk del gcc «mariadb-dev»`,
      good: `
        FROM python:3.13-alpine
        RUN apk add --no-cache tzdata mariadb-connector-c && apk add --no-cache gcc mariadb-dev \\
            && pip install --no-cache-dir mysqlclient \\
            && apk del gcc mariadb-dev`,
    },
    {
      title: 'On Debian, with all that nothing needs any more',
      bad: `
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev \\
            && pip install --no-cache-dir psycopg2 \\
            && apt-get purge -y --auto-remove gcc «libpq-dev» \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A stage that is only copied from',
      good: `
        FROM python:3.13-alpine AS build
        RUN apk add --no-cache --virtual .b gcc postgresql-dev && pip install --no-cache-dir psycopg2 && apk del .b
        FROM python:3.13-alpine
        COPY --from=build /venv /venv`,
    },
    {
      title: 'The library is installed, somewhere in the image, or by what brings it along',
      good: `
        FROM python:3.13-alpine AS base
        RUN apk add --no-cache libpq
        FROM base
        RUN apk add --no-cache --virtual .b gcc postgresql-dev && pip install --no-cache-dir psycopg2 && apk del .b
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual .b gcc postgresql-dev && pip install --no-cache-dir psycopg2 && apk del .b
        RUN apk add --no-cache postgresql-client`,
    },
    {
      title: 'Libraries that are found by looking, packages in a variable, and nothing built',
      good: `
        FROM php:8.4-alpine
        RUN apk add --no-cache --virtual .b $PHPIZE_DEPS icu-dev && docker-php-ext-install intl \\
            && apk add --no-cache --virtual .run $(scanelf --needed --nobanner --format '%n#p' -r /usr/local) && apk del .b
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual .b postgresql-dev && apk del .b`,
    },
  ],
  *check(file) {
    for (const command of file.runCommands('apk', 'apt-get', 'apt')) {
      const run = runOf(command);
      const stage = run?.stage;
      if (!run || run.isTrigger || !stage?.ships || isForDevelopment(stage, file)) continue;
      if (run.script?.readable === false || !removes(run, command)) continue;
      const built = run.commands.slice(0, run.commands.indexOf(command)).some(builds);
      if (!built) continue;
      for (const { word, headers } of takenAway(run, command)) {
        const found = headers.map((name) => runtimeLibraryOf(run.state.family, name)).find((one) => one !== undefined);
        if (!found || isInstalled(stage, found.brings)) continue;
        yield {
          at: word,
          message: say`This takes ${found.library} away as well, and what was built needs it.`,
          fix: () => keeping(run, found.library, headers),
        };
        break;
      }
    }
  },
});

/** Whether the call removes packages along with those that nothing needs any more. */
function removes({ commands }: Run, command: Command): boolean {
  const verb = verbOf(command)?.text;
  if (command.program.text === 'apk') return verb === 'del';
  if (verb !== 'purge' && verb !== 'remove') return false;
  const isThorough = command.has('--auto-remove', '--autoremove');
  return isThorough || commands.some((other) => ['autoremove', 'autopurge'].includes(verbOf(other)?.text ?? ''));
}

const builds = ({ program, subcommand }: Command): boolean =>
  BUILDERS.has(program.text) && subcommand?.text !== '--version' && subcommand?.text !== 'uninstall';

/** The packages that the call removes, each by the word that names it or the virtual package it belongs to. */
function takenAway(
  { commands }: Run,
  command: Command,
): readonly { readonly word: Word; readonly headers: readonly string[] }[] {
  return objectsOf(command).map((word) => {
    const gathered = commands.filter((other) => other.flag('-t', '--virtual')?.value?.text === word.text);
    const headers = gathered.flatMap((other) => packagesOf(other)?.map(({ name }) => name) ?? []);
    return { word, headers: gathered.length > 0 ? headers : [word.text] };
  });
}

/** Whether the library is installed, or may be, by a name that the text does not show. */
function isInstalled(stage: Stage, brings: RegExp): boolean {
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of at.instructions) {
      if (node.keyword !== 'RUN') continue;
      for (const command of node.commands) {
        if (['scanelf', 'ldd', 'apt-mark', 'dpkg-query'].includes(command.program.text) || isOpaque(command))
          return true;
        if (!['apk', 'apt-get', 'apt'].includes(command.program.text)) continue;
        const isThere = packagesOf(command)?.some(
          ({ name, word }) =>
            (brings.test(name) && !name.endsWith('-dev')) || (!word.literal && word.text !== '$PHPIZE_DEPS'),
        );
        if (isThere) return true;
      }
    }
  }
  return false;
}

/** The library in an install of its own, or in one that is kept. */
function keeping(run: Run, library: string, headers: readonly string[]): Fix | undefined {
  if (run.state.family !== 'alpine' || !run.script) return undefined;
  const adds = run.commands.filter((command) => command.program.text === 'apk' && verbOf(command)?.text === 'add');
  const title = `Install ${library} to stay`;
  const first = adds.find((add) => packagesOf(add)?.some(({ name }) => headers.includes(name)));
  const removed = run.commands.flatMap((command) => (verbOf(command)?.text === 'del' ? objectsOf(command) : []));
  const kept = adds.find(
    (add) =>
      !add.has('-t', '--virtual') && packagesOf(add)?.every(({ name }) => !removed.some(({ text }) => text === name)),
  );
  const last = kept && packagesOf(kept)?.at(-1);
  if (last) return suggestion(title, wordsAfter(last.word, library));
  return first?.wrappers.length === 0
    ? suggestion(title, insertBefore(first, `apk add --no-cache ${library} && `))
    : undefined;
}
