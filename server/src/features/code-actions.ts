import {
  ignoreHere,
  ignoreInFile,
  isShellCheckCode,
  LineIndex,
  type Diagnostic,
  type Fix,
  type Linter,
  type Span,
} from '@plimsoll/rules';
import { CodeActionKind, type CodeAction, type CodeActionParams } from 'vscode-languageserver';

import type { Reading } from '../analyses.js';
import { editsOf, workspaceEdit, type Target } from '../edits.js';
import { diagnosticOf, SOURCE } from './diagnostics.js';

/** The kind that editors run on saving, and the one that narrows it to this server. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.plimsoll`;

export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll, FIX_ALL];

/** What code actions need beside the reading. */
export interface Workbench extends Target {
  readonly linter: Linter;
}

/** What can be done about the findings that touch the range, and about the whole file. */
export async function codeActionsFor(
  reading: Reading,
  { context, range }: CodeActionParams,
  workbench: Workbench,
): Promise<CodeAction[]> {
  const lines = new LineIndex(reading.source.text);
  const span = { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) };
  const wants = (kind: string): boolean =>
    context.only?.some((only) => kind === only || kind.startsWith(`${only}.`)) ?? true;

  const offers: Offer[] = [];
  if (wants(CodeActionKind.QuickFix)) offers.push(...quickFixes(reading, span, workbench.linter));
  if (wants(FIX_ALL) && (context.only || workbench.abilities.resolvesEdits)) offers.push(...fixAll(reading));

  const actions = await Promise.all(
    offers.map(async ({ diagnostic, isPreferred, kind, title, task }): Promise<CodeAction | undefined> => {
      const action: CodeAction = {
        title,
        kind,
        ...(isPreferred && { isPreferred }),
        ...(diagnostic && { diagnostics: [associated(diagnostic)] }),
      };
      if (workbench.abilities.resolvesEdits) {
        const data: Promised = { uri: reading.uri, version: reading.version, title, task };
        return isPossible(reading, task, workbench) ? { ...action, data } : undefined;
      }
      const edit = await editFor(reading, task, workbench);
      return edit && { ...action, edit };
    }),
  );
  return actions.filter((action) => action !== undefined);

  function associated(diagnostic: Diagnostic): NonNullable<CodeAction['diagnostics']>[number] {
    const own = diagnosticOf(diagnostic, lines, reading, workbench.linter);
    const sent = context.diagnostics.find(
      ({ code, range, source }) => source === SOURCE && code === own.code && isSame(range, own.range),
    );
    return sent ?? own;
  }
}

/** What a code action of ours promises to do, so that it can be done once it is chosen. */
export interface Promised {
  readonly uri: string;
  readonly version: number;
  readonly title: string;
  readonly task: Task;
}

/** Reads back what `codeActionsFor` put into an action; a client may have sent anything. */
export function promisedBy(action: CodeAction): Promised | undefined {
  const data = action.data as unknown;
  const { uri, version, title, task }: Partial<Promised> = typeof data === 'object' && data !== null ? data : {};
  if (typeof uri !== 'string' || typeof version !== 'number' || typeof title !== 'string') return undefined;
  return typeof task === 'object' ? { uri, version, title, task } : undefined;
}

/** Keeps the promise, unless the document has moved on since. */
export async function resolved(
  action: CodeAction,
  { task, title, version }: Promised,
  reading: Reading,
  workbench: Workbench,
): Promise<CodeAction> {
  if (reading.version !== version) return action;
  const fix = fixOf(reading, task);
  if (fix && fix.title !== title) return action;
  const edit = await editFor(reading, task, workbench);
  return edit ? { ...action, edit } : action;
}

/** Something to be done to a document of a given version. */
type Task =
  | { readonly kind: 'fix' | 'ignore-here' | 'ignore-in-file'; readonly finding: number }
  | { readonly kind: 'choice'; readonly finding: number; readonly choice: number }
  | { readonly kind: 'fix-all'; readonly rule?: string };

interface Offer {
  readonly title: string;
  readonly kind: string;
  readonly task: Task;
  readonly isPreferred?: boolean;
  readonly diagnostic?: Diagnostic;
}

