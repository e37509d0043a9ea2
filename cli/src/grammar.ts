import type { Grammar } from '@plimsoll/rules';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** The bytes of the shell grammar, from the package that brings the rules. */
export async function readGrammar(): Promise<Grammar> {
  const [runtime, bash] = await Promise.all([read('web-tree-sitter.wasm'), read('tree-sitter-bash.wasm')]);
  return { runtime, bash };
}

const { resolve } = createRequire(import.meta.url);

const read = async (name: string): Promise<Uint8Array> => readFile(resolve(`@plimsoll/rules/grammar/${name}`));
