import type { Finding, PlaceIn, ShownFix } from '../findings.js';

/** A finding for programs. Lines and columns count from 1, columns in UTF-16 units. */
export function jsonFinding({ at, rule, peers, severity, message, fix, choices, related }: Finding): object {
  const { startLine, startColumn, endLine, endColumn } = rangeOf(at);
  return {
    file: at.document.shown,
    line: startLine,
    column: startColumn,
    endLine,
    endColumn,
    rule,
    peers,
    severity,
    message,
    fix: fix ? jsonFix(fix) : null,
    choices: choices.map(jsonFix),
    related: related.map(({ message: note, at: place }) =>
      'document' in place
        ? { path: place.document.shown, ...rangeOf(place), message: note }
        : { path: place.shown, message: note },
    ),
  };
}

const jsonFix = ({ title, safety, edits }: ShownFix): object => ({
  title,
  safety,
  edits: edits().map((edit) => ({ path: edit.document.shown, ...rangeOf(edit), text: edit.text })),
});

function rangeOf({ document, span }: PlaceIn): {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
} {
  const start = document.at(span.start);
  const end = document.at(span.end);
  return {
    startLine: start.line + 1,
    startColumn: start.column + 1,
    endLine: end.line + 1,
    endColumn: end.column + 1,
  };
}
