import { earlierIn, type Command, type Instruction, type Instructions, type Stage, type Word } from '../model/index.js';
import { cacheOf, clearedBy, deletedBy, fillsCache, foldersOf, isMounted } from './caches.js';
import { removedBy } from './commands.js';
import { resolve, startOf } from './dependencies.js';
import { isWithin } from './mounts.js';

type Run = Instructions['RUN'];

/** What a RUN clears away in vain, since the layer of another instruction has it. */
export interface LateCleanUp {
  readonly at: Word;
  readonly folders: readonly string[];
  readonly maker: Instruction;
}

/** What a RUN of a stage that ships, which only tidies up, clears away too late. */
export function* lateCleanUps(stage: Stage, run: Run): Iterable<LateCleanUp> {
  if (!stage.ships || stage.start.family === 'windows' || run.script?.readable === false) return;
  const { commands } = run;
  if (commands.length === 0 || !commands.every(isTidying)) return;
  const before = earlierIn(stage, run);
  for (const command of commands) {
    for (const { at, folders } of aimsOf(command)) {
      if (isMounted(run, folders)) continue;
      const maker = before.find((node) => folders.some((folder) => leaves(node, folder)));
      if (maker) yield { at, folders, maker };
    }
  }
}

const QUIET: ReadonlySet<string> = new Set(['set', 'echo', 'true', ':', 'cd', 'sync', 'rmdir', 'exit', 'du', 'df']);

/** Whether the call clears something away, or does nothing to the files. */
const isTidying = (command: Command): boolean =>
  QUIET.has(command.program.text) ||
  command.program.text === 'rm' ||
  clearedBy(command) !== undefined ||
  deletedBy(command).length > 0 ||
  (cacheOf(command) !== undefined && REMOVALS.has(command.subcommand?.text ?? ''));

const REMOVALS: ReadonlySet<string> = new Set(['autoremove', 'remove', 'purge', 'del', 'erase', 'rm', 'uninstall']);

interface Aim {
  readonly at: Word;
  readonly folders: readonly string[];
}

/** What the call clears away, by the word that says so. */
function aimsOf(command: Command): readonly Aim[] {
  const cleared = clearedBy(command);
  if (cleared) {
    const folders = foldersOf(cleared.folders, command.state);
    // The lists are not cleared by it, and Debian's images keep no archives.
    if (cleared.name === 'apt') return [];
    return command.subcommand ? [{ at: command.subcommand, folders }] : [];
  }
  const paths = deletedBy(command);
  const named =
    command.program.text === 'rm' ? removedBy(command).filter(({ literal }) => literal) : [command.subcommand];
  return named.flatMap((at, index) => {
    const path = paths[index];
    return at && path !== undefined && DEEP.test(path) ? [{ at, folders: [path] }] : [];
  });
}

/** A path from the root that is more than the root, or a folder of the system as a whole. */
const DEEP = /^\/(?!(usr|etc|var|opt|home|lib|bin|srv)?$)/;

/** Whether the instruction puts something into the folder and leaves it there. */
function leaves(node: Instruction, folder: string): boolean {
  if (node.keyword === 'COPY' || node.keyword === 'ADD') {
    const target = node.target && node.valueOf(node.target);
    if (target === undefined) return false;
    const place = resolve(startOf(node.state), target);
    if (isWithin(place, folder)) return true;
    return node.sources.some(
      ({ text, literal }) => literal && resolve(place, text.slice(text.lastIndexOf('/') + 1)) === folder,
    );
  }
  if (node.keyword !== 'RUN' || isMounted(node, [folder])) return false;
  const made = node.commands.findLastIndex((command) => makes(command, folder));
  return made >= 0 && !node.commands.some((command, index) => index > made && clears(command, folder));
}

function makes(command: Command, folder: string): boolean {
  const { args, redirections, state, program } = command;
  const cache = fillsCache(command) ? cacheOf(command) : undefined;
  if (cache && !command.has(...cache.disables)) {
    const folders = foldersOf(cache.folders, state);
    if (folders.some((one) => isWithin(folder, one) || isWithin(one, folder))) return true;
  }
  if (!MAKERS.has(program.text) && redirections.length === 0) return false;
  const names = [...(MAKERS.has(program.text) ? args : []), ...redirections.flatMap(({ target }) => target ?? [])];
  return names.some(({ text, literal }) => literal && text.startsWith('/') && isWithin(text, folder));
}

/** Programs that write the paths they are given. */
const MAKERS: ReadonlySet<string> = new Set(['curl', 'wget', 'tar', 'unzip', 'git', 'cp', 'mv', 'install', 'aria2c']);

const clears = (command: Command, folder: string): boolean =>
  deletedBy(command).some((path) => isWithin(folder, path) || isWithin(path, folder)) ||
  foldersOf(clearedBy(command)?.folders ?? [], command.state).some(
    (one) => isWithin(folder, one) || isWithin(one, folder),
  );
