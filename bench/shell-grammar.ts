/**
 * Reads every RUN below a folder as shell text and lists what could not be read, then what reading costs.
 * Usage: node --conditions=source --import=tsx bench/shell-grammar.ts FOLDER
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadShellReader } from '../shared-rules/src/parse/shell.js';

const require = createRequire(import.meta.url);
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(require.resolve(name)));

const folder = process.argv[2] ?? 'test/corpus';
const reader = await loadShellReader({
  runtime: bytes('web-tree-sitter/web-tree-sitter.wasm'),
  bash: bytes('tree-sitter-bash/tree-sitter-bash.wasm'),
});

const scripts: { file: string; text: string }[] = [];
let windows = 0;
let files = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/dockerfile/i.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const text = readFileSync(file, 'utf8');
  if (isWindows(text)) windows++;
  else {
    files++;
    for (const script of scriptsOf(text)) scripts.push({ file, text: script });
  }
}

let unreadable = 0;
let commands = 0;
for (const { file, text } of scripts) {
  const script = reader.read(text);
  commands += script.commands.length;
  if (script.problems.length > 0) unreadable++;
  for (const problem of script.problems)
    console.log(
      `${file}: ${problem.message}\n    …${text.slice(Math.max(0, problem.start - 40), problem.end + 80).replaceAll('\n', '⏎')}`,
    );
}
console.log(`${files} files (${windows} for Windows skipped), ${scripts.length} scripts, ${commands} commands`);
console.log(`${unreadable} scripts with problems`);

const times: number[] = [];
for (let round = 0; round < 3; round++) {
  times.length = 0;
  for (const { text } of scripts) {
    const start = performance.now();
    reader.read(text);
    times.push(performance.now() - start);
  }
}
const total = times.reduce((sum, time) => sum + time, 0);
times.sort((one, other) => one - other);
const at = (share: number): string => `${((times[Math.floor(times.length * share)] ?? 0) * 1000).toFixed(0)} µs`;
console.log(`median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(0.9999)}, all ${total.toFixed(1)} ms`);

function isWindows(text: string): boolean {
  return /^\s*#\s*escape\s*=\s*`|^\s*FROM\s.*(?:windows|nanoserver|servercore)|^\s*SHELL\s.*(?:powershell|pwsh|cmd)/im.test(
    text,
  );
}

/** The shell texts of a Dockerfile, as a builder hands them to the shell. Good enough for measuring. */
function scriptsOf(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const found: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (!/^\s*(?:ONBUILD\s+)?[A-Za-z]+(?:\s|$)/.test(line)) continue;
    let joined = '';
    let current = line;
    for (;;) {
      if (/^\s*(?:#|$)/.test(current)) {
        index++;
        if (index >= lines.length) break;
        current = lines[index] ?? '';
        continue;
      }
      const continued = /(?<!\\)\\[ \t]*$/.exec(current);
      joined += continued === null ? current : current.slice(0, continued.index);
      if (continued === null) break;
      index++;
      if (index >= lines.length) break;
      current = lines[index] ?? '';
    }
    const bodies = [];
    const isHeredocHost = /^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\b/i.test(joined);
    for (const [, dash, name] of isHeredocHost ? joined.matchAll(/(?<=\s)\d*<<(-?)["']?(\w+)["']?(?=\s|$)/g) : []) {
      const body: string[] = [];
      for (index++; index < lines.length; index++) {
        const bodyLine = lines[index] ?? '';
        const read = dash === '-' ? bodyLine.replace(/^\t+/, '') : bodyLine;
        if (read === name) break;
        body.push(read);
      }
      bodies.push(body.join('\n'));
    }
    const run = /^\s*(?:ONBUILD\s+)?RUN\s+((?:--\S+\s+)*)(.*)$/is.exec(joined)?.[2];
    if (run === undefined || /^\[.*\]\s*$/.test(run)) continue;
    const whole = /^\d*<<-?["']?\w+["']?\s*$/.test(run) ? bodies[0] : run;
    if (whole !== undefined && !/^#!(?!.*\b(?:sh|bash|dash|ash)\b)/.test(whole)) found.push(whole);
  }
  return found;
}
