import {
  chainOf,
  type Command,
  type Dockerfile,
  type Instructions,
  type Stage,
  type Variable,
} from '../model/index.js';
import { officialName } from './images.js';
import { isPython } from './programs.js';
import { isForDevelopment } from './stages.js';
import { mainCommandsOf } from './start.js';

/** Programs that are Python, or run it. */
const PYTHON_PROGRAMS =
  /^(python[\d.]*|gunicorn|uvicorn|hypercorn|daphne|flask|celery|django-admin|manage\.py|fastapi|streamlit|uwsgi|waitress-serve)$/;

/** Whether the command runs a Python program. Python alone is for people who type. */
const isPythonProgram = (command: Command): boolean =>
  [command, ...command.wrappers].some(
    ({ program, args }) => PYTHON_PROGRAMS.test(program.text) && (!isPython(program.text) || args.length > 0),
  );

/** The final stage, where a container of it runs Python in production. */
export function pythonStage(file: Dockerfile): Stage | undefined {
  const stage = file.finalStage;
  if (!stage?.from || isForDevelopment(stage, file) || stage.start.family === 'windows') return undefined;
  const commands = mainCommandsOf(stage);
  if (commands.some(isPythonProgram)) return stage;
  // Some script of the image, which is made for Python.
  const image = stage.rootImage;
  const isMade = image !== undefined && officialName(image.resolved?.name ?? image.name) === 'python';
  return isMade &&
    commands.length > 0 &&
    !commands.some(
      ({ program, path, args }) =>
        FOREIGN.test(program.text) || FOREIGN_PATH.test(path) || (isPython(program.text) && args.length === 0),
    )
    ? stage
    : undefined;
}

/** Programs that tell that Python is only a means, or that somebody is to work in the container. */
const FOREIGN =
  /^(bash|sh|zsh|node|npm|java|nginx|sleep|tail|cat|true|ansible.*|aws|az|gcloud|terraform|make|pytest|tox)$/;

/** A program in a folder of its own, which pip does not make. */
const FOREIGN_PATH = /^\/opt\/[^/]+\/[\w-]+$/;

/** The pair of an ENV that has the last word on a variable of the stage's containers. */
export function environmentPair(stage: Stage, name: string): Instructions['ENV']['pairs'][number] | undefined {
  let found: Instructions['ENV']['pairs'][number] | undefined;
  for (const node of chainOf(stage))
    if (node.keyword === 'ENV') found = node.pairs.findLast((pair) => pair.name.text === name) ?? found;
  return found;
}

/** What a variable is for the stage's containers; undefined where no ENV sets it. */
export function environmentOf({ result }: Stage, name: string): Variable | undefined {
  const variable = result.env.lookup(name);
  return variable?.kind === 'env' ? variable : undefined;
}
