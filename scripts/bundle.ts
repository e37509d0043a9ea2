import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { build, type BuildOptions } from 'esbuild';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const GRAMMAR = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-bash/tree-sitter-bash.wasm'];

// Hosts that are not bundled find the grammar in the package of the rules, the bundled server beside itself.
await Promise.all(['shared-rules/grammar', 'dist'].map(copyGrammarTo));

/** Its main file asks for its parts in a way that no bundler sees. */
const JSONC = { 'jsonc-parser': require.resolve('jsonc-parser/lib/esm/main.js') };

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
};

await Promise.all([
  build({
    ...common,
    entryPoints: ['client/dist/extension.js'],
    outfile: 'dist/extension.cjs',
    external: ['vscode'],
    alias: JSONC,
  }),
  build({
    ...common,
    entryPoints: ['server/bin/plimsoll-language-server.js'],
    outfile: 'dist/server.cjs',
    alias: {
      // Its ES module looks for its file by an address that a CommonJS bundle does not have.
      'web-tree-sitter': require.resolve('web-tree-sitter'),
      ...JSONC,
    },
    define: { 'import.meta.url': 'addressOfBundle' },
    banner: { js: 'const addressOfBundle = require("node:url").pathToFileURL(__filename).href;' },
  }),
]);

async function copyGrammarTo(folder: string): Promise<void> {
  await mkdir(new URL(`../${folder}`, import.meta.url), { recursive: true });
  for (const file of GRAMMAR) {
    const name = file.slice(file.indexOf('/') + 1);
    await copyFile(require.resolve(file), new URL(`../${folder}/${name}`, import.meta.url));
  }
}
