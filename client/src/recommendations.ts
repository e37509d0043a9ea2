import {
  applyEdits,
  findNodeAtLocation,
  modify,
  parseTree,
  visit,
  type Edit,
  type FormattingOptions,
  type Node,
  type ParseError,
} from 'jsonc-parser';

/** What becomes of `.vscode/extensions.json`: its new text; or nothing, since it says so already or cannot be read. */
export type Outcome =
  | { readonly kind: 'written'; readonly text: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'unreadable' };

/** Adds an extension to the recommendations of an `extensions.json`, whose comments and layout stay; no text makes a new one. */
export function recommend(id: string, text = ''): Outcome {
  const root = rootOf(text);
  if (root === 'unreadable') return { kind: 'unreadable' };
  const recommended = root && findNodeAtLocation(root, ['recommendations']);
  const unwanted = root && findNodeAtLocation(root, ['unwantedRecommendations']);
  if (recommended && recommended.type !== 'array') return { kind: 'unreadable' };

  const formattingOptions = layoutOf(text);
  // VS Code offers nothing that a folder names as unwanted.
  const refused = indexIn(unwanted, id);
  const allowed =
    refused < 0
      ? text
      : applyEdits(text, modify(text, ['unwantedRecommendations', refused], undefined, { formattingOptions }));
  const added = indexIn(recommended, id) < 0 ? add(id, allowed, formattingOptions) : allowed;
  if (added === text) return { kind: 'unchanged' };
  const { eol = '\n' } = formattingOptions;
  return { kind: 'written', text: text.trim() === '' ? `${added.trim()}${eol}` : added };
}

/** Undefined where there is nothing yet. */
function rootOf(text: string): Node | undefined | 'unreadable' {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  return errors.length > 0 || (root && root.type !== 'object') ? 'unreadable' : root;
}

/** VS Code does not tell upper from lower case in the names of extensions. */
const indexIn = (list: Node | undefined, id: string): number =>
  list?.type === 'array'
    ? (list.children ?? []).findIndex(
        ({ value }: { value?: unknown }) => String(value).toLowerCase() === id.toLowerCase(),
      )
    : -1;

function add(id: string, text: string, formattingOptions: FormattingOptions): string {
  const root = parseTree(text);
  const list = root && findNodeAtLocation(root, ['recommendations']);
  const last = list?.children?.at(-1);
  const edits =
    (list && last && behindLast(id, text, list, last, formattingOptions)) ??
    // At the front, where no comment and no layout of other settings is touched.
    modify(text, ['recommendations', -1], id, {
      formattingOptions,
      isArrayInsertion: true,
      getInsertionIndex: () => 0,
    });
  return applyEdits(text, edits);
}

/** On the line of a list that has but one; below the comments that stand behind the last item, so that they stay with it. */
function behindLast(
  id: string,
  text: string,
  list: Node,
  last: Node,
  { eol = '\n' }: FormattingOptions,
): Edit[] | undefined {
  const name = JSON.stringify(id);
  const end = endOf(last);
  if (!text.slice(list.offset, endOf(list)).includes('\n')) return [{ offset: end, length: 0, content: `, ${name}` }];

  const isBehind = (offset: number): boolean => offset >= end && offset < endOf(list);
  const comments: number[] = [];
  const commas: number[] = [];
  visit(text, {
    onComment: (offset, length) => isBehind(offset) && comments.push(offset + length),
    onSeparator: (_, offset) => isBehind(offset) && commas.push(offset),
  });
  const below = comments.at(-1);
  if (below === undefined) return undefined;
  const [indent] = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', last.offset) + 1)) ?? [''];
  return commas.length > 0
    ? [{ offset: below, length: 0, content: `${eol}${indent}${name},` }]
    : [
        { offset: end, length: 0, content: ',' },
        { offset: below, length: 0, content: `${eol}${indent}${name}` },
      ];
}

const endOf = ({ offset, length }: Node): number => offset + length;

/** The layout that the text has, or that VS Code gives a new file. */
function layoutOf(text: string): FormattingOptions {
  const [, indent = '\t'] = /\n([ \t]+)\S/.exec(text) ?? [];
  return { insertSpaces: !indent.includes('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}
