import type { CopySource, Dockerfile, Instruction, Located, Stage } from '../model/index.js';

/** One stage's need of another. */
export interface Reference {
  readonly from: Stage;
  readonly to: Stage;
  readonly at: Located;
}

/** Every reference of a stage to another: as its base, by `--from`, by a mount. Stages below are found as well. */
export function referencesIn(file: Dockerfile): readonly Reference[] {
  let references = REFERENCES.get(file);
  if (!references) REFERENCES.set(file, (references = readReferences(file)));
  return references;
}

const REFERENCES = new WeakMap<Dockerfile, readonly Reference[]>();

function readReferences(file: Dockerfile): readonly Reference[] {
  const stageCalled = stagesByCall(file);
  const references: Reference[] = [];
  for (const from of file.stages) {
    const { base } = from;
    if (base && !('kind' in base) && from.from) references.push({ from, to: base, at: from.from.image });
    for (const node of from.instructions) {
      for (const origin of originsOf(node)) {
        const to = origin.stage ?? stageCalled(origin);
        if (to && to !== from) references.push({ from, to, at: origin.word });
      }
    }
  }
  return references;
}

/** What an instruction takes files from. */
export function originsOf(node: Instruction): readonly CopySource[] {
  switch (node.keyword) {
    case 'COPY':
      return node.from ? [node.from] : [];
    case 'RUN':
      return node.mounts.flatMap(({ origin }) => (origin ? [origin] : []));
    case 'ONBUILD':
      return node.trigger ? originsOf(node.trigger) : [];
    default:
      return [];
  }
}

/** Finds stages by name, the first of that name, or by number. */
function stagesByCall({ stages }: Dockerfile): (source: CopySource) => Stage | undefined {
  const byCall = new Map<string, Stage>();
  const add = (call: string | undefined, stage: Stage): void => {
    if (call !== undefined && !byCall.has(call)) byCall.set(call, stage);
  };
  for (const stage of stages) add(stage.name?.text.toLowerCase(), stage);
  for (const stage of stages) add(String(stage.index), stage);
  return ({ word }) =>
    word.literal
      ? byCall.get(/^\d+$/.test(word.text) ? String(Number(word.text)) : word.text.toLowerCase())
      : undefined;
}

/** The stages that one needs, itself among them. */
export function reachedFrom(start: Stage, references: readonly Reference[]): ReadonlySet<Stage> {
  const needs = new Map<Stage, Stage[]>();
  for (const { from, to } of references) {
    const others = needs.get(from);
    if (others) others.push(to);
    else needs.set(from, [to]);
  }
  const reached = new Set([start]);
  // A set hands out what is added to it on the way.
  for (const stage of reached) for (const other of needs.get(stage) ?? []) reached.add(other);
  return reached;
}

/** Files beside a Dockerfile that may name the stage to build, and folders that hold more of them. */
const BUILD_FILE =
  /^((docker-)?compose[\w.-]*\.ya?ml|docker-bake\.(hcl|json)|(GNU)?[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|package\.json|skaffold\.ya?ml|\.gitlab-ci\.yml|Jenkinsfile|Earthfile|Tiltfile|.*\.sh|.*\.mk|README\.md)$/;
const BUILD_FOLDERS: readonly string[] = ['', '.github/workflows', 'scripts', '.devcontainer'];

/** The files beside the document, as far as they are asked for here. */
interface Beside {
  read(path: string): string | undefined;
  list(folder: string): readonly string[] | undefined;
}

/** Whether a comment of the Dockerfile tells how to build the stage: `docker build --target name .` */
export const isTargetInComments = ({ comments }: Dockerfile, name: string): boolean =>
  comments.some(({ text }) => text.includes('--target') && isTarget(text.toLowerCase(), name.toLowerCase()));

/** Whether a file beside the Dockerfile names the stage as the one to build: `--target name`, `target: name`. */
export function isTargetOf(beside: Beside, name: string): boolean {
  const wanted = name.toLowerCase();
  return BUILD_FOLDERS.some((folder) =>
    (beside.list(folder) ?? []).some((file) => {
      if (!BUILD_FILE.test(file) && !(folder !== '' && /\.(ya?ml|json)$/.test(file))) return false;
      const text = beside.read(folder === '' ? file : `${folder}/${file}`) ?? '';
      return text.split('\n').some((line) => isTarget(line.toLowerCase(), wanted));
    }),
  );
}

function isTarget(line: string, name: string): boolean {
  const at = line.indexOf('target');
  return (
    at >= 0 &&
    line
      .slice(at)
      .split(/[^\w.-]+/)
      .includes(name)
  );
}

/** Whether a Compose file beside the Dockerfile names the path, as it does to mount something there. */
export const isMountedBeside = (beside: Beside, path: string): boolean =>
  (beside.list('') ?? []).some(
    (file) => /^(docker-)?compose[\w.-]*\.ya?ml$/.test(file) && (beside.read(file) ?? '').includes(path),
  );
