import { replace, replaceKeyword, suggestion, type Fix } from '../../edit.js';
import type { Command, Instructions, Located, Statement } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'run-export-has-no-effect',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['env', 'correctness'],
  since: 'next',
  summary: 'Set variables with ENV: what a RUN exports ends with its shell.',
  docs: `
Every RUN has a shell of its own. A variable, an alias, a limit or an environment that it sets last is gone when that shell
ends, before anything could use it: the instruction does nothing, and what relies on it fails later.

Set variables with ENV. Put the folder of a virtual environment on the PATH instead of activating it. Or use the setting in
the same RUN: \`RUN export NAME=value && make\`.`,
  sources: {
    'ENV reference': 'https://docs.docker.com/reference/dockerfile/#env',
    'RUN reference': 'https://docs.docker.com/reference/dockerfile/#run',
  },
  examples: [
    {
      title: 'A variable',
      bad: `
        FROM debian:12
        RUN «export» APP_HOME=/srv/app
        RUN make`,
      good: `
        FROM debian:12
        ENV APP_HOME=/srv/app
        RUN make`,
    },
    {
      title: 'At the end of other commands',
      bad: `
        FROM python:3.12
        RUN python -m venv /opt/venv && «.» /opt/venv/bin/activate
        RUN mkdir /data; «umask» 027
        RUN «ulimit» -n 65535`,
    },
    {
      title: 'An addition to PATH, without export',
      bad: `
        FROM debian:12
        RUN «PATH=$PATH:/opt/bin»`,
      good: `
        FROM debian:12
        ENV PATH=$PATH:/opt/bin`,
    },
    {
      title: 'Used by what follows in the same RUN',
      good: `
        FROM debian:12
        RUN export CFLAGS=-O2 && make
        RUN CFLAGS=-O2 make
        RUN <<EOF
        set -e
        umask 027
        make install
        EOF`,
    },
    {
      title: 'Written to a file that shells read',
      good: `
        FROM debian:12
        RUN echo 'export APP_HOME=/srv/app' >> /etc/profile.d/app.sh
        RUN echo 'alias ll="ls -l"' >> ~/.bashrc`,
    },
    {
      title: 'A script that is read in for what it does',
      good: `
        FROM debian:12
        RUN . ./install.sh`,
    },
    {
      title: 'A folder is the business of use-workdir-not-cd',
      good: `
        FROM debian:12
        WORKDIR /srv
        RUN make`,
    },
  ],
  *check(file) {
    for (const run of file.allWithTriggers('RUN')) {
      const { script } = run;
      if (!script?.readable || script.commands.some(({ program }) => program.text === 'trap')) continue;
      const last = lastOf(script.statements.at(-1));
      const found = last && settingIn(last);
      if (!found) continue;
      yield {
        at: found.at,
        message: say`${found.what} ends with the shell of this RUN, and nothing uses it before.`,
        fix: script.statements.length === 1 && script.statements[0] === last ? asEnv(run) : undefined,
      };
    }
  },
});

function lastOf(statement: Statement | undefined): Statement | undefined {
  let last = statement;
  while (last?.kind === 'list' && last.operator === '&&') last = last.right;
  return last?.terminator === '&' ? undefined : last;
}

function settingIn(last: Statement): { readonly at: Located; readonly what: string } | undefined {
  if (last.kind === 'assignment') {
    // A substitution is run for its own sake.
    const isPlain = last.assignments.every(({ value }) => !value?.parts.some(({ kind }) => kind === 'substitution'));
    return isPlain ? { at: last, what: 'The variable' } : undefined;
  }
  if (last.kind !== 'command') return undefined;
  const { command } = last;
  const { program, redirections } = command;
  const what = whatIsSet(command);
  return what !== undefined && redirections.length === 0 ? { at: program, what } : undefined;
}

function whatIsSet({ program, args }: Command): string | undefined {
  switch (program.text) {
    case 'export':
      return args.some(({ text, parts }) => text.includes('=') && !parts.some(({ kind }) => kind === 'substitution'))
        ? 'The variable'
        : undefined;
    case 'alias':
      return args.length > 0 ? 'The alias' : undefined;
    case 'ulimit':
      return args.some(({ text }) => /^(\d+|unlimited)$/.test(text)) ? 'The limit' : undefined;
    case 'umask':
      return args.length > 0 ? 'The mask' : undefined;
    case '.':
    case 'source':
      return ENVIRONMENTS.test(args[0]?.text ?? '') ? 'The environment' : undefined;
    default:
      return undefined;
  }
}

/** Files that are read in for the variables and functions they set. */
const ENVIRONMENTS =
  /(\/activate|\.bashrc|\.profile|\.bash_profile|\/etc\/profile|nvm\.sh|\.cargo\/env|setup\.bash|conda\.sh|\.env)$/;

/** One plain setting as an ENV. */
function asEnv(run: Run): Fix | undefined {
  const at = run.commandText;
  if (!at || run.form !== 'shell' || run.isContinued || run.flags.length > 0) return undefined;
  const setting = /^(?:export +)?([A-Za-z_]\w*=(?:[\w./:@%+,-]|\$PATH\b)+)$/.exec(at.text)?.[1];
  return setting === undefined
    ? undefined
    : suggestion('Set it with ENV', replaceKeyword(run, 'ENV'), replace(at, setting));
}
