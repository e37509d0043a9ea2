import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { prepareMachine, type Tool } from './machine.js';

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Prepares the machine, or skips the tests of this hook's suite with the reason on the console.
 *
 * With PLIMSOLL_E2E_REQUIRED=1 a machine that cannot run the tests fails them instead.
 */
export function skipUnlessReady(hook: Mocha.Context, tools: readonly Tool[]): void {
  const readiness = prepareMachine(tools);
  if (readiness.ready) return;
  if (process.env['PLIMSOLL_E2E_REQUIRED'] === '1') throw new Error(readiness.reason);
  console.error(`  Skipped, this machine cannot run them: ${readiness.reason}`);
  hook.skip();
}

/** The `.vsix` under test: the one PLIMSOLL_VSIX names, else the newest in `dist/` or in the root. */
export async function packedExtension(): Promise<string> {
  const named = process.env['PLIMSOLL_VSIX'];
  if (named !== undefined && named !== '') return path.resolve(named);
  const found = (await Promise.all([path.join(ROOT, 'dist'), ROOT].map(packedIn))).flat();
  const newest = found.sort((one, other) => other.packedAt - one.packedAt)[0];
  if (newest === undefined) throw new Error('No .vsix in dist/ or in the root; pack the extension first.');
  return newest.file;
}

async function packedIn(folder: string): Promise<{ file: string; packedAt: number }[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith('.vsix')).map((name) => path.join(folder, name));
  return Promise.all(files.map(async (file) => ({ file, packedAt: (await stat(file)).mtimeMs })));
}
