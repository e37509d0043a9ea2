import {
  lastCommand,
  type Command,
  type Dockerfile,
  type Instructions,
  type Script,
  type ShellScript,
  type Stage,
  type Statement,
  type Word,
} from '../model/index.js';
import { dropsRootItself } from './images.js';
import { isForDevelopment } from './stages.js';
import { PRIVILEGE_DROPS } from './users.js';

/** Reads a script of the build context; undefined where it is not there. */
type OpenScript = (path: string) => ShellScript | undefined;

/**
 * Whether an image has its reasons to start as root: it is for people at work, its program drops root by itself, or it
 * is an init system. A script that is copied and cannot be read may do so as well.
 */
export const mayStartAsRoot = (file: Dockerfile, stage: Stage, open: OpenScript): boolean =>
  isForDevelopment(stage, file) ||
  dropsRoot(file, stage, open) ||
  bringsDrop(stage) ||
  isInit(stage) ||
  startsUnseenScript(file, stage, open);

/** Whether the image installs a program that gives up root, and is started by something else than a program of the base. */
function bringsDrop(stage: Stage): boolean {
  if (!stage.effective('ENTRYPOINT')) return false;
  const isDrop = ({ text }: Word): boolean => PRIVILEGE_DROPS.includes(text.slice(text.lastIndexOf('/') + 1));
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of at.instructions) {
      if (node.keyword === 'RUN' && node.commands.some(({ args }) => args.some(isDrop))) return true;
      if ((node.keyword === 'COPY' || node.keyword === 'ADD') && node.words.some(isDrop)) return true;
    }
  }
  return false;
}

export type Start = Instructions['ENTRYPOINT' | 'CMD'];

/** The ENTRYPOINT and the CMD that say what runs, of the stage itself or inherited. */
export const startsOf = (stage: Stage): readonly Start[] =>
  [stage.effective('ENTRYPOINT'), stage.effective('CMD')].filter((node) => node !== undefined);

/** Those of them that stand in the stage itself. */
export const ownStartsOf = (stage: Stage): readonly Start[] => startsOf(stage).filter((node) => node.stage === stage);

/**
 * Every ENTRYPOINT and CMD that says what an image runs in production: of a stage that others only copy from nothing is
 * run, and a stage for development is judged otherwise.
 */
export function startsIn(file: Dockerfile): readonly StageStart[] {
  let starts = STARTS.get(file);
  if (!starts) {
    starts = file.stages
      .filter((stage) => (stage.isOutput || stage.isBase) && !isForDevelopment(stage, file))
      .flatMap((stage) => ownStartsOf(stage).map((node) => ({ stage, node })));
    STARTS.set(file, starts);
  }
  return starts;
}

interface StageStart {
  readonly stage: Stage;
  readonly node: Start;
}

const STARTS = new WeakMap<Dockerfile, readonly StageStart[]>();

/** The command that an ENTRYPOINT or a CMD ends in, all wrappers looked through; undefined where that is not plain. */
export function mainCommand({ form, commands, script }: Start): Command | undefined {
  const first = form === 'exec' ? commands[0] : script && lastCommand(script);
  return first && innermost(first, commands);
}

/** The commands that ENTRYPOINT and CMD of a stage, its own or inherited, end in. */
export const mainCommandsOf = (stage: Stage): readonly Command[] =>
  [stage.effective('ENTRYPOINT'), stage.effective('CMD')].flatMap((node) => {
    const command = node && mainCommand(node);
    return command ? [command] : [];
  });

/** The command behind all that wrap it, as `node` in `tini -- node` and in `sh -c 'cd /srv && exec node'`. */
export function innermost(command: Command, commands: readonly Command[]): Command | undefined {
  const inner = commands.find(({ wrappers }) => wrappers.at(-1) === command);
  if (!inner) return command;
  if (!inner.script || inner.script === command.script) return innermost(inner, commands);
  const last = lastCommand(inner.script);
  return last && innermost(last, commands);
}

/** Whether a container does nothing but wait for a person, who types: a bare shell or interpreter, as in images for others. */
export function startsInterpreter(stage: Stage): boolean {
  const cmd = stage.effective('CMD');
  const entrypoint = stage.effective('ENTRYPOINT');
  // A script before it, as the official images have, hands over to what it is given.
  const isHandedOver =
    !entrypoint || (entrypoint.argv.length === 1 && (entrypoint.argv[0]?.text ?? '').includes('entrypoint'));
  if (!cmd || !isHandedOver || stage.effective('EXPOSE')) return false;
  const [command, ...more] = cmd.commands;
  return (
    command !== undefined && more.length === 0 && command.args.length === 0 && INTERPRETERS.test(command.program.text)
  );
}

const INTERPRETERS =
  /^(bash|sh|ash|dash|zsh|fish|pwsh|python[\d.]*|pypy[\d.]*|node|irb|ruby|jshell|julia|R|perl|ghci|iex|erl|clojure|swift|php|lua|psysh)$/;

/** The words that CMD appends to an ENTRYPOINT in exec form. */
export const appendedTo = (node: Start, stage: Stage): readonly Word[] =>
  node.keyword === 'ENTRYPOINT' && node.form === 'exec' ? (stage.effective('CMD')?.argv ?? []) : [];

/** A script that an ENTRYPOINT or a CMD starts, and that can be read. */
export interface StartedScript {
  readonly node: Start;
  /** The word that names it. */
  readonly word: Word;
  readonly script: Script;
  readonly text: string;
  /** The file of the build context; absent where a COPY writes it, since its nodes are the Dockerfile's then. */
  readonly file?: ShellScript;
}

