// Brings a fresh clone to where everything runs: installs what the lock file names and builds, each only when it is due.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 20) {
  console.error(`Plimsoll needs Node 20 or later; this is ${process.version}.`);
  process.exit(2);
}

/** Runs a command of the project and ends with it when it fails. */
function run(title, command, args) {
  console.error(`> ${title}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`${title} failed.`);
    process.exit(status ?? 1);
  }
}

const installed = join(root, 'node_modules', '.plimsoll-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  run('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installed, lock);
}

/** When the newest source was written. */
function newest(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }, 0);
}

const built = join(root, 'dist', '.built');
const sources = ['shared-rules/src', 'server/src', 'client/src', 'cli/src', 'scripts'].map((folder) =>
  join(root, folder),
);
const latest = Math.max(...sources.map(newest), statSync(join(root, 'package.json')).mtimeMs);
if (!existsSync(built) || statSync(built).mtimeMs < latest) {
  run('npm run build', 'npm', ['run', '--silent', 'build']);
  writeFileSync(built, '');
}
