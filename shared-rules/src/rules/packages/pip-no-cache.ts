import { fix, wordsAfter } from '../../edit.js';
import { objectsOf, removedBy, verbOf } from '../../knowledge/commands.js';
import { argument, codesOf } from '../../knowledge/hadolint.js';
import { isWithin, keepsOut, targetsKeptOut } from '../../knowledge/mounts.js';
import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import { PIP } from '../../knowledge/pip.js';
import { around, anyBefore, runOf, type Command, type Dockerfile, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

const PEERS = {
  hadolint: ['DL3042'],
  parfum: ['pipUseNoCacheDir'],
  kics: ['Pip install Keeping Cached Packages'],
  semgrep: ['missing-pip-no-cache-dir'],
};

/** Subcommands that keep what they have downloaded. Source: pip's documentation, "Caching". */
const CACHING: ReadonlySet<string> = new Set(['install', 'download', 'wheel']);

export default rule({
  id: 'pip-no-cache',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'python', 'size'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Pass --no-cache-dir to pip, or keep its cache on a mount, out of the image.',
  docs: `
pip keeps every file it downloads and every wheel it builds below \`~/.cache/pip\`. In an image nobody will ask for them
again: they are dead weight, often as large as the packages themselves.

\`--no-cache-dir\` keeps nothing. \`RUN --mount=type=cache,target=/root/.cache/pip\` does better: the cache stays outside
the image, and the next build has it. \`ENV PIP_NO_CACHE_DIR=1\` sets it for every call; pip takes any value for a yes,
even \`off\`. In a stage that is only copied from, the cache costs nothing, and nothing is said there.`,
  sources: {
    'pip, "Caching"': 'https://pip.pypa.io/en/stable/topics/caching/',
    'Cache mounts': 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3042',
      they: 'looks at `pip install` alone',
      we: 'looks at `pip download` and `pip wheel` as well',
      why: 'They fill the same cache.',
    },
    {
      from: 'hadolint/DL3042',
      they: 'flags it in every stage',
      we: 'silent in a stage that is only copied from, and where an ARG sets PIP_NO_CACHE_DIR',
      why: 'Nothing of it gets into the image; and an ARG is seen by the RUN.',
    },
    {
      from: 'parfum/pipUseNoCacheDir',
      they: 'flags it in every stage, whatever the variable says',
      we: 'silent in a stage that is only copied from, with the variable and with a cache mount',
      why: 'Nothing of it gets into the image.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint and docker-parfum do: every stage, install alone, and only what they take for a switch.',
    },
  },
  examples: [
    {
      title: 'An install that keeps its downloads',
      bad: `
        FROM python:3.13
        RUN pip «install» -r requirements.txt`,
      good: `
        FROM python:3.13
        RUN pip install --no-cache-dir -r requirements.txt`,
    },
    {
      title: 'By any name, behind any program, in every form of RUN',
      bad: `
        FROM python:3.13
        RUN sudo -H pip3 \\
              «install» flask && python3.13 -m pip «install» -U pip
        RUN ["pip", "«install»", "flask"]
        RUN <<EOF
        pip --quiet «install» flask
        EOF
        ONBUILD RUN pip3.12 «install» -r requirements.txt`,
      good: `
        FROM python:3.13
        RUN sudo -H pip3 \\
              install --no-cache-dir flask && python3.13 -m pip install --no-cache-dir -U pip
        RUN ["pip", "install", "--no-cache-dir", "flask"]
        RUN <<EOF
        pip --quiet install --no-cache-dir flask
        EOF
        ONBUILD RUN pip3.12 install --no-cache-dir -r requirements.txt`,
    },
    {
      title: 'Downloads and wheels are kept as well',
      bad: `
        FROM python:3.13
        RUN pip «wheel» -w /wheels -r requirements.txt && pip «download» -d /sources flask`,
      good: `
        FROM python:3.13
        RUN pip wheel --no-cache-dir -w /wheels -r requirements.txt && pip download --no-cache-dir -d /sources flask`,
    },
    {
      title: 'An empty value switches nothing',
      bad: `
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=
        RUN pip «install» flask`,
      good: `
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=
        RUN pip install --no-cache-dir flask`,
    },
    {
      title: 'The flag, anywhere in the call',
      good: `
        FROM python:3.13
        RUN pip install --no-cache-dir flask && pip --no-cache-dir install flask && pip install flask --no-cache`,
    },
    {
      title: 'The variable, in this stage, in the one it starts from, in the RUN',
      good: `
        FROM python:3.13 AS base
        ENV PIP_NO_CACHE_DIR=1
        FROM base
        RUN pip install flask
        FROM python:3.13 AS release
        RUN PIP_NO_CACHE_DIR=on pip install flask
        RUN export PIP_NO_CACHE_DIR=true && pip install flask
        ARG PIP_NO_CACHE_DIR=off
        RUN pip install flask`,
    },
    {
      title: 'A cache outside the image',
      good: `
        FROM python:3.13
        RUN --mount=type=cache,target=/root/.cache/pip pip install flask
        RUN --mount=type=cache,target=/root/.cache pip install flask
        RUN --mount=type=tmpfs,target=/root/.cache/pip pip install flask
        ENV PIP_CACHE_DIR=/var/cache/wheels
        RUN --mount=type=cache,target=/var/cache/wheels pip install flask`,
    },
    {
      title: 'A cache that goes in the same RUN',
      good: `
        FROM python:3.13
        RUN pip install flask && pip install django && rm -rf ~/.cache/pip
        RUN pip install flask && rm -rf /root/.cache/pip /tmp/*
        RUN pip install flask && rm -r "$HOME/.cache/pip" && pip3 install django && python -m pip cache purge
        RUN pip install flask && rm -rf /root/.cache`,
    },
    {
      title: 'A cache that is cleared too early',
      bad: `
        FROM python:3.13
        RUN rm -rf ~/.cache/pip && pip «install» flask`,
      good: `
        FROM python:3.13
        RUN rm -rf ~/.cache/pip && pip install --no-cache-dir flask`,
    },
    {
      title: 'A stage that is only copied from',
      good: `
        FROM python:3.13 AS build
        RUN pip install --target=/deps flask
        FROM python:3.13-slim
        COPY --from=build /deps /deps`,
    },
    {
      title: 'Other tools, other subcommands, a setting, no downloads at all',
      good: `
        FROM python:3.13
        RUN pipx install poetry && pipenv install && python -m pipx install poetry && python -m pipenv install
        RUN pip list && pip uninstall -y flask && echo pip install flask
        RUN pip install --no-index --find-links=/wheels flask
        RUN pip config set global.no-cache-dir true && pip install flask
        RUN pip install django`,
    },
    {
      title: 'As hadolint and docker-parfum judge it',
      profile: 'all',
      bad: `
        FROM python:3.13 AS build
        RUN pip «install» flask && pip wheel flask; pip «install» flask --no-cache; sudo pip «install» flask
        RUN pip «install» flask; python -m pip «install» flask; python -m pip -q «install» flask; rm -rf /root/.cache/pip
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=off
        RUN pip «install» flask
        RUN PIP_NO_CACHE_DIR=0 pip «install» flask
        ARG PIP_NO_CACHE_DIR=1
        RUN pip «install» --no-index flask; sh -c 'pip install flask'`,
      good: `
        FROM python:3.13 AS build
        RUN pip install --no-cache-dir flask && pip wheel flask; pip install --no-cache-dir flask --no-cache; sudo pip install --no-cache-dir flask
        RUN pip install --no-cache-dir flask; python -m pip install --no-cache-dir flask; python -m pip -q install --no-cache-dir flask; rm -rf /root/.cache/pip
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=off
        RUN pip install --no-cache-dir flask
        RUN PIP_NO_CACHE_DIR=0 pip install --no-cache-dir flask
        ARG PIP_NO_CACHE_DIR=1
        RUN pip install --no-cache-dir --no-index flask; sh -c 'pip install flask'`,
    },
    {
      title: 'What hadolint and docker-parfum let pass',
      profile: 'all',
      good: `
        FROM python:3.13 AS base
        ENV PIP_NO_CACHE_DIR=on
        FROM base
        RUN pip install flask
        FROM python:3.13
        RUN pip install --no-cache-dir flask; PIP_NO_CACHE_DIR=1 pip install flask
        RUN pip install flask && pip install django && rm -rf ~/.cache/pip
        RUN --mount=type=cache,target=/root/.cache/pip pip install flask
        RUN pipx install poetry && python -m pipx install poetry && pipenv install`,
    },
    {
      title: 'Of what ENV sets, hadolint lets a trigger know nothing',
      profile: 'all',
      bad: `
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=1
        ONBUILD RUN pip «install» flask
        ONBUILD ENV PIP_NO_CACHE_DIR=1
        ONBUILD RUN pip install flask`,
      good: `
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=1
        ONBUILD RUN pip install --no-cache-dir flask
        ONBUILD ENV PIP_NO_CACHE_DIR=1
        ONBUILD RUN pip install flask`,
    },
  ],
  *check(file, { options }) {
    const isConfigured = anyBefore((node) => node.keyword === 'RUN' && node.commands.some(configures));
    for (const command of file.runCommands(...PIP)) {
      const run = runOf(command);
      if (!run) continue;
      const sees = verdicts(file, run, command);
      const verb = options.asPeers
        ? sees.hadolint || sees.parfum
          ? argument(command, 'install')
          : undefined
        : leavesCache(run, command) && !isConfigured(run)
          ? verbOf(command)
          : undefined;
      if (!verb) continue;
      yield {
        at: verb,
        message: say`${command.program.text} ${verb.text} keeps what it downloads in the image.`,
        fix: fix({ title: 'Add --no-cache-dir', changes: ['package caches'] }, wordsAfter(verb, '--no-cache-dir')),
        peers: codesOf(PEERS, sees),
      };
    }
  },
});

