import { lastOf, type Command, type Script, type Statement } from '../model/index.js';

type Pipeline = readonly Statement[];

/** Whether words of a shell or of `set` have a pipeline fail where any of its parts fails. Source: bash(1), `set`. */
export const hasPipefail = (words: readonly string[]): boolean =>
  words.some((word, index) => word === 'pipefail' && /^-\w*o\w*$/.test(words[index - 1] ?? ''));

/** Whether hadolint takes a SHELL for one that has pipefail, or knows no pipes at all. */
export function satisfiesHadolint(words: readonly string[]): boolean {
  const [program = '', ...flags] = words;
  if (/^(pwsh|powershell|cmd)/.test(words.join(' '))) return true;
  return (
    ['bash', 'zsh', 'ash'].includes(lastOf(program)) &&
    flags.some((word) => /^-[^-]*o/.test(word)) &&
    flags.includes('pipefail')
  );
}

/**
 * The first pipeline of the script that hides a failure: a part before its last may fail, the last one does not notice
 * by itself, and its result is that of a step of the script.
 */
export function hidingPipeline(script: Script): Pipeline | undefined {
  for (const found of steps(script.statements)) {
    if (found === SET) return undefined;
    if (hides(found)) return found;
  }
  return undefined;
}

/** What stands for the option set by the script itself. */
const SET = 'pipefail';

/** The pipelines whose result nobody tests, in the order of the text. */
function* steps(statements: readonly Statement[]): Iterable<Pipeline | typeof SET> {
  for (const statement of statements) {
    switch (statement.kind) {
      case 'assignment':
        break;
      case 'command': {
        const { program, args } = statement.command;
        if (program.text === 'set' && hasPipefail(args.map(({ text }) => text))) yield SET;
        break;
      }
      case 'pipeline':
        if (!statement.negated) yield statement.stages;
        break;
      case 'list':
        // What stands before `||` is tested there.
        if (statement.operator === '&&') yield* steps([statement.left]);
        yield* steps([statement.right]);
        break;
      case 'compound':
        for (const body of statement.bodies) yield* steps(body);
    }
  }
}

function hides(stages: Pipeline): boolean {
  const last = stages.at(-1);
  if (!last || stages.some(stopsEarly)) return false;
  if (last.kind === 'command' && (notices(last.command) || IGNORING.has(last.command.program.text))) return false;
  return stages.slice(0, -1).some(mayFail);
}

/** Whoever ends a pipe in one of these wants no failure to count. */
const IGNORING: ReadonlySet<string> = new Set(['true', ':']);

/** Whether a part ends before it has read everything, for which the part before it fails under pipefail. */
function stopsEarly(part: Statement): boolean {
  if (part.kind !== 'command') return false;
  const { program, args } = part.command;
  if (/^[efz]?grep$/.test(program.text)) return part.command.has('-q', '--quiet', '-m', '--max-count');
  if (program.text === 'sed' || program.text === 'awk') return args.some(({ text }) => /\b\d*q\b|exit/.test(text));
  return program.text === 'head' || program.text === 'yes';
}

/** Whether the command fails by itself where its input is empty or cut short. */
function notices(command: Command): boolean {
  const { program } = command;
  const called = command.program.text === 'sudo' ? (command.subcommand?.text ?? '') : program.text;
  return REFUSING.has(called) || /^(sha\d*|md5|b2)sum$/.test(called);
}

/** Programs that take an empty archive, key or text for the mistake it is. Sources: their manuals. */
const REFUSING: ReadonlySet<string> = new Set([
  'tar',
  'bsdtar',
  'cpio',
  'gunzip',
  'gzip',
  'xz',
  'unxz',
  'zstd',
  'bunzip2',
  'bzip2',
  'unzip',
  'funzip',
  'gpg',
  'gpg2',
  'apt-key',
  'grep',
  'egrep',
  'fgrep',
]);

function mayFail(part: Statement): boolean {
  switch (part.kind) {
    case 'command':
      return !isCalm(part.command);
    case 'assignment':
      return false;
    case 'pipeline':
      return part.stages.some(mayFail);
    case 'list':
      return part.operator === '&&' && (mayFail(part.left) || mayFail(part.right));
    case 'compound':
      return part.bodies.some((body) => body.some(mayFail));
  }
}

const isCalm = ({ program, subcommand }: Command): boolean =>
  CALM.has(program.text) || (program.text === 'cat' && !subcommand);

/** Commands that do not fail in a build, or whose failure says no more than that there was nothing. */
const CALM: ReadonlySet<string> = new Set(
  `echo printf true : set export cd test [ ls find grep egrep fgrep sed awk gawk tr cut sort uniq wc tail basename dirname
   seq uname arch date id whoami hostname env printenv nproc getconf pwd dpkg dpkg-query rpm ldd scanelf xargs tee rev
   base64 sleep jq apt-mark paste column which type command readlink realpath`.split(/\s+/),
);
