import assert from 'node:assert/strict';
import { apply, defaultSettings, ignoreHere, type Linter } from '@plimsoll/rules';
import { loadLinter } from '../linter.js';

const settings = defaultSettings('2026-01-01');
let linter: Linter;
before(async () => {
  linter = await loadLinter();
});

const POD = `apiVersion: v1
kind: Pod
spec:
  containers:
    - name: app
      image: example/app:latest
      env:
        - name: DB_PASSWORD
          value: hunter2
        - { name: API_TOKEN, value: hunter2 }
      resources: { requests: { cpu: 500m, memory: 1Gi }, limits: { memory: 1Gi } }
      securityContext: { runAsNonRoot: true }
`;

const found = (text: string): string =>
  linter
    .lint({ kind: 'kubernetes', path: 'app.yaml', text }, settings)
    .diagnostics.map(({ rule, at }) => `${rule}:${text.slice(0, at.span.start).split('\n').length}`)
    .join(' ');

const below = (line: string, above: string): string => POD.replace(line, `${above}\n${line}`);

describe('Comments in YAML that ignore findings', () => {
  it('speak for the key, the item and the container that they stand above', () => {
    assert.equal(found(POD), 'k8s-image-latest-or-untagged:6 k8s-secret-literal-env:9 k8s-secret-literal-env:10');
    const secret = '# plimsoll ignore=k8s-secret-literal-env for a test';
    assert.equal(
      found(below('          value: hunter2', `          ${secret}`)),
      'k8s-image-latest-or-untagged:6 k8s-secret-literal-env:11',
    );
    assert.equal(found(below('      env:', `      ${secret}`)), 'k8s-image-latest-or-untagged:6');
    assert.equal(
      found(below('    - name: app', '    # plimsoll ignore=k8s-secret-literal-env,k8s-image-latest-or-untagged')),
      '',
    );
    assert.equal(found(`${secret.replace('ignore=', 'ignore-file=')}\n${POD}`), 'k8s-image-latest-or-untagged:7');
  });

  it('are reported where they silence nothing', () => {
    assert.equal(
      found(below('      resources:', '      # plimsoll ignore=k8s-secret-literal-env')),
      'k8s-image-latest-or-untagged:6 k8s-secret-literal-env:9 k8s-secret-literal-env:10 unused-ignore:11',
    );
  });

  it('are written above the part, with its indent, in every line ending', () => {
    for (const text of [POD, POD.replaceAll('\n', '\r\n')]) {
      const analysis = linter.lint({ kind: 'kubernetes', path: 'app.yaml', text }, settings);
      for (const diagnostic of analysis.diagnostics) {
        const fix = ignoreHere(analysis.file, diagnostic);
        assert.ok(fix);
        const [own] = linter.spell(analysis, fix, settings);
        const changed = apply(text, own?.edits ?? []);
        const after = linter.lint({ kind: 'kubernetes', path: 'app.yaml', text: changed }, settings);
        assert.equal(after.diagnostics.length, analysis.diagnostics.length - 1, changed);
      }
    }
  });
});
