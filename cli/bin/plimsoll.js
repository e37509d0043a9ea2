#!/usr/bin/env node
import { existsSync } from 'node:fs';
import process from 'node:process';

const entry = new URL('../dist/main.js', import.meta.url);

if (existsSync(entry)) {
  const { runProcess } = await import(entry.href);
  await runProcess();
} else {
  process.stderr.write('plimsoll: not built yet. Run `npm run build` in the root of the repository, then try again.\n');
  process.exitCode = 2;
}