function quickFixes(reading: Reading, span: Span, linter: Linter): readonly Offer[] {
  const { diagnostics } = reading.analysis;
  const touching = diagnostics.flatMap((diagnostic, finding) =>
    diagnostic.at.span.start <= span.end && span.start <= diagnostic.at.span.end ? [{ diagnostic, finding }] : [],
  );
  const offerOf = (task: Task, diagnostic: Diagnostic): readonly Offer[] => {
    const fix = fixOf(reading, task);
    if (!fix) return [];
    const isPreferred = task.kind === 'fix' && fix.safety === 'safe';
    return [{ title: fix.title, kind: CodeActionKind.QuickFix, task, diagnostic, isPreferred }];
  };

  const mending = touching.flatMap(({ diagnostic, finding }) => [
    ...offerOf({ kind: 'fix', finding }, diagnostic),
    ...(diagnostic.choices ?? []).flatMap((_, choice) => offerOf({ kind: 'choice', finding, choice }, diagnostic)),
  ]);
  const everywhere = [...new Set(touching.map(({ diagnostic: { rule } }) => rule))]
    .filter((rule) => diagnostics.filter((other) => other.rule === rule && isSafe(other.fix)).length > 1)
    .map((rule): Offer => {
      const title = `Fix all ${rule} problems in this file`;
      return { title, kind: CodeActionKind.QuickFix, task: { kind: 'fix-all', rule } };
    });
  const ignoring = touching
    .filter(({ diagnostic }) => linter.find(diagnostic.rule) !== undefined || isShellCheckCode(diagnostic.rule))
    .flatMap(({ diagnostic, finding }) => [
      ...offerOf({ kind: 'ignore-here', finding }, diagnostic),
      ...offerOf({ kind: 'ignore-in-file', finding }, diagnostic),
    ]);
  return unique([...mending, ...everywhere, ...ignoring]);
}

function fixAll({ analysis: { diagnostics } }: Reading): readonly Offer[] {
  if (!diagnostics.some(({ fix }) => isSafe(fix))) return [];
  return [{ title: 'Fix all that Plimsoll can fix safely', kind: FIX_ALL, task: { kind: 'fix-all' } }];
}

/** Two findings of a rule in one place are ignored by the same comment. */
function unique(offers: readonly Offer[]): readonly Offer[] {
  const titles = new Set<string>();
  return offers.filter(({ task, title }) => {
    if (task.kind !== 'ignore-here' && task.kind !== 'ignore-in-file') return true;
    if (titles.has(title)) return false;
    titles.add(title);
    return true;
  });
}

/** The fix that a task is about, where it is about one. */
function fixOf({ analysis: { diagnostics, file } }: Reading, task: Task): Fix | undefined {
  if (task.kind === 'fix-all') return undefined;
  const diagnostic = diagnostics[task.finding];
  if (!diagnostic) return undefined;
  if (task.kind === 'fix') return diagnostic.fix;
  if (task.kind === 'choice') return diagnostic.choices?.[task.choice];
  return task.kind === 'ignore-here' ? ignoreHere(file, diagnostic) : ignoreInFile(file, diagnostic);
}

/** Whether the client could carry the task out; what it cannot is not offered. */
function isPossible(reading: Reading, task: Task, { abilities }: Workbench): boolean {
  if (task.kind === 'fix-all') return true;
  const edits = fixOf(reading, task)?.edits ?? [];
  return edits.length > 0 && (abilities.createsFiles || !edits.some(({ create }) => create !== undefined));
}

async function editFor(reading: Reading, task: Task, workbench: Workbench): ReturnType<typeof workspaceEdit> {
  const { linter } = workbench;
  if (task.kind === 'fix-all') {
    const isWanted = (fix: Fix, { rule }: Diagnostic): boolean =>
      isSafe(fix) && (task.rule === undefined || rule === task.rule);
    const result = await linter.fixAll(reading.source, reading.settings, reading.read, isWanted);
    return workspaceEdit(reading, await editsOf(reading, result), workbench);
  }
  const fix = fixOf(reading, task);
  return fix && workspaceEdit(reading, linter.spell(reading.analysis, fix, reading.settings), workbench);
}

const isSafe = (fix: Fix | undefined): boolean => fix?.safety === 'safe';

const isSame = (a: Range, b: Range): boolean =>
  a.start.line === b.start.line &&
  a.start.character === b.start.character &&
  a.end.line === b.end.line &&
  a.end.character === b.end.character;

type Range = CodeActionParams['range'];
