import { defaultUserOf } from '../knowledge/images.js';
import { newUser } from '../knowledge/users.js';
import { chainOf, type Dockerfile, type Instruction, type Located, type Stage, type Variable } from '../model/index.js';

/** Words that may stand at a place of the text. */
export interface Suggestions {
  readonly kind: 'stage' | 'user' | 'variable' | 'mount' | 'path';
  /** What a suggestion takes the place of: what has been typed of the word. */
  readonly replaces: Located;
  readonly items: readonly Suggestion[];
  /** For `path`: the folder of the build context whose names are wanted, empty for all of it. */
  readonly folder?: string;
}

export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  /** What is put in, where it is more than the label. */
  readonly text?: string;
}

/** What only this Dockerfile can suggest at the offset: its stages, users, variables, mounts, or a path of the context. */
export function suggestionsAt(file: Dockerfile, offset: number): Suggestions | undefined {
  const node = instructionAround(file, offset);
  if (!node) return undefined;
  const target = node.keyword === 'ONBUILD' && node.trigger ? node.trigger : node;
  const before = file.text.slice(target.head.span.end, offset);
  const word = /\S*$/.exec(before)?.[0] ?? '';
  const typed = before.slice(0, before.length - word.length);
  const answer = (kind: Suggestions['kind'], length: number, items: readonly Suggestion[]): Suggestions => ({
    kind,
    replaces: { span: { start: offset - length, end: offset } },
    items,
  });

  const variable = /\$(\{?)(\w*)$/.exec(word);
  if (variable) {
    const [, brace = '', name = ''] = variable;
    const isClosed = brace === '' || file.text[offset] === '}';
    return answer('variable', name.length, variablesFor(target, isClosed ? '' : '}'));
  }
  const isFirst = typed.trim() === '' || typed.split(/\s+/).every((part) => part === '' || part.startsWith('--'));
  if (word.startsWith('--mount=') && target.keyword === 'RUN') {
    const field = word.slice(Math.max(word.lastIndexOf(','), '--mount'.length) + 1);
    return mountSuggestions(file, target, word, field, answer);
  }
  const from = /^--from=(\S*)$/.exec(word);
  if (from && target.keyword === 'COPY') return answer('stage', from[1]?.length ?? 0, stagesAbove(file, target.stage));
  if (word.startsWith('-')) return undefined;
  if (target.keyword === 'FROM' && isFirst) return answer('stage', word.length, stagesAbove(file, target.stage));
  if (target.keyword === 'USER' && isFirst && !word.includes(':')) return answer('user', word.length, usersFor(target));
  const isCopy = target.keyword === 'COPY' || target.keyword === 'ADD';
  if (isCopy && /^\s/.test(before) && !typed.includes('--from=') && !/^https?:|^\[/.test(word)) {
    const name = word.slice(word.lastIndexOf('/') + 1);
    const folder = word.slice(0, word.length - name.length).replace(/^\.?\/+/, '');
    return { ...answer('path', name.length, []), folder };
  }
  return undefined;
}

/** The instruction that the offset stands in, or at the end of whose last line. */
function instructionAround(file: Dockerfile, offset: number): Instruction | undefined {
  let found: Instruction | undefined;
  for (const node of file.all()) if (node.head.span.end < offset) found = node;
  if (!found || (offset > found.span.end && /[\r\n]/.test(file.text.slice(found.span.end, offset)))) return undefined;
  return found.heredocs.some(({ span }) => span.start <= offset && offset <= span.end) ? undefined : found;
}

function variablesFor({ state }: Instruction, close: string): readonly Suggestion[] {
  const detail = ({ kind, value }: Variable): string =>
    `${kind.toUpperCase()}${value === undefined ? '' : ` ${value}`}`;
  return [...state.env.all()].map((variable) => ({
    label: variable.name,
    detail: detail(variable),
    ...(close === '' ? {} : { text: variable.name + close }),
  }));
}

const stagesAbove = ({ stages }: Dockerfile, own: Stage | undefined): readonly Suggestion[] =>
  stages
    .filter((stage) => own === undefined || stage.index < own.index)
    .flatMap(({ from, name }) => (name ? [{ label: name.text, detail: `FROM ${from?.image.word.text ?? ''}` }] : []))
    .reverse();

function usersFor({ stage }: Instruction): readonly Suggestion[] {
  if (!stage) return [];
  const { rootImage } = stage;
  const base = rootImage?.resolved ?? rootImage;
  const tag = rootImage?.resolved ? rootImage.resolved.tag : rootImage?.tag?.text;
  const ofImage = base && defaultUserOf(base.name, tag);
  const made = chainOf(stage).flatMap((node) =>
    node.keyword === 'RUN' ? node.commands.flatMap((command) => newUser(command)?.name.text ?? []) : [],
  );
  return [
    ...[...new Set(made)].map((label) => ({ label, detail: 'made above' })),
    ...(ofImage === undefined || made.includes(ofImage)
      ? []
      : [{ label: ofImage, detail: 'the user of the base image' }]),
    ...(ofImage === 'root' ? [] : [{ label: 'root', detail: '' }]),
  ];
}

/** The keys of each type of mount. Source: Dockerfile reference, "RUN --mount". */
const MOUNT_KEYS: Readonly<Record<string, readonly string[]>> = {
  bind: ['source', 'target', 'from', 'readwrite'],
  cache: ['id', 'target', 'sharing', 'from', 'source', 'readonly', 'mode', 'uid', 'gid'],
  tmpfs: ['target', 'size'],
  secret: ['id', 'target', 'env', 'required', 'mode', 'uid', 'gid'],
  ssh: ['id', 'target', 'required', 'mode', 'uid', 'gid'],
};
const MOUNT_SWITCHES: ReadonlySet<string> = new Set(['readonly', 'readwrite', 'required']);
const MOUNT_TYPES: Readonly<Record<string, string>> = {
  cache: 'a folder that is kept from build to build',
  bind: 'files of the build context or of a stage',
  secret: 'a file or a variable that stays out of the image',
  ssh: 'the keys of an SSH agent',
  tmpfs: 'a folder in memory',
};

function mountSuggestions(
  file: Dockerfile,
  node: Instruction,
  word: string,
  field: string,
  answer: (kind: Suggestions['kind'], length: number, items: readonly Suggestion[]) => Suggestions,
): Suggestions | undefined {
  const [key = '', value] = field.split('=');
  const plain = (labels: readonly string[]): readonly Suggestion[] => labels.map((label) => ({ label, detail: '' }));
  if (value !== undefined) {
    if (key === 'type')
      return answer(
        'mount',
        value.length,
        Object.entries(MOUNT_TYPES).map(([label, detail]) => ({ label, detail })),
      );
    if (key === 'from') return answer('stage', value.length, stagesAbove(file, node.stage));
    if (key === 'sharing') return answer('mount', value.length, plain(['shared', 'private', 'locked']));
    return undefined;
  }
  const fields = word.slice('--mount='.length).split(',').slice(0, -1);
  const used = new Set(fields.map((one) => one.split('=')[0]));
  const type = fields.find((one) => one.startsWith('type='))?.slice('type='.length) ?? 'bind';
  const keys = [...(used.has('type') ? [] : ['type']), ...(MOUNT_KEYS[type] ?? [])].filter((one) => !used.has(one));
  return answer(
    'mount',
    field.length,
    keys.map((label) => ({ label, detail: '', ...(MOUNT_SWITCHES.has(label) ? {} : { text: `${label}=` }) })),
  );
}
