import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { Grammar } from '@plimsoll/rules';

/** The bytes of the shell grammar: beside the bundle, else from the package that owns them; or why they cannot be read. */
export async function readGrammar(): Promise<Grammar | Error> {
  try {
    const [runtime, bash] = await Promise.all([bytesOf('web-tree-sitter.wasm'), bytesOf('tree-sitter-bash.wasm')]);
    return { runtime, bash };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function bytesOf(name: string): Promise<Uint8Array> {
  const beside = fileURLToPath(new URL(name, import.meta.url));
  return readFile(existsSync(beside) ? beside : fromPackage(name));
}

const fromPackage = (name: string): string => createRequire(import.meta.url).resolve(`@plimsoll/rules/grammar/${name}`);
