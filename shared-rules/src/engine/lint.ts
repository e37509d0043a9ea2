import { suggestion, type Fix } from '../edit.js';
import { SYNTAX_CODES } from '../knowledge/peer-codes.js';
import type { AnyFile, Located } from '../model/index.js';
import { say, textOf, type Finding, type Message, type Rule, type Severity } from '../rule.js';
import type { Analysis, Diagnostic, Settings } from './api.js';
import { peerCodes, type RuleNames } from './names.js';
import { inForce, type RuleInForce } from './settings.js';
import { ShellCheckOf } from './shellcheck.js';
import type { Snapshot } from './snapshot.js';
import { askedOfBuildKit, Suppressions } from './suppressions.js';

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
  const isNew = file.kind === 'compose' || file.kind === 'kubernetes' ? firstTime() : () => true;

  const { experimental } = askedOfBuildKit(file);
  /** A check that BuildKit's directive switches on in this file, unless the user has switched it off. */
  const onRequest = (rule: Rule): RuleInForce | undefined => {
    if (!rule.peers?.buildkit?.some((code) => experimental.includes(code))) return undefined;
    const mentioned = { options: {}, ...settings.rules[rule.id] };
    return inForce(rule, { ...settings, rules: { ...settings.rules, [rule.id]: mentioned } });
  };

  for (const rule of names.rules) {
    const force = rule.kinds.includes(file.kind) ? (inForce(rule, settings) ?? onRequest(rule)) : undefined;
    if (!force) continue;
    running.add(rule);
    const { options } = force;
    const { profile, today } = settings;
    try {
      for (const finding of rule.check(file, { options, workspace, profile, today } as never)) {
        if (!isNew(rule, finding)) continue;
        const diagnostic = new FoundByRule(rule, finding, force.severity);
        (honours && ignored.cover(rule, finding) ? suppressed : diagnostics).push(diagnostic);
      }
    } catch (error) {
      diagnostics.push(broken(rule, file, error));
    }
  }
  const shell = settings.shellcheck && new ShellCheckOf(file, settings.shellcheck.answers, settings.profile === 'all');
  for (const finding of shell?.findings() ?? []) {
    const set = settings.rules[finding.code]?.severity;
    const { only } = settings.shellcheck ?? {};
    if (set === 'off' || (only && !only.includes(finding.code))) continue;
    const diagnostic = { ...finding, rule: finding.code, severity: set ?? finding.severity };
    (honours && ignored.coverShell(finding.code, finding.at) ? suppressed : diagnostics).push(diagnostic);
  }
  for (const { at, message, rule } of file.problems) {
    if (rule !== undefined && names.find(rule).length > 0) continue;
    diagnostics.push({
      rule: 'syntax',
      severity: 'error',
      at,
      message: { template: message, values: [] },
      peers: file.kind === 'dockerfile' ? SYNTAX_CODES : [],
    });
  }
  if (honours) {
    const isShellChecked = shell?.isComplete ?? false;
    diagnostics.push(...ignored.findings((rule) => running.has(rule), isShellChecked, settings.profile));
  }
  if (grammarProblem !== undefined) {
    const message = say`The rules about shell commands did not run: the shell grammar could not be loaded (${grammarProblem}).`;
    diagnostics.push({ rule: 'internal-error', severity: 'error', at: atStart(file), message, peers: [] });
  }
  return {
    file,
    context: workspace.contextInUse,
    diagnostics: inReadingOrder(diagnostics),
    suppressed,
    asked: workspace.asked,
    shellQuestions: shell?.unanswered ?? [],
  };
}

/** Tells what has been said already: what an anchor stands for is read in each of its places, and written in one. */
function firstTime(): (rule: Rule, finding: Finding) => boolean {
  const seen = new Set<string>();
  return ({ id }, { at, message }) => {
    const key = [id, at.span.start, at.span.end, textOf(message)].join(' ');
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  };
}

/** A finding of a rule. A class, since its fix is made only when it is asked for. */
class FoundByRule implements Diagnostic {
  readonly rule: string;
  readonly severity: Severity;
  readonly #finding: Finding;
  readonly #rule: Rule;

  constructor(rule: Rule, finding: Finding, severity: Severity | undefined) {
    this.rule = rule.id;
    this.severity = severity ?? finding.severity ?? rule.severity;
    this.#finding = finding;
    this.#rule = rule;
  }

  get at(): Located {
    return this.#finding.at;
  }
  get message(): Message {
    return this.#finding.message;
  }
  get choices(): Diagnostic['choices'] {
    return this.#finding.choices;
  }
  get related(): Diagnostic['related'] {
    return this.#finding.related;
  }
  get peers(): readonly string[] {
    return this.#finding.peers ?? peerCodes(this.#rule);
  }

  #fix: { readonly value: Fix | undefined } | undefined;
  get fix(): Fix | undefined {
    const { fix } = this.#finding;
    return typeof fix === 'function' ? (this.#fix ??= { value: fixOf(fix) }).value : fix;
  }
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
function inReadingOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const placed = diagnostics.map((diagnostic) => ({ diagnostic, span: diagnostic.at.span, rule: diagnostic.rule }));
  placed.sort(
    (a, b) =>
      a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
  return placed.map(({ diagnostic }) => diagnostic);
}
