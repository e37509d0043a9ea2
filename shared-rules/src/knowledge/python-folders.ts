import type { Command, Stage, State } from '../model/index.js';
import { objectsOf, operandsOf, verbOf } from './commands.js';
import { isWithin } from './mounts.js';
import { PIP } from './pip.js';

/** A folder that a stage fills with Python packages: wheels, packages alone, or a virtual environment. */
export interface PythonFolder {
  readonly kind: 'wheels' | 'packages' | 'environment';
  readonly path: string;
  readonly by: Command;
}

/** What a stage, and those that it is based on, make of Python packages, in the order of the text. */
export function* pythonFoldersOf(stage: Stage): Iterable<PythonFolder> {
  if (stage.base && !('kind' in stage.base)) yield* pythonFoldersOf(stage.base);
  for (const node of stage.instructions) {
    if (node.keyword === 'RUN') for (const command of node.commands) yield* madeBy(command);
  }
}

function* madeBy(command: Command): Iterable<PythonFolder> {
  const { program } = command;
  if (PIP.includes(program.text)) yield* madeByPip(command, verbOf(command)?.text ?? '');
  else if (program.text === 'venv' || program.text === 'virtualenv' || program.text === 'pyvenv') {
    const [folder] = operandsOf(command);
    if (folder) yield* placed('environment', command, valueOf(command, folder));
  } else if (program.text === 'uv') yield* madeByUv(command, verbOf(command)?.text ?? '');
}

function* madeByPip(command: Command, verb: string): Iterable<PythonFolder> {
  if (verb === 'wheel' || verb === 'download') {
    const folder = command.flag('-w', '--wheel-dir', '-d', '--dest')?.value;
    yield* placed('wheels', command, folder ? valueOf(command, folder) : '.');
  }
  if (verb !== 'install') return;
  const folder = command.flag('-t', '--target', '--prefix', '--root')?.value;
  if (folder) yield* placed('packages', command, valueOf(command, folder));
  else if (command.has('--user')) yield* placed('packages', command, `${homeOf(command.state)}/.local`);
}

function* madeByUv(command: Command, verb: string): Iterable<PythonFolder> {
  const [first] = objectsOf(command);
  if (verb === 'venv') yield* placed('environment', command, first ? valueOf(command, first) : '.venv');
  if (verb === 'sync')
    yield* placed('environment', command, command.state.env.lookup('UV_PROJECT_ENVIRONMENT')?.value ?? '.venv');
  if (verb === 'pip' && first?.text === 'install') {
    const folder = command.flag('--target', '--prefix')?.value;
    if (folder) yield* placed('packages', command, valueOf(command, folder));
  }
}

const valueOf = ({ instruction }: Command, word: Parameters<NonNullable<Command['instruction']>['valueOf']>[0]) =>
  word.literal ? word.text : instruction?.valueOf(word);

const homeOf = ({ user }: State): string =>
  user.known && !/^(root|0)(:|$)/.test(user.value) ? `/home/${user.value.split(':')[0] ?? ''}` : '/root';

function* placed(kind: PythonFolder['kind'], by: Command, text: string | undefined): Iterable<PythonFolder> {
  const path = text === undefined ? undefined : absoluteIn(by.state, text);
  if (path !== undefined) yield { kind, path, by };
}

/** The path from the root of the image; undefined where the working directory is not known. */
export function absoluteIn({ workdir }: State, path: string): string | undefined {
  if (path.startsWith('/')) return path.replace(/(.)\/+$/, '$1');
  if (!workdir.known || path.startsWith('~') || path.includes('..')) return undefined;
  const rest = path.replace(/^(\.\/)+|^\.$/, '').replace(/\/+$/, '');
  return rest === '' ? workdir.value : `${workdir.value.replace(/\/+$/, '')}/${rest}`;
}

/** Where a folder of another stage comes to lie by a copy of `source` to `target`; undefined where it is not copied. */
export function movedTo(path: string, source: string, target: string): string | undefined {
  const from = source.replace(/(.)\/+$/, '$1');
  const to = target.replace(/(.)\/+$/, '$1');
  if (from === path) return to;
  if (from === '/') return `${to === '/' ? '' : to}${path}`;
  if (isWithin(path, from)) return `${to === '/' ? '' : to}${path.slice(from.length)}`;
  return undefined;
}
