import type { Severity } from '@plimsoll/rules';
import type { Finding } from '../findings.js';
import { grouped } from '../grouped.js';
import { regionOf } from './regions.js';
import { tag } from './xml.js';

/** Checkstyle's severities; what it has no word for is the slightest of them. */
const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  hint: 'info',
};

/** The XML of Checkstyle 4.3, which many dashboards read. */
export function checkstyle(findings: readonly Finding[]): string {
  const files = grouped(findings, ({ at }) => at.document.shown);
  const parts = [...files].map(([name, own]) =>
    tag(
      'file',
      { name },
      own.map(({ at, message, rule, severity }) => {
        const { startColumn, startLine } = regionOf(at);
        return tag('error', {
          line: startLine,
          column: startColumn,
          severity: SEVERITIES[severity],
          message,
          source: `plimsoll.${rule}`,
        });
      }),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag('checkstyle', { version: '4.3' }, parts)}\n`;
}
