import type { Severity } from '@plimsoll/rules';
import { addressOf } from '@plimsoll/rules';
import type { Finding } from '../findings.js';
import type { Fingerprints } from '../fingerprints.js';
import { regionOf } from './regions.js';

const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'critical',
  warning: 'major',
  info: 'minor',
  hint: 'info',
};

/** An issue of Code Climate, the format that GitLab's Code Quality took over. Source: the Code Climate spec, "Issues". */
function issueOf(finding: Finding, fingerprints: Fingerprints): object {
  const { at, message, rule, severity } = finding;
  const { endColumn, endLine, startColumn, startLine } = regionOf(at);
  return {
    type: 'issue',
    check_name: rule,
    description: message,
    content: { body: `[${rule}](${addressOf(rule)})` },
    categories: ['Bug Risk'],
    severity: SEVERITIES[severity],
    fingerprint: fingerprints.of(finding),
    location: {
      path: at.document.shown,
      lines: { begin: startLine, end: endLine },
      positions: { begin: { line: startLine, column: startColumn }, end: { line: endLine, column: endColumn } },
    },
  };
}

/** GitLab wants one array. */
export const gitlab = (findings: readonly Finding[], fingerprints: Fingerprints): string =>
  `${JSON.stringify(
    findings.map((finding) => issueOf(finding, fingerprints)),
    undefined,
    2,
  )}\n`;

/** Code Climate's engines write one issue after the other, each ended by a null character. */
export const codeClimate = (findings: readonly Finding[], fingerprints: Fingerprints): string =>
  findings.map((finding) => `${JSON.stringify(issueOf(finding, fingerprints))}\0\n`).join('');
