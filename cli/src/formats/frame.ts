import type { Document } from '../document.js';
import type { PlaceIn } from '../findings.js';
import { cellsOf, type Cell } from './printable.js';

export interface FrameStyle {
  /** The sign that underlines. */
  readonly mark: string;
  /** The most columns that a source line may take. */
  readonly width: number;
  gutter(text: string): string;
  underline(text: string): string;
}

/** The source lines of a place with their numbers, and marks under exactly what is meant. */
export function frame({ document, span }: PlaceIn, style: FrameStyle): readonly string[] {
  const lines = linesOf(document, span.start, span.end);
  const digits = String((lines.at(-1)?.index ?? 0) + 1).length;
  const rows = lines.map((line) => {
    const row = { number: String(line.index + 1), ...underlined(line, style) };
    // A blank line between others has nothing to underline.
    return lines.length > 1 && line.from === line.to ? { ...row, marks: '' } : row;
  });
  return shortened(rows).flatMap((row) => {
    if (row === 'gap') return [style.gutter(`  ${'⋮'.padStart(digits)} |`)];
    const source = `${style.gutter(`  ${row.number.padStart(digits)} |`)} ${row.source}`.trimEnd();
    if (row.marks === '') return [source];
    return [
      source,
      `${style.gutter(`  ${' '.repeat(digits)} |`)} ${' '.repeat(row.indent)}${style.underline(row.marks)}`,
    ];
  });
}

/** One line of the text, and the part of it that is meant: offsets from its start. */
interface Line {
  readonly index: number;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function linesOf(document: Document, start: number, end: number): readonly Line[] {
  const first = document.at(start);
  const last = document.at(end);
  // What ends with a line break ends on the line before it.
  const lastIndex = last.column === 0 && last.line > first.line ? last.line - 1 : last.line;
  return Array.from({ length: lastIndex - first.line + 1 }, (_, count) => {
    const index = first.line + count;
    const range = document.line(index);
    const text = document.text.slice(range.start, range.end);
    const from = index === first.line ? first.column : text.length - text.trimStart().length;
    const to = index === last.line ? last.column : text.trimEnd().length;
    return { index, text, from: Math.min(from, text.length), to: Math.min(Math.max(from, to), text.length) };
  });
}

/** Long pieces are shown by their head and their end. */
function shortened<T>(rows: readonly T[]): readonly (T | 'gap')[] {
  return rows.length <= HEAD + 2 ? rows : [...rows.slice(0, HEAD), 'gap', ...rows.slice(-1)];
}
const HEAD = 4;

function underlined(
  { text, from, to }: Line,
  { mark, width }: FrameStyle,
): { source: string; indent: number; marks: string } {
  const { cells, cutBefore, cutAfter } = windowOf(text, from, width);
  const source = (cutBefore ? '…' : '') + cells.map(({ shown }) => shown).join('') + (cutAfter ? '…' : '');
  const isMarked = (cell: Cell): boolean =>
    from === to ? cell.start <= from && from < cell.end : cell.start < to && cell.end > from;
  const before = cells.filter(({ end }) => end <= from);
  const marked = cells.filter(isMarked);
  const indent = widthOfAll(before) + (cutBefore ? 1 : 0);
  return { source, indent, marks: mark.repeat(Math.max(1, widthOfAll(marked))) };
}

/** As much of a long line as fits, with the start of what is meant in view. */
function windowOf(
  text: string,
  from: number,
  width: number,
): { cells: readonly Cell[]; cutBefore: boolean; cutAfter: boolean } {
  // Only the neighbourhood is cut into cells, since a line may have a million characters.
  const low = atCharacter(text, Math.max(0, from - 2 * width));
  const high = atCharacter(text, Math.min(text.length, from + 2 * width));
  const cells = cellsOf(text.slice(low, high)).map((cell) => ({
    ...cell,
    start: cell.start + low,
    end: cell.end + low,
  }));
  if (low === 0 && high === text.length && widthOfAll(cells) <= width)
    return { cells, cutBefore: false, cutAfter: false };

  const place = cells.filter(({ end }) => end <= from);
  let first = 0;
  for (let before = widthOfAll(place); before > width / 2 && first < place.length; first += 1)
    before -= cells[first]?.width ?? 0;
  let last = first;
  for (let room = width - 2; last < cells.length; last += 1) {
    room -= cells[last]?.width ?? 0;
    if (room < 0) break;
  }
  return {
    cells: cells.slice(first, last),
    cutBefore: low > 0 || first > 0,
    cutAfter: high < text.length || last < cells.length,
  };
}

/** The offset, or the one before it if it would part a surrogate pair. */
const atCharacter = (text: string, offset: number): number =>
  /^[\uDC00-\uDFFF]/.test(text.slice(offset, offset + 1)) && offset > 0 ? offset - 1 : offset;

const widthOfAll = (cells: readonly Cell[]): number => cells.reduce((sum, { width }) => sum + width, 0);
