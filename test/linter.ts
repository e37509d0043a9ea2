import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createLinter, type Grammar, type Linter, type Rule } from '@plimsoll/rules';

const { resolve } = createRequire(import.meta.url);

/** The grammar as a host reads it, straight from the packages that ship it. */
export const grammar: Grammar = {
  runtime: readFileSync(resolve('web-tree-sitter/web-tree-sitter.wasm')),
  bash: readFileSync(resolve('tree-sitter-bash/tree-sitter-bash.wasm')),
};

/** A linter over all rules, or over those handed in. */
export const loadLinter = (rules?: readonly Rule[]): Promise<Linter> =>
  createLinter({ grammar, ...(rules ? { rules } : {}) });
