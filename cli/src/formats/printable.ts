/** A piece of text as it is printed: what a person takes for one character. */
export interface Cell {
  readonly shown: string;
  /** Columns of the terminal. */
  readonly width: number;
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
}

/** The text cut into cells. Tabs become blanks, and what would steer the terminal becomes visible. */
export function cellsOf(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { segment, index } of PLAIN.test(text) ? charactersOf(text) : segmenter.segment(text)) {
    const shown = segment === '\t' ? ' '.repeat(TAB - (column % TAB)) : printable(segment);
    const width = segment === '\t' ? shown.length : widthOfCluster(shown);
    cells.push({ shown, width, start: index, end: index + segment.length });
    column += width;
  }
  return cells;
}

/** The text with a picture in the place of each character that would steer the terminal or turn the reading direction. */
export const printable = (text: string): string =>
  text.replace(STEERING, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\uFFFD';
  });

/** How many columns of the terminal the text takes. */
export const columnsOf = (text: string): number =>
  PLAIN.test(text)
    ? text.length
    : [...segmenter.segment(text)].reduce((sum, { segment }) => sum + widthOfCluster(segment), 0);

const TAB = 4;
const PLAIN = /^[\t\x20-\x7e]*$/;
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const charactersOf = (text: string): Iterable<{ segment: string; index: number }> =>
  Array.from(text, (segment, index) => ({ segment, index }));

function widthOfCluster(cluster: string): number {
  const code = cluster.codePointAt(0) ?? 0;
  // A carriage return and its line feed are one cluster, shown as two pictures.
  if (/^[\u2400-\u2421]+$/.test(cluster)) return cluster.length;
  if (cluster.includes(EMOJI_STYLE) || /^[\p{Emoji_Presentation}\p{Regional_Indicator}]/u.test(cluster)) return 2;
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(cluster)) return 0;
  return isWide(code) ? 2 : 1;
}

/** Asks for the coloured picture of a character that is also a plain sign. */
const EMOJI_STYLE = '\uFE0F';

const isWide = (code: number): boolean => WIDE.some(([first, last]) => code >= first && code <= last);

/** What takes two columns, after Unicode's East Asian Width. Emoji are recognised by their own property. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];