const VARIABLE = 'PIP_NO_CACHE_DIR';

/** Whether the call leaves downloads in a layer that ships. */
function leavesCache(run: Run, command: Command): boolean {
  const verb = verbOf(command);
  if (!verb || !CACHING.has(verb.text) || run.stage?.ships === false) return false;
  // pip takes every beginning of the flag that only this flag has.
  if (command.args.some(({ text }) => text.startsWith('--no-ca'))) return false;
  if (command.has('--no-index', '--cache-dir', '--dry-run')) return false;
  const setting = command.state.env.lookup(VARIABLE);
  if (setting && setting.value !== '') return false;
  if (valueInText(run)?.match(/^\S/)) return false;
  return !isMounted(run, command) && !isCleared(command) && !around(command).before.some(configures);
}

/** What the text of a RUN gives the variable where it first names it: everything behind the equals sign. */
function valueInText(run: Run): string | undefined {
  const text = [run.commandText?.text ?? '', ...run.heredocs.map(({ body }) => body)].join('\n');
  const [, ...rest] = text.split(`${VARIABLE}=`);
  return rest.length === 0 ? undefined : rest.join(`${VARIABLE}=`);
}

function isMounted(run: Run, { state }: Command): boolean {
  const folders = ['PIP_CACHE_DIR', 'XDG_CACHE_HOME'].flatMap((name) => state.env.lookup(name)?.value ?? []);
  return targetsKeptOut(run).some(
    (target) =>
      /pip|\$|\.cache\/?$/.test(target) ||
      folders.some((folder) => isWithin(folder, target) || isWithin(target, folder)),
  );
}

