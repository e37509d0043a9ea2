import type { Comment, Located, Problem, Span, Word } from '../model/file.js';
import type { Amount, EnvironmentPair, ImageReference } from '../model/containers.js';
import type { YamlMap, YamlNode, YamlScalar } from '../model/yaml.js';
import { readImage } from './image.js';
import { lineEndingOf } from './text.js';
import { indentOf, pieceOf, readYaml, YamlParts, type YamlText } from './yaml.js';

/** What the files of containers that are written in YAML have in common. */
export abstract class ManifestFile {
  readonly span: Span;
  readonly lineEnding: '\n' | '\r\n';
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
  readonly indent: number;
  protected readonly yaml: YamlText;
  #parts: YamlParts | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
    private readonly withDocuments: boolean,
  ) {
    this.span = { start: 0, end: text.length };
    this.lineEnding = lineEndingOf(text);
    this.yaml = readYaml(text);
    this.comments = this.yaml.comments;
    this.problems = this.yaml.problems;
    this.indent = indentOf(text, this.yaml);
  }

  partAfter(comment: Comment): Located | undefined {
    return this.#all.after(comment);
  }

  partAt(at: Located): Located | undefined {
    return this.#all.at(at);
  }

  get #all(): YamlParts {
    return (this.#parts ??= new YamlParts(this.text, this.yaml, this.withDocuments));
  }
}

/** The maps of a list; other items are passed over. */
export function* mapsIn(node: YamlNode | undefined): Iterable<YamlMap> {
  for (const { value } of node?.type === 'list' ? node.items : []) if (value.type === 'map') yield value;
}

export const scalarOf = (node: YamlNode | undefined): YamlScalar | undefined =>
  node?.type === 'scalar' ? node : undefined;

/** A value that is there and is not null. */
export const valueOf = (node: YamlNode | undefined): YamlScalar | undefined =>
  node?.type === 'scalar' && !node.isNull ? node : undefined;

export function imageOf(node: YamlScalar | undefined): ImageReference | undefined {
  if (!node || node.isNull || node.text === '' || /\s|\{\{/.test(node.text)) return undefined;
  const { name, tag, digest } = readImage(node.text);
  return {
    node,
    name,
    ...(tag === undefined ? {} : { tag: tag.text }),
    ...(digest === undefined ? {} : { digest: digest.text }),
  };
}

export function amountOf(node: YamlScalar | undefined, read: (text: string) => number | undefined): Amount | undefined {
  if (!node || node.isNull) return undefined;
  return { node, value: node.literal ? read(node.text) : undefined };
}

/** `NAME=value`, or only `NAME` for a value from elsewhere. */
export function pairIn(node: YamlScalar): EnvironmentPair {
  const equals = node.text.indexOf('=');
  const name = pieceOf(node, 0, equals < 0 ? node.text.length : equals);
  return equals < 0
    ? { span: node.span, name }
    : { span: node.span, name, value: pieceOf(node, equals + 1, node.text.length), node };
}

/** The words of a command: of a list one each, of a single value as a shell would cut it. */
export function wordsOf(node: YamlNode | undefined): readonly Word[] | undefined {
  if (!node || (node.type === 'scalar' && node.isNull)) return undefined;
  if (node.type === 'list') return node.items.flatMap(({ value }) => scalarOf(value) ?? []);
  return node.type === 'scalar' ? shellWords(node) : undefined;
}

/** Words in quotes and with escapes stand where the whole value does. */
function shellWords(node: YamlScalar): readonly Word[] {
  const { text } = node;
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
    if (at === text.length) break;
    const start = at;
    let value = '';
    let isPlain = true;
    let quote = '';
    for (; at < text.length; at += 1) {
      const char = text[at] ?? '';
      if (quote === '' && /\s/.test(char)) break;
      if (char === '\\' && quote !== "'") {
        isPlain = false;
        at += 1;
        value += text[at] ?? '';
      } else if (quote === '' && (char === '"' || char === "'")) {
        isPlain = false;
        quote = char;
      } else if (char === quote) quote = '';
      else value += char;
    }
    const word = pieceOf(node, start, Math.min(at, text.length));
    words.push(isPlain ? word : { ...asPlain(word), text: value });
  }
  return words;
}

/** The word's facts, to be changed; parts of it cannot be told any more. */
const asPlain = ({ span, literal, parts, form }: Word): Omit<Word, 'text'> => ({
  span,
  literal,
  parts,
  form,
  part: () => undefined,
});
