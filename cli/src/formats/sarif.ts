import { addressOf, hoverOf, pageOf, type Rule, type Severity } from '@plimsoll/rules';
import type { Finding, PlaceIn, ShownFix } from '../findings.js';
import type { Fingerprints } from '../fingerprints.js';
import { grouped } from '../grouped.js';
import { regionOf } from './regions.js';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };
/** What GitHub sorts by, from 0 to 10. */
const SECURITY: Readonly<Record<Severity, string>> = { error: '8.0', warning: '5.5', info: '3.0', hint: '1.0' };

/** SARIF 2.1.0, as GitHub's code scanning wants it. Source: "SARIF support for code scanning". */
export function sarif(
  findings: readonly Finding[],
  rules: ReadonlyMap<string, Rule>,
  fingerprints: Fingerprints,
  version: string,
): string {
  const used = [...new Set(findings.map(({ rule }) => rule))].sort();
  const indexes = new Map(used.map((id, index) => [id, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Plimsoll',
            informationUri: 'https://github.com/plimsoll/plimsoll',
            semanticVersion: version,
            rules: used.map((id) => ruleOf(id, rules.get(id))),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder in which plimsoll was called.' } } },
        results: findings.map((finding) => resultOf(finding, indexes, fingerprints)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(id: string, rule: Rule | undefined): object {
  if (!rule) return { id, shortDescription: { text: id } };
  const page = pageOf(rule);
  return {
    id,
    name: nameOf(id),
    shortDescription: { text: rule.summary },
    fullDescription: { text: hoverOf(rule).why },
    help: { text: page, markdown: page },
    helpUri: addressOf(id),
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: {
      tags: [...rule.tags],
      precision: 'high',
      'problem.severity':
        rule.severity === 'error' ? 'error' : rule.severity === 'warning' ? 'warning' : 'recommendation',
      ...(rule.tags.includes('security') ? { 'security-severity': SECURITY[rule.severity] } : {}),
    },
  };
}

/** `no-sudo` as `NoSudo`: SARIF wants a name that is an identifier. */
const nameOf = (id: string): string => id.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

function resultOf(finding: Finding, indexes: ReadonlyMap<string, number>, fingerprints: Fingerprints): object {
  const { at, choices, fix, message, related, rule, severity } = finding;
  const fixes = [...(fix ? [fix] : []), ...choices];
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule) ?? -1,
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: locationOf(at) }],
    partialFingerprints: { 'plimsoll/v1': fingerprints.of(finding) },
    ...(related.length > 0 && {
      relatedLocations: related.map(({ at: place, message: note }, id) => ({
        id,
        message: { text: note },
        physicalLocation: 'document' in place ? locationOf(place) : { artifactLocation: artifact(place.shown) },
      })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map(fixOf) }),
  };
}

const locationOf = (place: PlaceIn): object => ({
  artifactLocation: artifact(place.document.shown),
  region: regionOf(place),
});

const artifact = (path: string): object => ({
  uri: path.split('/').map(encodeURIComponent).join('/'),
  uriBaseId: '%SRCROOT%',
});

function fixOf({ edits, safety, title }: ShownFix): object {
  const byDocument = grouped(edits(), ({ document }) => document);
  return {
    description: { text: safety === 'safe' ? title : `${title} (needs a look)` },
    artifactChanges: [...byDocument].map(([document, own]) => ({
      artifactLocation: artifact(document.shown),
      replacements: own.map((edit) => ({ deletedRegion: regionOf(edit), insertedContent: { text: edit.text } })),
    })),
  };
}
