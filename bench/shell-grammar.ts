/**
 * Reads every RUN below a folder and lists what could not be read as shell, then what reading costs.
 *
 *   node --conditions=source --import=tsx bench/shell-grammar.ts FOLDER
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf } from '@plimsoll/rules';
import { loadShellReader } from '../shared-rules/src/parse/shell.js';
import { parseDockerfile } from '../shared-rules/src/parse/dockerfile.js';
import { grammar } from '../test/linter.js';

const folder = process.argv[2] ?? 'test/corpus';
const reader = await loadShellReader(grammar);
const times: number[] = [];

/** The reader, with each of its answers timed in ms. */
const timedReader: typeof reader = {
  read(text) {
    const start = performance.now();
    const script = reader.read(text);
    times.push(performance.now() - start);
    return script;
  },
};

let files = 0;
let scripts = 0;
let commands = 0;
let unreadable = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  // The corpora name their files with the folders in front.
  if (!entry.isFile() || (kindOf(entry.name) !== 'dockerfile' && !/dockerfile/i.test(entry.name))) continue;
  const path = join(entry.parentPath, entry.name);
  const file = parseDockerfile(path, readFileSync(path, 'utf8'), timedReader);
  files += 1;
  for (const run of file.all('RUN')) {
    const { script } = run;
    if (!script) continue;
    scripts += 1;
    commands += script.commands.length;
    if (script.readable) continue;
    unreadable += 1;
    console.log(`${path}: ${run.body.text.slice(0, 160)}`);
  }
}
times.sort((one, other) => one - other);
const total = times.reduce((sum, time) => sum + time, 0);
const at = (share: number): string => `${((times[Math.floor(times.length * share)] ?? 0) * 1000).toFixed(0)} µs`;
console.log(
  `${files} files, ${scripts} scripts, ${commands} commands, ${unreadable} scripts with something unreadable`,
);
console.log(`median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(0.9999)}, all ${total.toFixed(1)} ms`);
