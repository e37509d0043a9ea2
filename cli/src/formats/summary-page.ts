import { addressOf, SEVERITIES } from '@plimsoll/rules';
import type { Finding } from '../findings.js';
import { regionOf } from './regions.js';

/** A table in Markdown: for a job's summary, for a comment on a pull request. */
export function summaryPage(findings: readonly Finding[], files: number): string {
  if (findings.length === 0)
    return `### Plimsoll\n\nNo findings in ${String(files)} ${files === 1 ? 'file' : 'files'}.\n`;
  const counts = SEVERITIES.map((severity) => [severity, findings.filter((one) => one.severity === severity).length])
    .filter(([, number]) => number !== 0)
    .map(([severity, number]) => `${String(number)} ${String(severity)}`);
  const rows = findings.map(({ at, fix, message, rule, severity }) => {
    const { startColumn, startLine } = regionOf(at);
    const place = `${at.document.shown}:${String(startLine)}:${String(startColumn)}`;
    return `| \`${cell(place)}\` | ${severity} | [${rule}](${addressOf(rule)}) | ${cell(message)} | ${fix ? fix.safety : ''} |`;
  });
  return [
    '### Plimsoll',
    '',
    `${counts.join(', ')} in ${String(files)} ${files === 1 ? 'file' : 'files'}.`,
    '',
    '| place | severity | rule | message | fix |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replace(/[\\|<>*_[\]`]/g, '\\$&').replace(/\r?\n/g, ' ');
