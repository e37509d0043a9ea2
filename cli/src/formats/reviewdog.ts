import type { Severity } from '@plimsoll/rules';
import { addressOf } from '@plimsoll/rules';
import type { Finding, PlaceIn } from '../findings.js';
import { regionOf } from './regions.js';

const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'ERROR',
  warning: 'WARNING',
  info: 'INFO',
  hint: 'INFO',
};

/** The JSON of reviewdog, whose columns count bytes of UTF-8. Source: its proto/rdf. */
export const rdjson = (findings: readonly Finding[]): string =>
  `${JSON.stringify(
    {
      source: { name: 'plimsoll', url: 'https://github.com/plimsoll/plimsoll' },
      diagnostics: findings.map(({ at, fix, message, rule, severity }) => ({
        message,
        location: { path: at.document.shown, range: rangeOf(at) },
        severity: SEVERITIES[severity],
        code: { value: rule, url: addressOf(rule) },
        ...(fix && {
          suggestions: fix
            .edits()
            .filter(({ document }) => document === at.document)
            .map((edit) => ({ range: rangeOf(edit), text: edit.text })),
        }),
      })),
    },
    undefined,
    2,
  )}\n`;

function rangeOf(place: PlaceIn): object {
  const { endLine, startLine } = regionOf(place);
  const { document, span } = place;
  const column = (line: number, offset: number): number =>
    Buffer.byteLength(document.text.slice(document.line(line - 1).start, offset)) + 1;
  return {
    start: { line: startLine, column: column(startLine, span.start) },
    end: { line: endLine, column: column(endLine, span.end) },
  };
}
