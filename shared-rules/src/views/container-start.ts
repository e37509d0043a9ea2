import type { Instructions, Stage } from '../model/index.js';
import { hasInit, innermost, mainCommand } from '../knowledge/start.js';
import { signalName, signalWord } from '../knowledge/signals.js';

type Entrypoint = Instructions['ENTRYPOINT'];
type Cmd = Instructions['CMD'];

/** What a container of a stage's image starts, as far as the text tells. */
export interface ContainerStart {
  readonly entrypoint: Entrypoint | undefined;
  readonly cmd: Cmd | undefined;
  /** A CMD that does not count: an ENTRYPOINT in shell form takes no arguments. */
  readonly ignoredCmd: Cmd | undefined;
  /** The words that the kernel is handed, ENTRYPOINT and CMD together. */
  readonly words: readonly string[];
  /** Whether an ENTRYPOINT of the base image, which nobody sees here, may stand before them. */
  readonly mayHaveEntrypoint: boolean;
  readonly process: FirstProcess | undefined;
  /** The signal that asks it to stop. */
  readonly signal: string;
  /** Why what was meant as a JSON array is read as text for a shell. */
  readonly nearJson: string | undefined;
}

/** Who is process 1, and whether the signal to stop gets to the program. */
export interface FirstProcess {
  readonly program: string;
  readonly kind:
    /** The program itself. */
    | 'program'
    /** An init that hands signals on. */
    | 'init'
    /** A shell that gives its place to the program, by `exec`. */
    | 'replaced'
    /** A shell that runs one command, which some shells give their place to and some do not. */
    | 'lone-command'
    /** A shell that waits for what it runs and keeps the signal from it. */
    | 'shell';
  /** What runs below or in the place of process 1, where that is plain. */
  readonly runs: string | undefined;
}

/** Source: Dockerfile reference, "Understand how CMD and ENTRYPOINT interact". */
export function startOfContainer(stage: Stage): ContainerStart {
  const entrypoint = stage.effective('ENTRYPOINT');
  const inherited = stage.effective('CMD');
  const own = inherited && isReset(inherited, entrypoint) ? undefined : inherited;
  const isIgnored = entrypoint !== undefined && entrypoint.form !== 'exec';
  const cmd = isIgnored ? undefined : own;
  const leading = entrypoint ?? cmd;
  const word = stage.effective('STOPSIGNAL');
  const name = word && signalWord(word);
  return {
    entrypoint,
    cmd,
    ignoredCmd: isIgnored ? own : undefined,
    words: [...(entrypoint ? wordsOf(entrypoint) : []), ...(cmd ? wordsOf(cmd) : [])],
    mayHaveEntrypoint: !entrypoint && cmd !== undefined && stage.rootImage?.value !== 'scratch',
    process: leading && firstProcess(leading, stage),
    signal: (name && signalName(name.text)) ?? 'SIGTERM',
    nearJson: (entrypoint?.nearJson ?? cmd?.nearJson)?.reason,
  };
}

/** An ENTRYPOINT takes the CMD of the stages below it away. */
function isReset(cmd: Cmd, entrypoint: Entrypoint | undefined): boolean {
  if (!entrypoint || entrypoint.stage === cmd.stage) return false;
  for (let at = entrypoint.stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined)
    if (at === cmd.stage) return true;
  return false;
}

function wordsOf(node: Entrypoint | Cmd): readonly string[] {
  if (node.form === 'exec') return node.argv.map(({ text }) => text);
  const text = node.commandText?.text;
  return text === undefined ? [] : [...node.state.shellWords, text];
}

function firstProcess(node: Entrypoint | Cmd, stage: Stage): FirstProcess | undefined {
  const program = wordsOf(node)[0];
  if (program === undefined) return undefined;
  const main = mainCommand(node);
  const runs = main?.program.literal === true ? main.program.text : undefined;
  const [first] = node.commands;
  const isShell = node.form !== 'exec' || (first?.has('-c') === true && SHELL.test(first.program.text));
  if (!isShell) {
    if (hasInit(stage)) return { program, kind: 'init', runs: first && innermost(first, node.commands)?.program.text };
    return { program, kind: 'program', runs: undefined };
  }
  if (!node.script && node.form !== 'exec') return { program, kind: 'shell', runs: undefined };
  const isExec = node.commands.some(({ program: { text }, wrappers }) => text === 'exec' && wrappers.length <= 1);
  if (isExec) return { program, kind: 'replaced', runs };
  const script = node.script ?? node.commands.find(({ wrappers }) => wrappers.length > 0)?.script;
  const isAlone = script?.statements.length === 1 && script.statements[0]?.kind === 'command';
  return { program, kind: isAlone ? 'lone-command' : 'shell', runs };
}

const SHELL = /^(ba|da|a|k|z)?sh$/;
