import { suggestion, type Fix } from '../edit.js';
import type { AnyFile } from '../model/index.js';
import { say, type Finding, type Rule } from '../rule.js';
import type { Analysis, Diagnostic, Settings } from './api.js';
import { peerCodes, type RuleNames } from './names.js';
import { inForce } from './settings.js';
import type { Snapshot } from './snapshot.js';
import { Suppressions } from './suppressions.js';

/** Judges a parsed file. The same arguments give the same analysis, whatever the text; it never throws. */
export function lint(
  file: AnyFile,
  names: RuleNames,
  settings: Settings,
  workspace: Snapshot,
  grammarProblem?: string,
): Analysis {
  const diagnostics: Diagnostic[] = [];
  const suppressed: Diagnostic[] = [];
  const running = new Set<Rule>();
  const honours = settings.inlineIgnores !== false;
  const ignored = new Suppressions(file, names);

  for (const rule of names.rules) {
    const force = rule.kinds.includes(file.kind) ? inForce(rule, settings) : undefined;
    if (!force) continue;
    running.add(rule);
    const { options } = force;
    const { profile, today } = settings;
    try {
      for (const finding of rule.check(file, { options, workspace, profile, today } as never)) {
        const diagnostic = diagnosticOf(rule, finding, force.severity);
        (honours && ignored.cover(rule, finding) ? suppressed : diagnostics).push(diagnostic);
      }
    } catch (error) {
      diagnostics.push(broken(rule, file, error));
    }
  }
  for (const { at, message } of file.problems) {
    diagnostics.push({ rule: 'syntax', severity: 'error', at, message: { template: message, values: [] }, peers: [] });
  }
  if (honours) diagnostics.push(...ignored.findings((rule) => running.has(rule)));
  if (grammarProblem !== undefined) {
    const message = say`The rules about shell commands did not run: the shell grammar could not be loaded (${grammarProblem}).`;
    diagnostics.push({ rule: 'internal-error', severity: 'error', at: atStart(file), message, peers: [] });
  }
  return { file, diagnostics: diagnostics.sort(inReadingOrder), suppressed, asked: workspace.asked };
}

function diagnosticOf(rule: Rule, finding: Finding, severity: Diagnostic['severity'] | undefined): Diagnostic {
  const { fix, ...rest } = finding;
  const diagnostic: Diagnostic = {
    ...rest,
    rule: rule.id,
    severity: severity ?? finding.severity ?? rule.severity,
    peers: finding.peers ?? peerCodes(rule),
  };
  if (typeof fix !== 'function') return { ...diagnostic, fix };
  let made: { readonly fix: Fix | undefined } | undefined;
  return Object.defineProperty(diagnostic, 'fix', { enumerable: true, get: () => (made ??= { fix: fixOf(fix) }).fix });
}

/** A fix that cannot be made must not take the finding down, nor pass for a finding without one. */
function fixOf(make: () => Fix | undefined): Fix | undefined {
  try {
    return make();
  } catch (error) {
    return suggestion(`Nothing, since the fix failed; please report it: ${textOfError(error)}`);
  }
}

const textOfError = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A rule that fails must not pass for a rule that found nothing, nor take the others down with it. */
function broken(rule: Rule, file: AnyFile, error: unknown): Diagnostic {
  const message = say`The rule ${rule.id} failed; please report it: ${textOfError(error)}`;
  return { rule: 'internal-error', severity: 'error', at: atStart(file), message, peers: [] };
}

const atStart = ({ span }: AnyFile) => ({ span: { start: span.start, end: span.start } });

/** By place, then by name, so that the order in which rules run never shows. */
const inReadingOrder = (a: Diagnostic, b: Diagnostic): number =>
  a.at.span.start - b.at.span.start ||
  a.at.span.end - b.at.span.end ||
  (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
