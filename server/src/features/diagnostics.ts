import {
  addressOf,
  isShellCheckCode,
  LineIndex,
  textOf,
  type ConfigProblem,
  type Diagnostic,
  type Linter,
  type Severity,
} from '@plimsoll/rules';
import { DiagnosticSeverity, DiagnosticTag, type DiagnosticRelatedInformation } from 'vscode-languageserver';
import type * as lsp from 'vscode-languageserver';

import type { Reading } from '../analyses.js';
import { uriOf } from '../edits.js';
import { rangeOf } from '../ranges.js';

export const SOURCE = 'plimsoll';

/** The findings of a reading as the client shows them. */
export function diagnosticsOf(reading: Reading, linter: Linter): lsp.Diagnostic[] {
  const lines = new LineIndex(reading.source.text);
  return reading.analysis.diagnostics.map((diagnostic) => diagnosticOf(diagnostic, lines, reading, linter));
}

/** One finding as the client shows it. */
export function diagnosticOf(
  { at, message, related = [], rule, severity }: Diagnostic,
  lines: LineIndex,
  reading: Reading,
  linter: Linter,
): lsp.Diagnostic {
  const known = linter.find(rule);
  const tags = (known?.tags ?? []).flatMap((tag) => TAGS[tag] ?? []);
  const relatedInformation = related.flatMap((place) => relatedOf(place, lines, reading) ?? []);
  return {
    range: rangeOf(lines, at.span),
    severity: SEVERITIES[severity],
    code: rule,
    ...((known !== undefined || isShellCheckCode(rule)) && { codeDescription: { href: addressOf(rule) } }),
    source: SOURCE,
    message: textOf(message),
    ...(tags.length > 0 && { tags }),
    ...(relatedInformation.length > 0 && { relatedInformation }),
    data: { rule },
  };
}

/** What is wrong in a config file. */
export function configDiagnosticsOf(text: string, problems: readonly ConfigProblem[]): lsp.Diagnostic[] {
  const lines = new LineIndex(text);
  return problems.map(({ message, span, severity }) => ({
    range: rangeOf(lines, span),
    severity: SEVERITIES[severity],
    code: 'config',
    source: SOURCE,
    message,
  }));
}

/** A failure must not pass for a file without findings. */
export const failureOf = (reason: string): lsp.Diagnostic => ({
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  severity: DiagnosticSeverity.Error,
  code: 'internal-error',
  source: SOURCE,
  message: `Plimsoll could not check this file; please report it. ${reason}`,
});

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const TAGS: Readonly<Record<string, DiagnosticTag>> = {
  deprecated: DiagnosticTag.Deprecated,
  unnecessary: DiagnosticTag.Unnecessary,
};

function relatedOf(
  { at, message, path }: NonNullable<Diagnostic['related']>[number],
  lines: LineIndex,
  reading: Reading,
): DiagnosticRelatedInformation | undefined {
  if (path === undefined || path === reading.place.path) {
    return { location: { uri: reading.uri, range: rangeOf(lines, at.span) }, message: textOf(message) };
  }
  const uri = uriOf(reading, path);
  const text = reading.known.get(path);
  if (uri === undefined || text === undefined) return undefined;
  return { location: { uri, range: rangeOf(new LineIndex(text), at.span) }, message: textOf(message) };
}
