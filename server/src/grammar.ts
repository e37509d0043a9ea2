import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { Grammar } from '@plimsoll/rules';

/**
 * Reads the bytes of the shell grammar: beside the bundle, else in the package that owns them.
 * What cannot be read is empty, so that the linter itself says what does not work without it.
 */
export async function readGrammar(): Promise<Grammar> {
  const [runtime, bash] = await Promise.all(['web-tree-sitter.wasm', 'tree-sitter-bash.wasm'].map(bytesOf));
  return { runtime: runtime ?? NOTHING, bash: bash ?? NOTHING };
}

const NOTHING = new Uint8Array();

async function bytesOf(name: string): Promise<Uint8Array> {
  try {
    const beside = fileURLToPath(new URL(name, import.meta.url));
    return await readFile(existsSync(beside) ? beside : fromPackage(name));
  } catch {
    return NOTHING;
  }
}

const fromPackage = (name: string): string => createRequire(import.meta.url).resolve(`@plimsoll/rules/grammar/${name}`);
