import type { Colors } from '../streams.js';
import { columnsOf, printable } from './printable.js';

/** A light rendering of Markdown for the terminal: headings bold, code indented, paragraphs filled to the width. */
export function renderMarkdown(markdown: string, colors: Colors, width: number): string {
  return `${blocksOf(markdown)
    .map((block) => renderBlock(block, colors, width))
    .join('\n\n')}\n`;
}

/** Fills text to a width; lines but the first are indented. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(UNBROKEN) ?? []) {
    if (line === '') line = word;
    else if (columnsOf(`${line} ${word}`) + (lines.length === 0 ? 0 : indent.length) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

/** A word, with the blanks that stand in code. */
const UNBROKEN = /(?:[^\s`]|`[^`]*`|`)+/g;

type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'code'; readonly language: string; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

function blocksOf(markdown: string): readonly Block[] {
  const lines = markdown.replace(/<!--[\s\S]*?-->/g, '').split(/\r?\n/);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const { block, next } = blockAt(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function blockAt(lines: readonly string[], at: number): { block?: Block; next: number } {
  const line = lines[at] ?? '';
  if (line.trim() === '') return { next: at + 1 };
  const fence = /^(`{3,}|~{3,})\s*(\S*)/.exec(line);
  if (fence?.[1] !== undefined) {
    const end = endOf(lines, at + 1, (other) => other.startsWith(fence[1] ?? ''));
    return { block: { kind: 'code', language: fence[2] ?? '', lines: lines.slice(at + 1, end) }, next: end + 1 };
  }
  const heading = /^#{1,6}\s+(.*)/.exec(line);
  if (heading) return { block: { kind: 'heading', text: heading[1] ?? '' }, next: at + 1 };
  const end = endOf(lines, at + 1, (other) => other.trim() === '' || /^(#{1,6}\s|`{3}|~{3})/.test(other));
  const own = lines.slice(at, end);
  if (line.startsWith('|')) return { block: { kind: 'table', rows: own.flatMap(rowOf) }, next: end };
  if (ITEM.test(line)) return { block: { kind: 'list', items: itemsOf(own) }, next: end };
  return { block: { kind: 'paragraph', text: own.join(' ') }, next: end };
}

const ITEM = /^\s*([-*+]|\d+\.)\s+/;

function endOf(lines: readonly string[], from: number, ends: (line: string) => boolean): number {
  const end = lines.findIndex((line, index) => index >= from && ends(line));
  return end < 0 ? lines.length : end;
}

/** A line that does not begin an item goes on with the one above. */
function itemsOf(lines: readonly string[]): readonly string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line) || items.length === 0) items.push(line.replace(ITEM, ''));
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return items;
}

/** The cells of a table's line; the line under the head has none. */
function rowOf(line: string): readonly (readonly string[])[] {
  if (/^\|[\s:|-]*$/.test(line)) return [];
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return [inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))];
}

function renderBlock(block: Block, colors: Colors, width: number): string {
  switch (block.kind) {
    case 'heading':
      return colors.bold(inline(block.text, colors));
    case 'paragraph':
      return inline(wrap(plain(block.text), width), colors);
    case 'list':
      return block.items.map((item) => `- ${inline(wrap(plain(item), width - 2, '  '), colors)}`).join('\n');
    case 'code':
      return block.lines.map((line) => codeLine(line, block.language, colors)).join('\n');
    case 'table':
      return renderTable(block.rows, colors, width);
  }
}

function codeLine(line: string, language: string, colors: Colors): string {
  const shown = line === '' ? '' : `    ${line.split('\t').map(printable).join('\t')}`;
  if (language !== 'diff') return shown;
  if (line.startsWith('+')) return colors.green(shown);
  return line.startsWith('-') ? colors.red(shown) : shown;
}

function renderTable(rows: readonly (readonly string[])[], colors: Colors, width: number): string {
  const [head = [], ...body] = rows.map((row) => row.map(plain));
  const widths = head.map((name, column) => Math.max(...[head, ...body].map((row) => columnsOf(row[column] ?? name))));
  if (widths.reduce((sum, one) => sum + one + 2, 0) > width) return renderRows(head, body, colors, width);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell))))
      .join('  ')
      .trimEnd();
  return [colors.dim(line(head)), ...body.map((row) => inline(line(row), colors))].join('\n');
}

/** A table that is too wide: a paragraph a row, opened by its first cell, with the names of the other columns. */
function renderRows(
  head: readonly string[],
  body: readonly (readonly string[])[],
  colors: Colors,
  width: number,
): string {
  return body
    .map(([first = '', ...others]) => {
      const cells = others.map((cell, index) => wrap(`${head[index + 1] ?? ''}: ${cell}`, width - 2, '    '));
      return [colors.bold(first), ...cells.map((cell) => `  ${inline(cell, colors)}`)].join('\n');
    })
    .join('\n');
}

/** Links as `text (target)`, unless the target is a page beside this one, which a terminal cannot open. */
const plain = (text: string): string =>
  printable(text)
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, label: string, target: string) =>
      /^[a-z]+:/.test(target) && label !== target ? `${label} (${target})` : label,
    )
    .replace(/<(https?:[^>\s]+)>/g, '$1');

/** Emphasis and code as colour. Without colours the backquotes stay, since they set code off. */
const inline = (text: string, colors: Colors): string =>
  text
    .replace(/\*\*([^*]+)\*\*/g, (_, strong: string) => colors.bold(strong))
    .replace(/`([^`]+)`/g, (whole, code: string) => (colors.isColorSupported ? colors.cyan(code) : whole));
