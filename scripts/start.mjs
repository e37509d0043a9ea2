// The main job on real input: checks an example with many findings, shows what the safe fixes would change,
// packs the extension and says how to install it.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'cli/bin/plimsoll.js');
const example = 'examples/web-service';

/** Runs a step; `expected` are the exit codes that mean it did its job. */
function step(title, command, args, expected = [0]) {
  console.log(`\n\u001b[1m${title}\u001b[0m\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (!expected.includes(status ?? 2)) {
    console.error(`${title}: failed with exit code ${status}.`);
    process.exit(1);
  }
}

// The example is full of findings, so the check exits with 1, and so does the diff.
step(`plimsoll check ${example}`, process.execPath, [cli, 'check', example], [1]);
step(`plimsoll check --diff ${example}`, process.execPath, [cli, 'check', '--diff', example], [1]);
step('The extension for VS Code', process.execPath, [join(root, 'scripts/package.mjs')]);
console.log('\nInstall it with:\n\n  code --install-extension dist/plimsoll.vsix\n');
