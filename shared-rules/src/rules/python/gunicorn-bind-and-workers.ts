import { replace, suggestion, wordsAfter } from '../../edit.js';
import { environmentOf } from '../../knowledge/python.js';
import { appendedTo, mainCommand, startsIn } from '../../knowledge/start.js';
import { sourceText, type Command, type Dockerfile, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'gunicorn-bind-and-workers',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['python', 'runtime'],
  since: 'next',
  summary: 'Tell gunicorn how many workers it may have, by a number that fits the container.',
  docs: `
Without a word gunicorn has one worker, which answers one request at a time. A number taken from the processors, by
\`nproc\` or \`cpu_count()\`, is that of the whole machine: on 64 cores it starts 129 workers in a container that may use one
core and 512 MB, and the kernel kills it.

Set a number that whoever runs the image can change: \`--workers \${WEB_CONCURRENCY:-2}\`; \`WEB_CONCURRENCY\` is read by
gunicorn itself as well. Where each container is to have one worker, as some have it on Kubernetes, set \`onePerPod\`.
The address, \`--bind 0.0.0.0:8000\`, is the matter of \`listen-on-localhost\`.`,
  sources: {
    'gunicorn, "How Many Workers?"': 'https://docs.gunicorn.org/en/stable/design.html#how-many-workers',
    'gunicorn settings, workers': 'https://docs.gunicorn.org/en/stable/settings.html#workers',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    onePerPod: {
      about: 'Say nothing where no number is given: each container is to have one worker.',
      type: 'boolean',
      default: false,
    },
  },
  examples: [
    {
      title: 'A worker that answers many requests at a time',
      good: `
        FROM python:3.14-slim
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "-k", "gevent", "app:app"]`,
    },
    {
      title: 'A worker with threads',
      good: `
        FROM python:3.14-slim
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--threads", "8", "app:app"]`,
    },
    {
      title: 'No number, in both forms',
      bad: `
        FROM python:3.13-slim AS shell
        CMD exec «gunicorn» --bind 0.0.0.0:8000 app:api
        FROM python:3.13-slim
        ENTRYPOINT ["«gunicorn»", "--bind", "0.0.0.0:8000", "app:api"]`,
      good: `
        FROM python:3.13-slim AS shell
        CMD exec gunicorn --workers \${WEB_CONCURRENCY:-2} --bind 0.0.0.0:8000 app:api
        FROM python:3.13-slim
        ENTRYPOINT ["gunicorn", "--workers", "2", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'The processors of the machine',
      bad: `
        FROM python:3.13-slim
        CMD gunicorn --workers «$(nproc)» app:api`,
      good: `
        FROM python:3.13-slim
        CMD gunicorn --workers \${WEB_CONCURRENCY:-2} app:api`,
    },
    {
      title: 'The processors of the machine, in the configuration',
      files: { 'gunicorn.conf.py': 'import multiprocessing\n\nworkers = multiprocessing.cpu_count() * 2 + 1\n' },
      bad: `
        FROM python:3.13-slim
        WORKDIR /app
        COPY . .
        CMD ["«gunicorn»", "app:api"]`,
    },
    {
      title: 'A number, by a flag, by CMD, by a variable',
      good: `
        FROM python:3.13-slim AS a
        CMD ["gunicorn", "-w", "4", "app:api"]
        FROM python:3.13-slim AS b
        ENTRYPOINT ["gunicorn", "app:api"]
        CMD ["--workers=2"]
        FROM python:3.13-slim AS c
        ENV WEB_CONCURRENCY=3
        CMD ["gunicorn", "app:api"]
        FROM python:3.13-slim AS d
        ENV GUNICORN_CMD_ARGS="--workers 3"
        CMD ["gunicorn", "app:api"]
        FROM python:3.13-slim AS e
        CMD gunicorn $GUNICORN_OPTS app:api`,
    },
    {
      title: 'A number in the configuration, or a configuration that nobody can read',
      files: { 'gunicorn.conf.py': 'workers = 4\n' },
      good: `
        FROM python:3.13-slim AS a
        WORKDIR /app
        COPY . .
        CMD ["gunicorn", "app:api"]
        FROM python:3.13-slim AS b
        CMD ["gunicorn", "-c", "/etc/gunicorn.py", "app:api"]`,
    },
    {
      title: 'One worker on purpose, and a stage for development',
      options: { onePerPod: true },
      good: `
        FROM python:3.13-slim AS dev
        CMD gunicorn --reload app:api
        FROM python:3.13-slim
        CMD ["gunicorn", "app:api"]`,
    },
  ],
  *check(file, { options, workspace }) {
    for (const { stage, node } of startsIn(file)) {
      const command = mainCommand(node);
      if (command?.program.text !== 'gunicorn') continue;
      const given = command.flag('-w', '--workers');
      if (given) {
        const { value } = given;
        if (!value || !asksProcessors(value.text)) continue;
        yield {
          at: value,
          message: processors,
          fix: node.form === 'shell' && given.word !== value ? limited(value) : undefined,
        };
        continue;
      }
      const words = [...command.args, ...appendedTo(node, stage)];
      const isOpen = words.some(({ literal, text }) => !literal && /^["']?\$/.test(text));
      if (isOpen || words.some(({ text }) => /^(-w|--workers)/.test(text)) || isSet(stage)) continue;
      const setting = workersIn(file, stage, command, workspace);
      if (setting === 'unknown') continue;
      if (setting) {
        const { opened, at } = setting;
        if (!asksProcessors(sourceText(opened, at))) continue;
        yield {
          at: command.program,
          message: processors,
          related: [{ at, path: opened.path, message: say`It is set here.` }],
        };
      } else if (!options.onePerPod && !answersMany(command)) {
        const count = node.form === 'shell' ? '${WEB_CONCURRENCY:-2}' : '2';
        yield {
          at: command.program,
          message: say`gunicorn has one worker here, which answers one request at a time.`,
          fix: suggestion('Set a number of workers', wordsAfter(command.program, '--workers', count)),
        };
      }
    }
  },
});

/** Whether a single worker answers many requests at a time: in threads, or by a worker class of another kind. */
const answersMany = (command: Command): boolean =>
  command.has('--threads') || (command.flag('-k', '--worker-class')?.value?.text ?? 'sync') !== 'sync';

const processors = say`The number of processors is that of the whole machine, not what the container may use.`;

const asksProcessors = (text: string): boolean => /nproc|cpu_count|\/proc\/cpuinfo|_NPROCESSORS/.test(text);

const limited = (value: Parameters<typeof replace>[0]) =>
  suggestion('Use WEB_CONCURRENCY', replace(value, '${WEB_CONCURRENCY:-2}'));

const isSet = (stage: Stage): boolean =>
  environmentOf(stage, 'WEB_CONCURRENCY') !== undefined || environmentOf(stage, 'GUNICORN_CMD_ARGS') !== undefined;

/** The setting in the configuration file, or that there is one which nobody can read. */
function workersIn(file: Dockerfile, stage: Stage, command: Command, workspace: Workspace) {
  const named = command.flag('-c', '--config')?.value;
  if (named && (!named.literal || named.text.startsWith('python:'))) return 'unknown' as const;
  const path = named?.text.replace(/^file:/, '') ?? 'gunicorn.conf.py';
  const { workdir } = command.state;
  const full = path.startsWith('/') ? path : `${workdir.known ? workdir.value : '.'}/${path}`;
  const opened = file
    .contextPathsOf(full, stage)
    .map((candidate) => workspace.open(candidate, 'python'))
    .find((found) => found !== undefined);
  const at = opened?.setting('workers');
  if (opened && at) return { opened, at };
  return named && !opened ? ('unknown' as const) : undefined;
}