/** Whether a later command of the RUN takes the cache away. */
const isCleared = (command: Command): boolean =>
  around(command).after.some(
    (later) =>
      removedBy(later).some(({ text }) => /\.cache\/pip|\.cache\/?\*?$|PIP_CACHE_DIR/.test(text)) ||
      (PIP.includes(later.program.text) &&
        verbOf(later)?.text === 'cache' &&
        objectsOf(later).some(({ text }) => text === 'purge')),
  );

/** Whether `pip config set` switches the cache off. */
const configures = (command: Command): boolean =>
  PIP.includes(command.program.text) &&
  verbOf(command)?.text === 'config' &&
  objectsOf(command).some(({ text }) => text.endsWith('.no-cache-dir'));

/** hadolint decides on what it looks at; docker-parfum adds the calls that it does not see. */
function verdicts(
  file: Dockerfile,
  run: Run,
  command: Command,
): { readonly hadolint: boolean; readonly parfum: boolean } {
  const inText = valueInText(run);
  const isExempt =
    argument(command, '--no-cache-dir') !== undefined ||
    TRUTHY.includes(settingToHadolint(file, run) ?? '') ||
    TRUTHY.some((value) => inText?.startsWith(value)) ||
    keepsOut(run, '.cache/pip') ||
    around(command).after.some((later) => removedBy(later).some(({ text }) => text.includes('~/.cache/pip')));
  return { hadolint: isInstallToHadolint(command) && !isExempt, parfum: isInstallToParfum(command) && !isExempt };
}

/** The value that ENV has given the variable. For a trigger hadolint knows what other triggers have set, and no more. */
function settingToHadolint(file: Dockerfile, run: Run): string | undefined {
  if (!run.isTrigger) {
    const setting = run.state.env.lookup(VARIABLE);
    return setting?.kind === 'env' ? setting.value : undefined;
  }
  let value: string | undefined;
  for (const node of file.allWithTriggers('ENV', 'RUN')) {
    if (node === run) break;
    if (node.keyword !== 'ENV' || !node.isTrigger) continue;
    for (const pair of node.pairs) if (pair.name.text === VARIABLE) value = pair.value?.text;
  }
  return value;
}

/** How hadolint reads a switch in the environment. */
const TRUTHY = ['1', 'true', 'True', 'TRUE', 'on', 'On', 'ON', 'yes', 'Yes', 'YES'];

const isPython = (command: Command | undefined): boolean => command?.program.text.startsWith('python') === true;

/** By its name, or as `python -m pip install` without a word between. */
function isInstallToHadolint(command: Command): boolean {
  const caller = command.wrappers.at(-1);
  if (!caller || !isPython(caller)) return hadolintSees(command) && argument(command, 'install') !== undefined;
  return hadolintSees(caller) && command.args[0]?.text === 'install';
}

const isInstallToParfum = ({ wrappers, subcommand }: Command): boolean =>
  subcommand?.text === 'install' &&
  wrappers.every(
    (wrapper, index) => wrapper.program.text === 'sudo' || (index === wrappers.length - 1 && isPython(wrapper)),
  );
