import { parseTree, printParseErrorCode, visit, type Node, type ParseError } from 'jsonc-parser';
import type { DevContainer, JsonProperty } from '../model/devcontainer.js';
import type { Comment, Located, Problem, Span, Word } from '../model/file.js';
import { placeAt, placeWord } from './place.js';
import { lineEndingOf } from './text.js';

/** Reads JSON with comments, as the tools for dev containers do. */
export const parseDevContainer = (path: string, text: string): DevContainer => new DevContainerNode(path, text);

class DevContainerNode implements DevContainer {
  readonly kind = 'devcontainer';
  readonly span: Span;
  readonly lineEnding: '\n' | '\r\n';
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
  readonly dockerfile: JsonProperty | undefined;
  readonly context: JsonProperty | undefined;
  readonly target: JsonProperty | undefined;
  readonly usesImage: boolean;
  readonly build: Located | undefined;
  readonly lastOfBuild: Located | undefined;
  /** Sorted by where they begin, so that the innermost comes last. */
  private readonly properties: readonly Located[];

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.span = { start: 0, end: text.length };
    this.lineEnding = lineEndingOf(text);
    const { root, comments, problems } = read(text);
    this.comments = comments;
    this.problems = problems;
    this.properties = propertiesIn(root);
    const build = propertyOf(root, 'build');
    const settings = build?.children?.[1];
    this.build = build && located(build);
    const last = settings?.type === 'object' ? settings.children?.findLast(isWhole) : undefined;
    this.lastOfBuild = last && located(last);
    this.dockerfile = this.stringOf(settings, 'dockerfile') ?? this.stringOf(root, 'dockerFile');
    this.context = this.stringOf(settings, 'context') ?? this.stringOf(root, 'context');
    this.usesImage = propertyOf(root, 'image') !== undefined;
    this.target = this.stringOf(settings, 'target');
  }

  private stringOf(node: Node | undefined, name: string): JsonProperty | undefined {
    const property = propertyOf(node, name);
    const value = property?.children?.[1];
    if (!property || value?.type !== 'string') return undefined;
    const isClosed = value.length > 1 && this.text.endsWith('"', value.offset + value.length);
    return isClosed ? { ...located(property), value: wordOf(value) } : undefined;
  }

  /** The property that the comment stands behind in the same line, else the next one. */
  partAfter({ span: { start } }: Comment): Located | undefined {
    const before = this.properties.findLast(({ span }) => span.end <= start);
    const isBehind = before && !this.text.slice(before.span.end, start).includes('\n');
    return isBehind ? before : this.properties.find(({ span }) => span.start > start);
  }

  partAt({ span: { start } }: Located): Located | undefined {
    return this.properties.findLast(({ span }) => span.start <= start && start < span.end);
  }
}

interface Read {
  readonly root?: Node | undefined;
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
}

/** One problem leads to the next: a person mends the first and looks again. */
const MOST_PROBLEMS = 10;
/** No dev container goes deeper, and the parser goes down into what is nested until the stack ends. */
const DEEPEST = 200;
/** A tool makes the file of it: nobody knows what it will be. */
const TEMPLATE = /\{\{[^{}\n]*\}\}|\{%|<%/;

function read(source: string): Read {
  const text = source.replace(/^\uFEFF/, ' ');
  const comments: Comment[] = [];
  const nested = { depth: 0 };
  const enter = (): void => {
    nested.depth += 1;
    if (nested.depth > DEEPEST) throw new RangeError('nested too deeply');
  };
  const leave = (): void => {
    nested.depth -= 1;
  };
  try {
    visit(text, {
      onObjectBegin: enter,
      onArrayBegin: enter,
      onObjectEnd: leave,
      onArrayEnd: leave,
      onComment: (start, length) => comments.push(commentAt(text, start, start + length)),
    });
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
    const problems = TEMPLATE.test(text) ? [] : errors.slice(0, MOST_PROBLEMS).map((error) => problemOf(error, text));
    return { root, comments, problems };
  } catch {
    const at = { span: { start: 0, end: 0 } };
    return { comments: [], problems: [{ at, message: 'This JSON is nested too deeply to be read.' }] };
  }
}

function commentAt(text: string, start: number, end: number): Comment {
  const isBlock = text.startsWith('/*', start);
  const content = text.slice(start + 2, isBlock && text.endsWith('*/', end) ? Math.max(start + 2, end - 2) : end);
  return { span: { start, end }, text: content.trim() };
}

const MESSAGES: Readonly<Record<string, string>> = {
  InvalidNumberFormat: 'This is no number.',
  PropertyNameExpected: 'The name of a property must stand here, in double quotes.',
  ValueExpected: 'A value must stand here.',
  ColonExpected: 'A colon must stand here.',
  CommaExpected: 'A comma must stand before this.',
  CloseBraceExpected: 'A closing brace is missing.',
  CloseBracketExpected: 'A closing bracket is missing.',
  EndOfFileExpected: 'Nothing may stand behind the end of the object.',
  UnexpectedEndOfComment: 'This comment is never closed.',
  UnexpectedEndOfString: 'This quote is never closed.',
  InvalidEscapeCharacter: 'JSON does not know this escape.',
  InvalidUnicode: 'JSON does not know this escape.',
  InvalidCharacter: 'This character must be escaped.',
};

function problemOf({ error, offset, length }: ParseError, text: string): Problem {
  const start = Math.min(offset, text.length);
  return {
    at: { span: { start, end: Math.min(start + length, text.length) } },
    message: MESSAGES[printParseErrorCode(error)] ?? 'This is no JSON.',
  };
}

const located = ({ offset, length }: Node): Located => ({ span: { start: offset, end: offset + length } });

/** Whether a property has its value, as one that is being written has not. */
const isWhole = ({ type, children }: Node): boolean => type === 'property' && children?.length === 2;

function propertiesIn(root: Node | undefined): readonly Located[] {
  const found: Located[] = [];
  const pending = root ? [root] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'property') found.push(located(node));
    for (const child of node.children?.toReversed() ?? []) pending.push(child);
  }
  return found;
}

/** The property of the name; the last counts where there are several. */
const propertyOf = (node: Node | undefined, name: string): Node | undefined =>
  node?.type === 'object'
    ? node.children?.findLast((child) => isWhole(child) && child.children?.[0]?.value === name)
    : undefined;

const VARIABLE = /\$\{|\{\{|\{%|<%/;

/** The span of the word lies inside its quotes. */
function wordOf({ offset, length, value }: Node): Word {
  const text = String(value);
  const literal = !VARIABLE.test(text);
  const parts = [literal ? { kind: 'text' as const, text } : { kind: 'substitution' as const }];
  return placeWord({ start: offset + 1, end: offset + length - 1, text, literal, parts, form: 'json' }, placeAt(0));
}
