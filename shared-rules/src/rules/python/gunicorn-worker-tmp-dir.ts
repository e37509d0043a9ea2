import { fix, replace, replaceIn, within, wordsAfter, type Fix } from '../../edit.js';
import type { AnyFile, Command, Dockerfile, Located, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

const FLAG = '--worker-tmp-dir';
const MEMORY = '/dev/shm';
const VARIABLE = 'GUNICORN_CMD_ARGS';

export default rule({
  id: 'gunicorn-worker-tmp-dir',
  kinds: ['dockerfile', 'shell'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['python', 'runtime'],
  since: '0.1.0',
  summary: 'Keep the heartbeat files of gunicorn workers in memory, under /dev/shm.',
  docs: `
gunicorn's workers prove that they are alive by touching a file, by default under /tmp.
In a container /tmp lies on the overlay file system, where that can block for seconds; the arbiter then takes
a healthy worker for dead and kills it in the middle of a request.

Point \`--worker-tmp-dir\` at /dev/shm, which is memory. Docker's default of 64 MB for it is plenty: the files are empty.
Leave it where /tmp is a tmpfs anyway.`,
  sources: {
    'gunicorn FAQ':
      'https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod',
    'gunicorn settings': 'https://docs.gunicorn.org/en/stable/settings.html#worker-tmp-dir',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'In a shell form, and on disk',
      bad: `
        FROM python:3.12-slim
        CMD gunicorn app:api --worker-tmp-dir «/tmp» --bind 0.0.0.0:8000`,
      good: `
        FROM python:3.12-slim
        CMD gunicorn app:api --worker-tmp-dir /dev/shm --bind 0.0.0.0:8000`,
    },
    {
      title: 'In an exec form, without the flag',
      bad: `
        FROM python:3.12-slim
        ENTRYPOINT ["«gunicorn»", "--bind", "0.0.0.0:8000", "app:api"]`,
      good: `
        FROM python:3.12-slim
        ENTRYPOINT ["gunicorn", "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'With an equals sign, behind an init and a shell',
      bad: `
        FROM python:3.12-slim
        CMD ["tini", "--", "gunicorn", "--worker-tmp-dir=«/var/tmp»", "app:api"]`,
      good: `
        FROM python:3.12-slim
        CMD ["tini", "--", "gunicorn", "--worker-tmp-dir=/dev/shm", "app:api"]`,
    },
    {
      title: 'In GUNICORN_CMD_ARGS',
      bad: `
        FROM python:3.12-slim
        ENV GUNICORN_CMD_ARGS=«"--worker-tmp-dir /tmp --workers 4"»
        CMD ["gunicorn", "app:api"]`,
      good: `
        FROM python:3.12-slim
        ENV GUNICORN_CMD_ARGS="--worker-tmp-dir /dev/shm --workers 4"
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'In an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        set -e
        python manage.py migrate
        exec «gunicorn» app:api "$@"`,
      good: `
        #!/bin/sh
        set -e
        python manage.py migrate
        exec gunicorn --worker-tmp-dir /dev/shm app:api "$@"`,
    },
    {
      title: 'In a configuration file, which is mended there',
      files: { 'gunicorn.conf.py': 'workers = 4\nworker_tmp_dir = "/tmp"\n' },
      bad: `
        FROM python:3.12-slim
        COPY . /app
        CMD ["«gunicorn»", "-c", "/app/gunicorn.conf.py", "app:api"]`,
      good: `
        FROM python:3.12-slim
        COPY . /app
        CMD ["gunicorn", "-c", "/app/gunicorn.conf.py", "app:api"]`,
      fixedFiles: { 'gunicorn.conf.py': 'workers = 4\nworker_tmp_dir = "/dev/shm"\n' },
    },
    {
      title: 'In memory already',
      good: `
        FROM python:3.12-slim
        CMD gunicorn app:api --worker-tmp-dir /dev/shm
        ENTRYPOINT ["gunicorn", "--worker-tmp-dir=/run/shm", "app:api"]`,
    },
    {
      title: 'In memory by GUNICORN_CMD_ARGS',
      good: `
        FROM python:3.12-slim
        ENV GUNICORN_CMD_ARGS="--worker-tmp-dir=/dev/shm"
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'In memory by the configuration file that gunicorn finds by itself',
      files: { 'gunicorn.conf.py': "worker_tmp_dir = '/dev/shm'\n" },
      good: `
        FROM python:3.12-slim
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'A folder or a configuration that only the run time knows',
      good: `
        FROM python:3.12-slim
        CMD gunicorn app:api --worker-tmp-dir $TMP_DIR
        ENTRYPOINT ["gunicorn", "-c", "/etc/elsewhere/gunicorn.py", "app:api"]`,
    },
    {
      title: 'Arguments that only the run time knows, or that CMD appends',
      good: `
        FROM python:3.12-slim AS variable
        ENV GUNICORN_CMD_ARGS="--worker-tmp-dir $TMP_DIR"
        CMD ["gunicorn", "app:api"]
        FROM python:3.12-slim AS inline
        CMD GUNICORN_CMD_ARGS="--worker-tmp-dir /dev/shm" gunicorn app:api
        FROM python:3.12-slim AS options
        CMD gunicorn $GUNICORN_OPTS app:api
        FROM python:3.12-slim
        ENTRYPOINT ["gunicorn", "app:api"]
        CMD ["--worker-tmp-dir", "/dev/shm"]`,
    },
    {
      title: 'Appended by CMD, on disk',
      bad: `
        FROM python:3.12-slim
        ENTRYPOINT ["gunicorn", "app:api"]
        CMD ["--worker-tmp-dir", "«/tmp»"]`,
      good: `
        FROM python:3.12-slim
        ENTRYPOINT ["gunicorn", "app:api"]
        CMD ["--worker-tmp-dir", "/dev/shm"]`,
    },
    {
      title: 'A script that sets the arguments itself',
      kind: 'shell',
      good: `
        #!/bin/sh
        export GUNICORN_CMD_ARGS="--worker-tmp-dir=/dev/shm"
        exec gunicorn app:api`,
    },
    {
      title: 'In memory by the configuration file in the folder that gunicorn starts from',
      files: { 'src/gunicorn.conf.py': "worker_tmp_dir = '/dev/shm'\n" },
      good: `
        FROM python:3.12-slim
        WORKDIR /app
        COPY src/ .
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'During the build, and without gunicorn',
      good: `
        FROM python:3.12-slim
        RUN gunicorn --check-config app:api
        CMD ["uvicorn", "app:api"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const command of file.commands('gunicorn')) {
      const keyword = command.instruction?.keyword;
      if (
        keyword === 'RUN' ||
        keyword === 'HEALTHCHECK' ||
        command.has('--version', '-v', '--help', '-h', '--check-config', '--print-config')
      ) {
        continue;
      }
      const given = command.flag(FLAG);
      if (given) {
        const { value } = given;
        if (value && isOnDisk(value)) yield onDisk(value, moved(replace(value, MEMORY)));
        continue;
      }
      const appended = appendedFolder(command);
      if (appended) {
        if (isOnDisk(appended)) yield onDisk(appended, moved(replace(appended, MEMORY)));
        continue;
      }
      // A variable made for arguments may hold the flag.
      if (command.args.some(({ literal, text }) => !literal && /^["']?\$\{?\w*(ARGS|OPTS|OPTIONS|FLAGS)\b/i.test(text)))
        continue;
      const fromEnvironment = argumentsFromEnvironment(file, command);
      if (fromEnvironment === 'unknown') continue;
      if (fromEnvironment) {
        const folder = folderIn(fromEnvironment.text);
        if (folder !== undefined && isDisk(folder)) {
          yield onDisk(fromEnvironment, moved(replaceIn(fromEnvironment, folder, MEMORY)));
        }
        if (folder !== undefined || !fromEnvironment.literal) continue;
      }
      yield* fromConfiguration(file, command, workspace);
    }
  },
});

const isDisk = (folder: string): boolean => !/^\/(dev|run)\/shm(\/|$)/.test(folder);
const isOnDisk = ({ literal, text }: Word): boolean => literal && isDisk(text);

const moved = (...edits: Parameters<typeof fix>[1][]): Fix =>
  fix({ title: `Move them to ${MEMORY}`, changes: ['heartbeat files'] }, ...edits);

const onDisk = (at: Located, mended: Fix) => ({
  at,
  message: say`The workers' heartbeat files lie on disk, where touching them can block.`,
  fix: mended,
});

/** The folder that a line of arguments names. */
function folderIn(text: string): string | undefined {
  const words = text.split(/[ \t]+/);
  const index = words.findIndex((word) => word === FLAG || word.startsWith(`${FLAG}=`));
  const word = words[index];
  if (word === undefined) return undefined;
  return word === FLAG ? words[index + 1] : word.slice(FLAG.length + 1);
}

/** The folder among the arguments that CMD appends to an ENTRYPOINT in exec form. */
function appendedFolder({ instruction }: Command): Word | undefined {
  if (instruction?.keyword !== 'ENTRYPOINT' || instruction.form !== 'exec') return undefined;
  const words = instruction.stage?.effective('CMD')?.argv ?? [];
  const index = words.findIndex(({ text }) => text === FLAG);
  return index < 0 ? undefined : words[index + 1];
}

/** The value of GUNICORN_CMD_ARGS, or that only the run time knows it. */
function argumentsFromEnvironment(file: AnyFile, command: Command): Word | 'unknown' | undefined {
  const own = command.assignments.find(({ name }) => name.text === VARIABLE)?.value;
  if (own) return own;
  if (file.kind === 'shell') {
    const isSet = file.script.statements.some(
      (statement) =>
        (statement.kind === 'assignment' && statement.assignments.some(({ name }) => name.text === VARIABLE)) ||
        (statement.kind === 'command' && statement.command.args.some(({ text }) => text.startsWith(`${VARIABLE}=`))),
    );
    return isSet ? 'unknown' : undefined;
  }
  const variable = command.state.env.lookup(VARIABLE);
  if (!variable || file.kind !== 'dockerfile') return undefined;
  if (variable.value === undefined) return 'unknown';
  for (const { pairs } of file.all('ENV')) {
    for (const { name, value } of pairs) {
      if (name.text === variable.name && value?.text === variable.value) return value;
    }
  }
  return undefined;
}

/** What the configuration file says: the one that -c names, else the one that gunicorn finds by itself. */
function* fromConfiguration(file: AnyFile, command: Command, workspace: Workspace) {
  const named = command.flag('-c', '--config')?.value;
  const paths = configurationPaths(file, command, named);
  const opened = paths.map((path) => workspace.open(path, 'python')).find((found) => found !== undefined);
  const setting = opened?.setting('worker_tmp_dir');
  if (opened && setting) {
    const { value } = setting;
    if (value && isDisk(value.text)) {
      const mended = moved(within(opened, replace(value, MEMORY)));
      const related = [{ at: setting, path: opened.path, message: say`It is set here.` }];
      yield { ...onDisk(command.program, mended), related };
    }
    return;
  }
  if (named && !opened) return;
  yield {
    at: command.program,
    message: say`The workers' heartbeat files lie in /tmp, on disk, where touching them can block.`,
    fix: moved(wordsAfter(command.program, FLAG, MEMORY)),
  };
}

function configurationPaths(
  file: AnyFile,
  { instruction, state }: Command,
  named: Word | undefined,
): readonly string[] {
  if (named && (!named.literal || named.text.startsWith('python:'))) return [];
  const path = named?.text.replace(/^file:/, '') ?? 'gunicorn.conf.py';
  const stage = instruction?.stage;
  if (file.kind !== 'dockerfile' || !stage) return [path];
  const { workdir } = state;
  const isAbsolute = path.startsWith('/');
  const full = isAbsolute || !workdir.known ? path : `${workdir.value}/${path}`;
  const found = (file satisfies Dockerfile).contextPathsOf(full, stage);
  return isAbsolute ? found : [...found, path];
}
