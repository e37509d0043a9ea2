import type { Span } from '../model/file.js';
import { linesOf } from './text.js';

/** A key of a TOML table, with the plain strings of its value: one, or those of a list. */
export interface TomlEntry {
  /** The table's name: `tool.poetry.dependencies`. */
  readonly section: string;
  readonly key: string;
  readonly strings: readonly { readonly text: string; readonly span: Span }[];
  readonly span: Span;
}

const SECTION = /^\[{1,2}[ \t]*([^\]]+?)[ \t]*\]{1,2}/;
const KEY = /^[ \t]*("[^"]*"|'[^']*'|[\w.-]+)[ \t]*=[ \t]*/;
const STRING = /"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g;

/** Reads the tables and keys of a TOML text line by line; what spans lines in any other way than a list is passed over. */
export function readToml(text: string): readonly TomlEntry[] {
  const entries: TomlEntry[] = [];
  let section = '';
  let open: { key: string; start: number; strings: { text: string; span: Span }[] } | undefined;
  let fence: string | undefined;
  for (const { start, end } of linesOf(text)) {
    const line = text.slice(start, end);
    if (fence !== undefined) {
      if (line.includes(fence)) fence = undefined;
      continue;
    }
    if (open) {
      open.strings.push(...stringsOf(line, start));
      if (closesList(line)) {
        entries.push({ section, key: open.key, strings: open.strings, span: { start: open.start, end } });
        open = undefined;
      }
      continue;
    }
    const table = SECTION.exec(line.trimStart());
    if (table) {
      section = (table[1] ?? '').replace(/["' \t]/g, '');
      continue;
    }
    const found = KEY.exec(line);
    if (!found) continue;
    const key = (found[1] ?? '').replace(/^["']|["']$/g, '');
    const offset = found[0].length;
    const value = line.slice(offset);
    const mark = ['"""', "'''"].find((quotes) => value.startsWith(quotes));
    if (mark) {
      if (!value.slice(3).includes(mark)) fence = mark;
      continue;
    }
    const strings = stringsOf(value, start + offset);
    if (value.startsWith('[') && !closesList(value.slice(1))) open = { key, start, strings: [...strings] };
    else entries.push({ section, key, strings, span: { start, end } });
  }
  return entries;
}

const stringsOf = (line: string, start: number) =>
  [...line.matchAll(STRING)]
    .filter((found) => !line.slice(0, found.index).replace(STRING, '').includes('#'))
    .map((found) => ({
      text: found[1] ?? found[2] ?? '',
      span: { start: start + found.index + 1, end: start + found.index + found[0].length - 1 },
    }));

/** Whether a line ends the list that is open before it: a bracket outside of strings and comments. */
const closesList = (line: string): boolean => {
  const [plain = ''] = line.replace(STRING, '').split('#');
  return plain.includes(']');
};
