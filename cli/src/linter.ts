import { createLinter, type Grammar, type Linter } from '@plimsoll/rules';
import { readGrammar } from './grammar.js';

/** The linter with its shell grammar. Without the grammar it still does what it can, and every file says what is amiss. */
export const openLinter = async (): Promise<Linter> => createLinter({ grammar: await grammarOrReason() });

const grammarOrReason = (): Promise<Grammar | Error> =>
  readGrammar().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
