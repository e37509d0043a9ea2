import { createLinter, type Linter } from '@plimsoll/rules';
import { readGrammar } from './grammar.js';

/** The linter with its shell grammar. */
export const openLinter = async (): Promise<Linter> => createLinter({ grammar: await readGrammar() });
