import { apply, Composition, spell, type Edit, type FileEdits, type Fix } from '../edit.js';
import type { AnyFile, Source } from '../model/index.js';
import type { Analysis, Diagnostic, FixResult, KnownFiles, Read, Settings } from './api.js';
import { within } from './snapshot.js';

const MOST_PASSES = 100;

export type Analyse = (source: Source, settings: Settings, read: Read, known: KnownFiles) => Promise<Analysis>;

/**
 * The text once everything wanted is fixed: applies the fixes, lints again, and goes on until nothing changes.
 * Fixes that touch each other take turns, so no rule has to know of another. In a cycle, the rules that took part
 * are left out and it starts again.
 */
export async function fixAll(
  source: Source,
  settings: Settings,
  read: Read,
  wanted: (fix: Fix, diagnostic: Diagnostic) => boolean,
  analyse: Analyse,
): Promise<FixResult> {
  const left = new Set<string>();
  for (;;) {
    const run = await passes(
      source,
      settings,
      read,
      (fix, found) => !left.has(found.rule) && wanted(fix, found),
      analyse,
    );
    if (run.cycle.size === 0) return { ...run, stable: run.stable && left.size === 0 };
    for (const rule of run.cycle) left.add(rule);
  }
}

async function passes(
  source: Source,
  settings: Settings,
  read: Read,
  wanted: (fix: Fix, diagnostic: Diagnostic) => boolean,
  analyse: Analyse,
): Promise<FixResult & { readonly cycle: ReadonlySet<string> }> {
  const others = new Map<string, string>();
  const known: KnownFiles = new Map();
  const applied = new Map<string, number>();
  const seen = new Map<string, number>();
  const rulesOfPass: ReadonlySet<string>[] = [];
  let { text } = source;

  for (let pass = 0; ; pass += 1) {
    const analysis = await analyse({ ...source, text }, settings, read, known);
    const result = { text, others, applied, analysis };
    const state = [text, ...others.values()].join('\0');
    const first = seen.get(state);
    if (first !== undefined) {
      return { ...result, stable: false, cycle: new Set(rulesOfPass.slice(first).flatMap((rules) => [...rules])) };
    }
    seen.set(state, pass);
    if (pass === MOST_PASSES) return { ...result, stable: false, cycle: new Set() };

    const composition = new Composition();
    const rules = new Set<string>();
    for (const diagnostic of analysis.diagnostics) {
      const { fix, rule } = diagnostic;
      if (!fix || !wanted(fix, diagnostic) || !composition.add(spellFix(analysis, fix))) continue;
      rules.add(rule);
      applied.set(rule, (applied.get(rule) ?? 0) + 1);
    }
    if (rules.size === 0) return { ...result, stable: true, cycle: new Set() };
    rulesOfPass.push(rules);
    text = apply(text, composition.edits());
    for (const path of composition.others) {
      const changed = apply(known.get(path) ?? '', composition.edits(path));
      others.set(path, changed);
      known.set(path, changed);
    }
  }
}

/** Spells a fix out as text edits, by file. */
export function spellFix({ file, context }: Pick<Analysis, 'file' | 'context'>, { edits }: Fix): readonly FileEdits[] {
  const byFile = new Map<AnyFile, Edit[]>();
  const result: FileEdits[] = [];
  for (const edit of edits) {
    if (edit.create !== undefined) {
      const path = within(context, edit.create);
      if (path !== undefined) result.push({ path, edits: [{ span: edit.at.span, text: edit.text }] });
      continue;
    }
    const target = edit.file ?? file;
    const found = byFile.get(target);
    if (found) found.push(edit);
    else byFile.set(target, [edit]);
  }
  for (const [target, own] of byFile) {
    const spelled = spell(target, own);
    result.push(target === file ? { edits: spelled } : { path: target.path, edits: spelled });
  }
  return result;
}
