import { around, type Command, type Dockerfile, type Instructions } from '../model/index.js';
import { resolve, startOf, workingFolder } from './dependencies.js';
import { isWithin } from './mounts.js';
import { isForDevelopment } from './stages.js';

type Run = Instructions['RUN'];

/** Whether what the RUN leaves behind is in an image that somebody ships. */
export const leavesInImage = (run: Run, file: Dockerfile): boolean =>
  run.stage !== undefined &&
  (run.isTrigger || run.stage.ships) &&
  run.state.family !== 'windows' &&
  run.script?.readable !== false &&
  !isForDevelopment(run.stage, file);

/** The path of a file that a command names; under `/?` where the folder is not known. */
export const pathOf = (command: Command, name: string): string => resolve(workingFolder(command) ?? '/?', name);

/** Whether the path lies on a mount of the RUN, so that nothing of it stays in the layer. */
export const isOnMount = (run: Run, path: string): boolean =>
  run.mounts.some(
    ({ target }) =>
      target !== undefined && (target.includes('$') || isWithin(path, resolve(startOf(run.state), target))),
  );

/** Whether the file goes, or may go, in the same RUN after the command. */
export function isClearedAfter(command: Command, path: string): boolean {
  return around(command).after.some((later) => {
    const { program, args } = later;
    if (/clean/i.test(program.text)) return true;
    if (program.text === 'find') return args.some(({ text }) => text === '-delete' || text === '-exec');
    if (program.text !== 'rm' && program.text !== 'mv' && program.text !== 'unlink') return false;
    return args.some(({ text, literal }) => {
      if (text.startsWith('-')) return false;
      if (!literal || /[*?{[]/.test(text)) return mayName(text, path);
      return isWithin(path, pathOf(later, text));
    });
  });
}

/** Whether a pattern or a variable may stand for the file: unless what is plain in it says otherwise. */
function mayName(text: string, path: string): boolean {
  const [head = ''] = text.split(/[*?{[$]/);
  return !head.startsWith('/') || path.startsWith(head) || path.includes('$');
}

/** Whether the name means the same at the end of the RUN, without quotes. */
export const isPlainAtEnd = (name: string, { commands }: Run): boolean =>
  /^[\w./-]+$/.test(name) &&
  (name.startsWith('/') || commands.every(({ program }) => !/^(cd|pushd|popd)$/.test(program.text)));
