import type { Finding, ShownFix } from '../findings.js';
import { regionOf } from './regions.js';

/** A finding for programs. Lines and columns count from 1, columns in UTF-16 units. */
export function jsonFinding({ at, rule, peers, severity, message, fix, choices, related }: Finding): object {
  const { startLine, startColumn, endLine, endColumn } = regionOf(at);
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
        ? { path: place.document.shown, ...regionOf(place), message: note }
        : { path: place.shown, message: note },
    ),
  };
}

const jsonFix = ({ title, safety, edits }: ShownFix): object => ({
  title,
  safety,
  edits: edits().map((edit) => ({ path: edit.document.shown, ...regionOf(edit), text: edit.text })),
});
