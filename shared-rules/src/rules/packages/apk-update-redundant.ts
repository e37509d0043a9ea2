import { remove, removeStep, suggestion, wordsAfter, type Edit } from '../../edit.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { holds } from '../../knowledge/mounts.js';
import type { Command, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'apk-update-redundant',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['packages', 'clutter', 'size'],
  since: 'next',
  summary: 'Leave out apk update where apk add fetches the index by itself.',
  docs: `
\`apk add --no-cache\` fetches a fresh package index and keeps none. An \`apk update\` before it, or \`--update\`, fetches the
same index once more and leaves it in the image.

Write \`apk add --no-cache\` alone. With a cache mount on \`/var/cache/apk\` an update has its use, and nothing is said.`,
  sources: {
    'Alpine Wiki, "Local APK cache"': 'https://wiki.alpinelinux.org/wiki/Local_APK_cache',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An update before an install that needs none',
      bad: `
        FROM alpine:3.22
        RUN apk «update» && apk add --no-cache curl`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl`,
    },
    {
      title: 'An update before an install that lacks the flag, over several lines',
      bad: `
        FROM alpine:3.22
        RUN apk «update» \\
            && apk add curl \\
            && apk add --no-cache git`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl \\
            && apk add --no-cache git`,
    },
    {
      title: 'The same as a flag',
      bad: `
        FROM alpine:3.22
        RUN apk add «--update» --no-cache curl
        RUN apk «-U» add --no-cache git`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl
        RUN apk add --no-cache git`,
    },
    {
      title: 'A flag instead of --no-cache',
      bad: `
        FROM alpine:3.22
        RUN apk add «--update» curl`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl`,
    },
    {
      title: 'A cache mount',
      good: `
        FROM alpine:3.22
        RUN --mount=type=cache,target=/var/cache/apk apk update && apk add curl
        RUN --mount=type=cache,target=/etc/apk/cache apk add --update curl`,
    },
    {
      title: 'An update alone, before an upgrade, or for another root',
      good: `
        FROM alpine:3.22
        RUN apk update
        RUN apk update && apk upgrade && apk add --no-cache curl
        RUN apk --root /image update && apk --root /image add curl`,
    },
    {
      title: 'An index that goes in the same RUN',
      good: `
        FROM alpine:3.22
        RUN apk update && apk add curl && rm -rf /var/cache/apk/*
        RUN apk add -U curl && rm -rf /var/cache/apk/*`,
    },
  ],
  *check(file) {
    for (const run of file.runs('apk')) {
      if (
        run.isTrigger ||
        holds(run, '/var/cache/apk') ||
        holds(run, '/etc/apk/cache') ||
        run.script?.readable === false
      )
        continue;
      const calls = run.commands.filter(({ program }) => program.text === 'apk');
      const adds = calls.filter((command) => verbOf(command)?.text === 'add' && objectsOf(command).length > 0);
      if (adds.length === 0 || calls.some(isElsewhere) || clears(run)) continue;
      const update = calls.find((command) => verbOf(command)?.text === 'update');
      const verb = update && verbOf(update);
      if (update && verb) {
        // The index may be needed by other calls, or by an install that stands before.
        if (calls.some((command) => !['add', 'update', 'del'].includes(verbOf(command)?.text ?? ''))) continue;
        if (run.commands.indexOf(update) > Math.min(...adds.map((add) => run.commands.indexOf(add)))) continue;
        const step = removeStep(run, update);
        yield {
          at: verb,
          message: say`apk add --no-cache fetches the index by itself.`,
          fix: step && suggestion('Leave the update out', step, ...adds.flatMap(withoutCache)),
        };
        continue;
      }
      for (const add of adds) {
        const flag = add.flag('-U', '--update', '--update-cache');
        if (!flag || (flag.word.text.length > 2 && !flag.word.text.startsWith('--'))) continue;
        yield {
          at: flag.word,
          message: say`apk add --no-cache fetches the index by itself.`,
          fix: suggestion(`Leave ${flag.word.text} out`, remove(flag.word), ...withoutCache(add)),
        };
      }
    }
  },
});

const withoutCache = (add: Command): readonly Edit[] => {
  const verb = verbOf(add);
  return verb && !add.has('--no-cache', '--no-network') ? [wordsAfter(verb, '--no-cache')] : [];
};

const isElsewhere = (command: Command): boolean => command.has('-p', '--root', '--cache-dir');

const clears = ({ commands }: Run): boolean =>
  commands.some(({ program, args }) => program.text === 'rm' && args.some(({ text }) => text.startsWith('/var/cache')));
