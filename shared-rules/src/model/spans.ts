import type { Dockerfile } from './dockerfile.js';
import type { AnyFile, Comment, Located } from './file.js';

/** The stretch of text from one node to another behind it. */
export const stretch = ({ span: { start } }: Located, { span: { end } }: Located): Located => ({
  span: { start, end },
});

/** Whether a node lies within another. */
export const encloses = (outer: Located, inner: Located): boolean =>
  outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;

/** Whether no line break stands between two nodes of a file, the second behind the first. */
export const areOnOneLine = ({ text }: AnyFile, first: Located, second: Located): boolean =>
  !text.slice(first.span.end, second.span.start).includes('\n');

/** Whether one of the comments, which are in the order of the text, stands between two nodes. */
export function hasCommentBetween(comments: readonly Located[], first: Located, second: Located): boolean {
  const { end } = first.span;
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.span.start ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  const next = comments[low];
  return next !== undefined && next.span.end <= second.span.start;
}

/** The comment lines right above a node, without an empty line between them and it, from the top. */
export function commentsAbove({ comments, text }: AnyFile, { span }: Located): readonly Comment[] {
  const above: Comment[] = [];
  let start = span.start;
  for (const comment of [...comments].reverse()) {
    if (comment.span.end > start) continue;
    if (!/^\r?\n[ \t]*$/.test(text.slice(comment.span.end, start))) break;
    above.unshift(comment);
    start = comment.span.start;
  }
  return above;
}

/** Whether an empty line, which may hold the character that continues it, stands between two nodes. */
export const hasEmptyLineBetween = ({ text }: AnyFile, first: Located, second: Located): boolean =>
  text
    .slice(first.span.end, second.span.start)
    .split('\n')
    .slice(1, -1)
    .some((line) => /^[\\`]?$/.test(line.trim()));

/** What stands between two nodes of a file, without the blanks around it: an operator. */
export function between({ text }: AnyFile, first: Located, second: Located): Located {
  const whole = text.slice(first.span.end, second.span.start);
  const start = first.span.end + whole.length - whole.trimStart().length;
  return { span: { start, end: start + whole.trim().length } };
}

/** How many characters stand before the end of a node on its line. */
export const columnBehind = ({ text }: AnyFile, { span: { end } }: Located): number =>
  end - (text.lastIndexOf('\n', end - 1) + 1);

/** A node as it is written. */
export const sourceText = ({ text }: AnyFile, { span }: Located): string => text.slice(span.start, span.end);

/** The character that continues the line, where it stands right behind a node, or within it. */
export function continuationAt({ text, escape }: Dockerfile, { span }: Located, where: 'behind' | 'within') {
  const from = where === 'behind' ? span.end : span.start;
  const at = where === 'behind' ? from : text.slice(0, span.end).indexOf(escape, from);
  const isOne = at >= 0 && text[at] === escape && /^[ \t]*\r?\n/.test(text.slice(at + 1, at + 100));
  return isOne ? { span: { start: at, end: at + 1 } } : undefined;
}
