import type { FileEdits, FixResult, TextEdit } from '@plimsoll/rules';
import { LineIndex } from '@plimsoll/rules';
import { diffArrays } from 'diff';
import type * as lsp from 'vscode-languageserver';
import { Utils } from 'vscode-uri';

import type { Abilities } from './abilities.js';
import type { Reading } from './analyses.js';
import { rangeOf } from './ranges.js';

/** What the edits need to know of the client. */
export interface Target {
  readonly abilities: Abilities;
  /** The version of an open document; null for a file that is not open. */
  readonly versionOf: (uri: string) => number | null;
}

/** The edits as the client takes them; undefined if there are none, or if it cannot carry them out. */
export async function workspaceEdit(
  reading: Reading,
  changes: readonly FileEdits[],
  { abilities, versionOf }: Target,
): Promise<lsp.WorkspaceEdit | undefined> {
  const documentChanges: (lsp.TextDocumentEdit | lsp.CreateFile)[] = [];
  const plain: Record<string, lsp.TextEdit[]> = {};
  for (const { path, edits } of changes) {
    if (edits.length === 0) continue;
    const uri = path === undefined ? reading.uri : uriOf(reading, path);
    const text = path === undefined ? reading.source.text : await reading.read(path);
    if (uri === undefined || (text === undefined && !abilities.createsFiles)) return undefined;
    if (text === undefined) documentChanges.push({ kind: 'create', uri });
    const version = path === undefined ? reading.version : text === undefined ? null : versionOf(uri);
    const spelled = asLsp(text ?? '', edits);
    documentChanges.push({ textDocument: { uri, version }, edits: spelled });
    plain[uri] = spelled;
  }
  if (documentChanges.length === 0) return undefined;
  return abilities.hasDocumentChanges ? { documentChanges } : { changes: plain };
}

/** What `fixAll` came to, as edits of the texts as they were. */
export async function editsOf(reading: Reading, result: FixResult): Promise<readonly FileEdits[]> {
  const others = await Promise.all(
    [...result.others].map(async ([path, text]): Promise<FileEdits> => {
      const before = await reading.read(path);
      return { path, edits: before === undefined ? [replacement(0, '', text)] : difference(before, text) };
    }),
  );
  return [{ edits: difference(reading.source.text, result.text) }, ...others];
}

/** The address of a path from the document's root. */
export const uriOf = ({ place: { root } }: Reading, path: string): string | undefined =>
  root && Utils.joinPath(root, path).toString();

/** Beyond so many changed lines, finding the smallest difference takes longer than it is worth. */
const MOST_CHANGED_LINES = 2_000;

/** The smallest edits, line by line, that make one text of the other. They never touch each other's lines. */
export function difference(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const changes = diffArrays(linesOf(before), linesOf(after), { maxEditLength: MOST_CHANGED_LINES });
  if (!changes) return [replacement(0, before, after)];
  const edits: TextEdit[] = [];
  let at = 0;
  let removed: readonly string[] = [];
  let added: readonly string[] = [];
  const settle = (): void => {
    edits.push(...replacements(at, removed, added));
    at += removed.join('').length;
    removed = [];
    added = [];
  };
  for (const change of changes) {
    if (change.removed) removed = change.value;
    else if (change.added) added = change.value;
    else {
      settle();
      at += change.value.join('').length;
    }
  }
  settle();
  return edits;
}

/** Lines that pair up are edited one by one, so that the cursor and the marks in between stay where they are. */
function replacements(at: number, removed: readonly string[], added: readonly string[]): readonly TextEdit[] {
  if (removed.length !== added.length) return [replacement(at, removed.join(''), added.join(''))];
  let start = at;
  return removed.flatMap((line, index) => {
    const edit = replacement(start, line, added[index] ?? '');
    start += line.length;
    return line === added[index] ? [] : [edit];
  });
}

/** An edit without what both texts begin and end with. */
function replacement(at: number, before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  while (head > 0 && (isInside(before, head) || isInside(after, head))) head -= 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  while (tail > 0 && (isInside(before, before.length - tail) || isInside(after, after.length - tail))) tail -= 1;
  return {
    span: { start: at + head, end: at + before.length - tail },
    text: after.slice(head, after.length - tail),
  };
}

/** Whether the offset lies within a line break of two characters or a character of two units. */
const isInside = (text: string, offset: number): boolean =>
  /^(\r\n|[\uD800-\uDBFF][\uDC00-\uDFFF])$/.test(text.slice(offset - 1, offset + 1));

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function asLsp(text: string, edits: readonly TextEdit[]): lsp.TextEdit[] {
  const lines = new LineIndex(text);
  return edits.map(({ span, text: newText }) => ({ range: rangeOf(lines, span), newText }));
}
