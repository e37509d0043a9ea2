import { createLinter, type Grammar, type Linter, type Rule } from '@plimsoll/rules';
import { readGrammar } from './grammar.js';

/** The linter with its shell grammar. Without the grammar it still does what it can, and every file says what is amiss. */
export const openLinter = async (rules: readonly Rule[]): Promise<Linter> =>
  createLinter({ rules, grammar: await grammarOrReason() });

const grammarOrReason = (): Promise<Grammar | Error> =>
  readGrammar().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
