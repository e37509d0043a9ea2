import type { Rule, Severity } from '@plimsoll/rules';
import type { Finding, PlaceIn } from '../findings.js';
import { regionOf } from './regions.js';

const IMPACTS: Readonly<Record<Severity, string>> = { error: 'HIGH', warning: 'MEDIUM', info: 'LOW', hint: 'INFO' };

/** SonarQube's import of foreign issues. Source: its documentation, "Generic formatted issue reports". */
export function sonarqube(findings: readonly Finding[], rules: ReadonlyMap<string, Rule>): string {
  const used = new Map(findings.map(({ rule, severity }) => [rule, severity]));
  return `${JSON.stringify(
    {
      rules: [...used].sort().map(([id, severity]) => ({
        id,
        name: rules.get(id)?.summary ?? id,
        description: rules.get(id)?.docs.trim() ?? id,
        engineId: 'plimsoll',
        cleanCodeAttribute: 'CONVENTIONAL',
        impacts: [
          { softwareQuality: qualityOf(rules.get(id)), severity: IMPACTS[rules.get(id)?.severity ?? severity] },
        ],
      })),
      issues: findings.map(({ at, message, related, rule }) => ({
        ruleId: rule,
        primaryLocation: { ...locationOf(at), message },
        secondaryLocations: related.flatMap(({ at: place, message: note }) =>
          'document' in place ? [{ ...locationOf(place), message: note }] : [],
        ),
      })),
    },
    undefined,
    2,
  )}\n`;
}

const qualityOf = (rule: Rule | undefined): string =>
  rule?.tags.includes('security') ? 'SECURITY' : rule?.tags.includes('correctness') ? 'RELIABILITY' : 'MAINTAINABILITY';

/** Columns count from 0 here. A range of nothing is refused, so that such a place is its line alone. */
function locationOf(at: PlaceIn): object {
  const { endColumn, endLine, startColumn, startLine } = regionOf(at);
  const isEmpty = at.span.start === at.span.end;
  const textRange = isEmpty
    ? { startLine }
    : { startLine, startColumn: startColumn - 1, endLine, endColumn: endColumn - 1 };
  return { filePath: at.document.shown, textRange };
}