/** The scripts that the stage's own ENTRYPOINT and CMD start, behind an init and a shell as well. */
export function* startedScripts(file: Dockerfile, stage: Stage, open: OpenScript): Iterable<StartedScript> {
  for (const node of ownStartsOf(stage)) {
    const found = scriptWord(node);
    if (!found) continue;
    const path = inImage(found.path, node.state);
    const heredoc = file.heredocAt(path, stage);
    if (heredoc) {
      const { script, body } = heredoc;
      if (script) yield { node, word: found.word, script, text: body };
      continue;
    }
    for (const candidate of file.contextPathsOf(path, stage)) {
      const opened = open(candidate);
      if (!opened) continue;
      yield { node, word: found.word, script: opened.script, text: opened.text, file: opened };
      break;
    }
  }
}

/** The scripts that the images of the file start, each once. */
export function* scriptsIn(file: Dockerfile, open: OpenScript): Iterable<StartedScript & { readonly stage: Stage }> {
  const known = new Set<Script>();
  for (const stage of file.stages) {
    if (isForDevelopment(stage, file)) continue;
    for (const started of startedScripts(file, stage, open)) {
      if (!known.has(started.script)) yield { ...started, stage };
      known.add(started.script);
    }
  }
}

/** The commands that a script ends with, in each of its branches. */
export function* endsOf(statements: readonly Statement[]): Iterable<Command> {
  const last = statements.at(-1);
  if (last?.kind === 'command') yield last.command;
  else if (last?.kind === 'list' && last.operator === '&&') yield* endsOf([last.right]);
  else if (last?.kind === 'compound' && ['if', 'case', 'group'].includes(last.construct)) {
    for (const body of last.bodies) yield* endsOf(body);
  }
}

/** The word that names a script which an ENTRYPOINT or a CMD starts, with its path as it is written. */
export function scriptWord({ commands }: Start): { readonly word: Word; readonly path: string } | undefined {
  const last = commands.at(-1);
  const isShell = last !== undefined && SHELLS.has(last.program.text);
  const word = isShell ? last.subcommand : last?.program;
  if (!word?.literal) return undefined;
  const path = isShell ? word.text : (last?.path ?? '');
  return looksLikeScript(path) ? { word, path } : undefined;
}

/** Programs of the image itself, such as node, are no scripts of the build context. */
const looksLikeScript = (path: string): boolean =>
  path.includes('/') || path.endsWith('.sh') || path.endsWith('.bash') || path.includes('entrypoint');

/** A path of the image as an absolute one; a bare name is looked for on the PATH. */
export function inImage(path: string, { workdir }: Command['state']): string {
  if (path.startsWith('/') || !path.includes('/')) return path;
  return `${workdir.known ? workdir.value.replace(/\/$/, '') : ''}/${path.replace(/^\.\//, '')}`;
}

/** Programs that start another, hand signals on to it and take care of orphans. Sources: their READMEs. */
const INIT_PROGRAMS: ReadonlySet<string> = new Set([
  'tini',
  'tini-static',
  'dumb-init',
  'catatonit',
  'docker-init',
  's6-svscan',
  's6-overlay-init',
  'runsvdir',
  'my_init',
  'pid1',
  'supervisord',
  'systemd',
  'init',
]);

/** Whether a process that reaps others and hands on signals stands at the head of the stage. */
export const hasInit = (stage: Stage): boolean =>
  startsOf(stage).some(({ commands }) => commands.some(({ program }) => INIT_PROGRAMS.has(program.text)));

/** Whether the entrypoint is a script of the build context that is not there to be read. */
function startsUnseenScript(file: Dockerfile, stage: Stage, open: OpenScript): boolean {
  const entrypoint = stage.effective('ENTRYPOINT');
  const found = entrypoint && scriptWord(entrypoint);
  if (!found || !/entry-?_?point|\.sh$/.test(found.path)) return false;
  const path = inImage(found.path, entrypoint.state);
  if (file.heredocAt(path, stage)) return false;
  const candidates = file.contextPathsOf(path, stage);
  return candidates.length > 0 && candidates.every((candidate) => open(candidate) === undefined);
}

function dropsRoot(file: Dockerfile, stage: Stage, open: OpenScript): boolean {
  const { rootImage } = stage;
  // An ENTRYPOINT of one's own stands in the place of the image's, which would do it.
  if (rootImage && dropsRootItself(rootImage.resolved?.name ?? rootImage.name) && !stage.effective('ENTRYPOINT'))
    return true;
  return startsOf(stage).some(({ commands }) => {
    if (commands.some(({ program }) => PRIVILEGE_DROPS.includes(program.text))) return true;
    const started = commands.flatMap(({ path, subcommand, program }) => [
      path,
      ...(SHELLS.has(program.text) && subcommand?.literal ? [subcommand.text] : []),
    ]);
    return started
      .flatMap((path) => file.contextPathsOf(path, stage))
      .some((path) => {
        const script = open(path);
        return script !== undefined && [...script.commands(...PRIVILEGE_DROPS)].length > 0;
      });
  });
}

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash']);

const INITS: ReadonlySet<string> = new Set(['systemd', 'init']);

const isInit = (stage: Stage): boolean =>
  startsOf(stage).some(({ commands }) => commands[0] !== undefined && INITS.has(commands[0].program.text));

/** Whether it is plain to see that the stage starts something, and no init system: a program by its name, no script. */
export const isPlainStart = (stage: Stage): boolean =>
  startsOf(stage).length > 0 &&
  !isInit(stage) &&
  startsOf(stage).every((node) => mainCommand(node) !== undefined && !scriptWord(node)) &&
  !/systemd|(^|-)init$/.test(stage.rootImage?.repository ?? '');
