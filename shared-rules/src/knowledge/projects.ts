import {
  type Command,
  type Dockerfile,
  folderOf,
  type Instruction,
  type ProjectFile,
  type Stage,
  type State,
  type Word,
} from '../model/index.js';
import { around } from '../model/index.js';

/** What is asked of the files beside the document. */
interface Files {
  open(path: string, kind: 'project'): ProjectFile | undefined;
  list(folder: string): readonly string[] | undefined;
}

/** A folder of the build context that holds a project. */
export interface Project {
  /** The names in the folder. */
  readonly names: ReadonlySet<string>;
  /** The path of a file in it, from the root of the context. */
  pathOf(name: string): string;
  open(name: string): ProjectFile | undefined;
}

/**
 * The project that a stage has in its working directory: the folder of the build context from which one of the marks
 * (`package.json`) came there. Undefined where none came, or nobody can look.
 */
export function projectIn(
  file: Dockerfile,
  stage: Stage,
  { workdir }: State,
  marks: readonly string[],
  files: Files,
  until?: Instruction,
): Project | undefined {
  const folder = workdir.known ? workdir.value : '.';
  for (const mark of marks) {
    for (const path of file.contextPathsOf(`${folder}/${mark}`, stage, until)) {
      const names = files.list(folderOf(path));
      if (names?.includes(mark)) return projectAt(folderOf(path), new Set(names), files);
    }
  }
  return undefined;
}

/** The project that a command works on. A call that has gone to another folder works on an unknown one. */
export function projectAtHand(
  file: Dockerfile,
  command: Command,
  marks: readonly string[],
  files: Files,
): Project | undefined {
  const { instruction, state } = command;
  const stage = instruction?.stage;
  if (!stage || instruction.isTrigger || movesAway(command)) return undefined;
  return projectIn(file, stage, state, marks, files, instruction);
}

/** Whether another folder may be in force when the command runs. */
export const movesAway = (command: Command): boolean =>
  around(command).before.some(({ program }) => ['cd', 'pushd'].includes(program.text));

const projectAt = (folder: string, names: ReadonlySet<string>, files: Files): Project => {
  const pathOf = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  return {
    names,
    pathOf,
    open: (name) => (names.has(name) ? files.open(pathOf(name), 'project') : undefined),
  };
};

/** The files that a call of pip takes its requirements from, as far as they come from the build context. */
export function* requirementFiles(
  file: Dockerfile,
  command: Command,
  files: Files,
): Iterable<{ readonly word: Word; readonly path: string; readonly file: ProjectFile | undefined }> {
  const { instruction, state } = command;
  const stage = instruction?.stage;
  if (!stage || instruction.isTrigger || movesAway(command)) return;
  for (const { name, value, word } of command.flags) {
    if ((name !== '-r' && name !== '--requirement') || !value?.literal || value.text.includes('://')) continue;
    const path = value.text.startsWith('/')
      ? value.text
      : `${state.workdir.known ? state.workdir.value : '.'}/${value.text}`;
    const found = file
      .contextPathsOf(path, stage, instruction)
      .map((candidate) => files.open(candidate, 'project'))
      .find((one) => one !== undefined);
    yield { word: word.text === name ? value : word, path, file: found };
  }
}
