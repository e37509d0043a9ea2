// Packs the extension into dist/plimsoll.vsix and says what is in it. Anything unexpected in it is an error.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const VSIX = 'dist/plimsoll.vsix';

/** All that the extension is made of. */
const EXPECTED = [
  /^package\.json$/,
  /^README\.md$/i,
  /^CHANGELOG\.md$/i,
  /^LICENSE(\.txt)?$/i,
  /^icon\.png$/,
  /^dist\/(extension|server)\.cjs$/,
  /^dist\/(web-tree-sitter|tree-sitter-bash)\.wasm$/,
  /^schema\/[\w.]+\.json$/,
  /^syntaxes\/[\w.-]+\.json$/,
];
/** What it cannot do without. */
const NEEDED = [
  'package.json',
  'dist/extension.cjs',
  'dist/server.cjs',
  'dist/web-tree-sitter.wasm',
  'dist/tree-sitter-bash.wasm',
];

const vsce = (...args) => run(process.execPath, 'node_modules/@vscode/vsce/vsce', ...args);

// What is packed is always what the sources say now.
run('npm', 'run', '--silent', 'build');

const files = vsce('ls', '--no-dependencies')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');
console.log(files.map((file) => `  ${file}`).join('\n'));

const unexpected = files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)));
const missing = NEEDED.filter((file) => !files.includes(file));
if (unexpected.length > 0) console.error(`Not expected in the extension: ${unexpected.join(', ')}`);
if (missing.length > 0) console.error(`Missing in the extension: ${missing.join(', ')}`);

if (unexpected.length > 0 || missing.length > 0) process.exitCode = 1;
else console.log(vsce('package', '--no-dependencies', '--out', VSIX).trim().split('\n').at(-1));

/** Runs a command of the project and gives its output; its failure ends the packing. */
function run(command, ...args) {
  const options = { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' && command === 'npm' };
  const { error, status, stderr, stdout } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  console.error(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  process.exit(1);
}
