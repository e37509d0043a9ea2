import type { Fix } from '../edit.js';
import type { AnyFile, Kind, Models, Source } from '../model/index.js';
import { loadShellReader, parse, SyntaxCache, type ShellReader } from '../parse/index.js';
import type { Rule } from '../rule.js';
import type { Analysis, Diagnostic, Grammar, KnownFiles, Linter, ParseCache, Read, Settings } from './api.js';
import { fixAll, spellFix } from './fix.js';
import { lint } from './lint.js';
import { RuleNames } from './names.js';
import { Snapshot } from './snapshot.js';

/**
 * Makes a linter. The grammar's bytes come from the host; if they are missing (then the reason is given instead) or
 * cannot be loaded, everything but the shell rules works, and every file gets one error that says so.
 */
export async function createLinter({
  rules,
  grammar,
}: {
  rules: readonly Rule[];
  grammar: Grammar | Error;
}): Promise<Linter> {
  const loaded = grammar instanceof Error ? grammar : await loadShellReader(grammar).catch(asError);
  const problem = loaded instanceof Error ? loaded.message : undefined;
  return new RuleLinter(new RuleNames(rules), loaded instanceof Error ? undefined : loaded, problem);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

class RuleLinter implements Linter {
  constructor(
    private readonly names: RuleNames,
    private readonly reader: ShellReader | undefined,
    readonly grammarProblem: string | undefined,
  ) {}

  get rules(): readonly Rule[] {
    return this.names.rules;
  }

  createCache(): ParseCache {
    return new SyntaxCache();
  }

  parse<K extends Kind>(source: Source & { readonly kind: K }, cache?: ParseCache): Models[K] {
    return parse(source, this.reader, cache instanceof SyntaxCache ? cache : undefined);
  }

  lint(source: Source, settings: Settings, known: KnownFiles = new Map(), cache?: ParseCache): Analysis {
    return this.judge(this.parse(source, cache), settings, known).analysis;
  }

  async analyse(
    source: Source,
    settings: Settings,
    read: Read,
    known: KnownFiles = new Map(),
    cache?: ParseCache,
  ): Promise<Analysis> {
    const file = this.parse(source, cache);
    for (;;) {
      const { analysis, missing } = this.judge(file, settings, known);
      if (missing.length === 0) return this.withShellCheck(analysis, settings, known);
      await Promise.all(missing.map(async (path) => known.set(path, await readOrNothing(read, path))));
    }
  }

  fixAll(source: Source, settings: Settings, read: Read, wanted = isSafe) {
    const cache = this.createCache();
    return fixAll(source, settings, read, wanted, (changed, own, fetch, known) =>
      this.analyse(changed, own, fetch, known, cache),
    );
  }

  spell(analysis: Analysis, fix: Fix) {
    return spellFix(analysis, fix);
  }

  find(name: string): Rule | undefined {
    return this.names.find(name)[0];
  }

  /** The analysis with ShellCheck's answers, where they are waited for. */
  private async withShellCheck(analysis: Analysis, settings: Settings, known: KnownFiles): Promise<Analysis> {
    const { shellQuestions: questions } = analysis;
    if (!settings.shellcheck?.ask || questions.length === 0) return analysis;
    await settings.shellcheck.ask(questions);
    return this.judge(analysis.file, settings, known).analysis;
  }

  private judge(file: AnyFile, settings: Settings, known: KnownFiles) {
    const snapshot = new Snapshot(known, file.path, settings.context, (source) => this.parse(source));
    return { analysis: lint(file, this.names, settings, snapshot, this.grammarProblem), missing: snapshot.missing };
  }
}

/** A file that cannot be read counts as one that is not there. */
async function readOrNothing(read: Read, path: string): Promise<string | undefined> {
  try {
    return await read(path);
  } catch {
    return undefined;
  }
}

const isSafe = ({ safety }: Fix, _: Diagnostic): boolean => safety === 'safe';
