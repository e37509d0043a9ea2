import { chain, suggestion } from '../../edit.js';
import { isOpaque, jumps, objectsOf, verbOf } from '../../knowledge/commands.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { runOf, visitAfter, type Dockerfile, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'apk-virtual-not-removed',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'size'],
  since: 'next',
  summary: 'Delete a virtual package in the RUN that adds it.',
  docs: `
\`apk add --virtual .build-deps …\` gives a set of packages one name for one reason: to delete them together. Where
\`apk del .build-deps\` is missing from the same RUN, compilers and headers stay in the layer, often several hundred
megabytes, and a later RUN cannot take them out again.

End the RUN with \`apk del --no-network .build-deps\`. Begin the name with a dot, so that it is never taken for a package of
the repository. In a stage that is only copied from, the packages may stay.`,
  sources: {
    'apk(8)': 'https://man.archlinux.org/man/apk.8',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Build tools that stay',
      bad: `
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual «.build-deps» gcc musl-dev && pip install --no-cache-dir uwsgi`,
      good: `
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual .build-deps gcc musl-dev && pip install --no-cache-dir uwsgi && apk del --no-network .build-deps`,
    },
    {
      title: 'One of two, over several lines; deleted too late',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache -t .run curl \\
            && apk add --no-cache -t «.fetch» git \\
            && make \\
            && apk del .run
        RUN apk del .fetch`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache -t .run curl \\
            && apk add --no-cache -t .fetch git \\
            && make \\
            && apk del .run \\
            && apk del --no-network .fetch
        RUN apk del .fetch`,
    },
    {
      title: 'A name that a package might have',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache --virtual «build-deps» gcc && make && apk del build-deps`,
    },
    {
      title: 'A stage that is only copied from, and one for development',
      good: `
        FROM alpine:3.22 AS build
        RUN apk add --no-cache --virtual .build-deps gcc && make
        FROM alpine:3.22 AS dev
        RUN apk add --no-cache --virtual .build-deps gcc
        FROM alpine:3.22
        COPY --from=build /app /app`,
    },
    {
      title: 'Deleted in the same RUN, in one way or another',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache --virtual .build-deps gcc && make && apk del .build-deps
        RUN apk add --no-cache --virtual=.tools gcc && make; apk del --purge .other .tools
        RUN apk add --no-cache --virtual .fetch git && apk add -t .more make && apk del .fetch .more
        RUN apk add --no-cache --virtual .late gcc && ./build.sh`,
    },
    {
      title: 'Programs that the image needs, under a name of their own',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache --virtual .runDeps libpq
        RUN apk add --no-cache --virtual .php-rundeps $runDeps && apk add --no-cache --virtual $NAME gcc
        RUN apk add --no-cache --virtual .app-run-deps curl`,
    },
  ],
  *check(file) {
    for (const command of file.runCommands('apk')) {
      const run = runOf(command);
      const name = command.flag('-t', '--virtual')?.value;
      if (!run || run.isTrigger || !name?.literal || verbOf(command)?.text !== 'add') continue;
      // Without packages nothing is gathered under the name.
      if (objectsOf(command).length === 0) continue;
      const { stage, script } = run;
      if (!stage?.ships || isForDevelopment(stage, file) || script?.readable === false) continue;
      if (RUNTIME.test(name.text)) continue;
      const isDeleted = deletes(run, name.text);
      if (isDeleted || (script && jumps(script)) || run.commands.some((other) => isOpaque(other))) {
        if (isDeleted && !name.text.startsWith('.')) {
          yield {
            at: name,
            severity: 'hint' as const,
            message: say`Without a dot before it, ${name.text} may be the name of a real package.`,
          };
        }
        continue;
      }
      const edit = chain(run, `apk del --no-network ${name.text}`);
      yield {
        at: name,
        message: say`The packages of ${name.text} stay in the layer: this RUN does not delete them.`,
        fix: edit && !isUsedLater(file, run) ? suggestion('Delete them at the end of the RUN', edit) : undefined,
      };
    }
  },
});

/** Names for what is needed at run time, as in the official images. */
const RUNTIME = /run|prod|persist|^\.?(app|phpize|php-ext)|^\.?phpexts?/i;

const deletes = ({ commands }: Run, name: string): boolean =>
  commands.some(
    (command) =>
      command.program.text === 'apk' &&
      verbOf(command)?.text === 'del' &&
      objectsOf(command).some(({ text, literal }) => text === name || !literal),
  );

/** Whether a later RUN builds something, for which the packages may be there. */
function isUsedLater(file: Dockerfile, run: Run): boolean {
  let isUsed = false;
  visitAfter(file, run, (node) => {
    isUsed ||=
      node.keyword === 'RUN' && node.commands.some(({ program }) => program.text !== 'apk' && program.text !== 'rm');
    return isUsed;
  });
  return isUsed;
}
