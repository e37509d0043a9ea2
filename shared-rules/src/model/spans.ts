import type { Located } from './file.js';

/** The stretch of text from one node to another behind it. */
export const stretch = ({ span: { start } }: Located, { span: { end } }: Located): Located => ({
  span: { start, end },
});

/** Whether a node lies within another. */
export const encloses = (outer: Located, inner: Located): boolean =>
  outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;
