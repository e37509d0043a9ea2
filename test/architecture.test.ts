import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = dirname(import.meta.dirname);

/**
 * Who may import whom, by folder, in the order in which the folders are looked for: the table of ARCHITECTURE.md.
 * A name that starts with `npm:` is a package.
 */
const MAY_IMPORT: readonly (readonly [part: string, allowed: readonly string[]])[] = [
  ['shared-rules/src/model', []],
  ['shared-rules/src/knowledge', ['shared-rules/src/model']],
  [
    'shared-rules/src/parse',
    [
      'shared-rules/src/model',
      'shared-rules/src/knowledge',
      'npm:dockerfile-ast',
      'npm:jsonc-parser',
      'npm:web-tree-sitter',
      'npm:yaml',
    ],
  ],
  [
    'shared-rules/src/rules',
    [
      'shared-rules/src/model',
      'shared-rules/src/knowledge',
      'shared-rules/src/families',
      'shared-rules/src/rule.ts',
      'shared-rules/src/edit.ts',
      'shared-rules/src/workspace.ts',
    ],
  ],
  [
    'shared-rules/src/families',
    [
      'shared-rules/src/model',
      'shared-rules/src/knowledge',
      'shared-rules/src/rule.ts',
      'shared-rules/src/edit.ts',
      'shared-rules/src/workspace.ts',
    ],
  ],
  [
    'shared-rules/src/engine',
    [
      'shared-rules/src/model',
      'shared-rules/src/knowledge',
      'shared-rules/src/parse',
      'shared-rules/src/rule.ts',
      'shared-rules/src/edit.ts',
      'shared-rules/src/workspace.ts',
      'npm:yaml',
      'npm:picomatch',
    ],
  ],
  ['shared-rules/src/views', ['shared-rules/src/model', 'shared-rules/src/knowledge', 'shared-rules/src/edit.ts']],
  ['shared-rules/src/positions.ts', ['shared-rules/src/model']],
  ['shared-rules/src/rule.ts', ['shared-rules/src/model', 'shared-rules/src/edit.ts', 'shared-rules/src/workspace.ts']],
  ['shared-rules/src/edit.ts', ['shared-rules/src/model']],
  ['shared-rules/src/workspace.ts', ['shared-rules/src/model']],
  ['shared-rules/src/index.ts', ['shared-rules/src']],
  ['shared-rules/src/programs', ['shared-rules/src/engine', 'node:']],
  [
    'server/src',
    [
      'npm:@plimsoll/rules',
      'npm:vscode-languageserver',
      'npm:vscode-languageserver-textdocument',
      'npm:vscode-uri',
      'npm:diff',
      'npm:dockerfile-language-service',
      'node:',
    ],
  ],
  [
    'cli/src',
    ['npm:@plimsoll/rules', 'npm:cac', 'npm:diff', 'npm:ignore', 'npm:picocolors', 'npm:tinyglobby', 'node:'],
  ],
  ['client/src', ['npm:vscode', 'npm:vscode-languageclient', 'npm:jsonc-parser', 'node:']],
];

const files = MAY_IMPORT.flatMap(([part]) => sourcesOf(part));

function sourcesOf(part: string): readonly { part: string; path: string }[] {
  const full = join(root, part);
  if (part.endsWith('.ts')) return [{ part, path: part }];
  return readdirSync(full, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ part, path: `${part}/${path.replaceAll('\\', '/')}` }));
}

const IMPORT = /^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'/gm;

/** What a file imports: paths from the root, packages behind `npm:`, Node's own behind `node:`. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(IMPORT)].map((found) => {
    const name = found[1] ?? found[2] ?? '';
    if (name.startsWith('.'))
      return relative(root, join(root, dirname(path), name))
        .replaceAll('\\', '/')
        .replace(/\.js$/, '.ts');
    if (name.startsWith('node:')) return name;
    const [scope = '', rest] = name.split('/');
    return `npm:${scope.startsWith('@') ? `${scope}/${rest ?? ''}` : scope}`;
  });
}

describe('The direction of imports', () => {
  for (const [part, allowed] of MAY_IMPORT) {
    it(`${part} imports ${allowed.length === 0 ? 'nothing' : allowed.join(', ')} and itself`, () => {
      const wrong = files
        .filter((file) => file.part === part)
        .flatMap(({ path }) => importsOf(path).map((target) => ({ path, target })))
        .filter(
          ({ target }) =>
            !isWithin(target, [part, ...allowed]) && !(part === 'shared-rules/src/rules' && isIndex(target)),
        );
      assert.deepEqual(wrong, []);
    });
  }

  it('no rule imports another', () => {
    const rules = files.filter(
      ({ part, path }) => part === 'shared-rules/src/rules' && !path.endsWith('/rules/index.ts'),
    );
    const wrong = rules.filter(({ path }) =>
      importsOf(path).some((target) => target.startsWith('shared-rules/src/rules')),
    );
    assert.deepEqual(wrong, []);
  });

  it('the shared rules use neither Node nor an editor, but where hosts ask them to run programs', () => {
    const own = files.filter(
      ({ part, path }) => path.startsWith('shared-rules/') && part !== 'shared-rules/src/programs',
    );
    const wrong = own.filter(({ path }) => importsOf(path).some((target) => /^(node:|npm:vscode)/.test(target)));
    assert.deepEqual(wrong, []);
  });
});

const isIndex = (target: string): boolean => target === 'shared-rules/src/rules/index.ts';
const isWithin = (target: string, parts: readonly string[]): boolean =>
  parts.some((part) => target === part || target.startsWith(part.endsWith(':') ? part : `${part}/`));
