import type { Finding } from '../findings.js';
import { jsonFinding } from './json.js';
import { printable } from './printable.js';
import { regionOf } from './regions.js';

const placeOf = ({ at }: Finding): string => {
  const { startColumn, startLine } = regionOf(at);
  return `${printable(at.document.shown)}:${String(startLine)}:${String(startColumn)}`;
};

/** One line a finding, for people and for `grep`. */
export const concise = (finding: Finding): string =>
  `${placeOf(finding)} ${finding.severity} ${finding.rule} ${printable(finding.message)}`;

/** As GNU's programs say it, which Emacs and Vim understand. Source: GNU coding standards, "Formatting Error Messages". */
export const gnu = (finding: Finding): string =>
  `${placeOf(finding)}: ${finding.severity}: ${printable(finding.message)} [${finding.rule}]`;

/** One JSON object a line. */
export const jsonLine = (finding: Finding): string => JSON.stringify(jsonFinding(finding));

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' } as const;

/** A workflow command, which GitHub shows beside the line. Source: "Workflow commands for GitHub Actions". */
export function github(finding: Finding): string {
  const { endColumn, endLine, startColumn, startLine } = regionOf(finding.at);
  // GitHub takes columns for one line only.
  const columns = endLine === startLine ? `,col=${String(startColumn)},endColumn=${String(endColumn)}` : '';
  const properties = `file=${property(finding.at.document.shown)},line=${String(startLine)},endLine=${String(endLine)}${columns}`;
  return `::${COMMANDS[finding.severity]} ${properties},title=${property(finding.rule)}::${data(finding.message)}`;
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
