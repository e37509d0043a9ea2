import type { Dockerfile, Instructions, Keyword, Stage } from '../model/index.js';
import { isDevContainerBase } from './images.js';

/** Words in the name of a stage that is for people at work or for tests, not for production. */
const DEVELOPMENT: ReadonlySet<string> = new Set([
  'dev',
  'devel',
  'development',
  'devcontainer',
  'test',
  'tests',
  'testing',
  'ci',
  'debug',
]);

/** Whether the name of the stage says that it is for development, tests or debugging. */
export const isDevLike = ({ name }: Stage): boolean =>
  (name?.text ?? '').split(/[-_.]/).some((part) => DEVELOPMENT.has(part.toLowerCase()));

/** Whether the stage is for people at work: by its name, its base image, its user, or the folder of the file. */
export function isForDevelopment(stage: Stage, file: Dockerfile): boolean {
  let answer = ANSWERS.get(stage);
  if (answer === undefined) ANSWERS.set(stage, (answer = judge(stage, file)));
  return answer;
}

/** Nearly every rule about images asks. A stage stands in one file, so that the file's path is no part of the question. */
const ANSWERS = new WeakMap<Stage, boolean>();

/** Users that dev containers are entered as. Source: containers.dev, GitHub Codespaces, Gitpod. */
const WORKERS: ReadonlySet<string> = new Set(['vscode', 'codespace', 'gitpod']);

/** Whether an argument of the file names such a user. */
const hasWorker = (file: Dockerfile): boolean => {
  let answer = WORKED.get(file);
  if (answer === undefined) {
    answer = [...file.all('ARG')].some(({ pairs }) => pairs.some(({ value }) => WORKERS.has(value?.text ?? '')));
    WORKED.set(file, answer);
  }
  return answer;
};

const WORKED = new WeakMap<Dockerfile, boolean>();

function judge(stage: Stage, file: Dockerfile): boolean {
  const { rootImage } = stage;
  if (/(^|\/)\.devcontainer\//.test(file.path) || hasWorker(file)) return true;
  if (rootImage && isDevContainerBase(rootImage.resolved?.name ?? rootImage.name)) return true;
  return isDevLike(stage);
}

/** The instructions of a keyword, by stage, where a stage has several; those before the first FROM count as one stage. */
export function repeated<K extends Keyword>(file: Dockerfile, keyword: K): readonly (readonly Instructions[K][])[] {
  const byStage = new Map<Stage | undefined, Instructions[K][]>();
  for (const node of file.all(keyword)) {
    const found = byStage.get(node.stage);
    if (found) found.push(node);
    else byStage.set(node.stage, [node]);
  }
  return [...byStage.values()].filter(({ length }) => length > 1);
}
