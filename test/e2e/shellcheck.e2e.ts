import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { ROOT, skipUnlessReady } from './setup.js';

const DOCKERFILE = `FROM debian:13-slim AS first
RUN set -e; \\
    # A remark between the lines.
    cd /srv && rm -rf $TARGET
RUN echo 😀 && cp \`which sh\` /srv/
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN a=(1 2); echo "\${a[0]}"
FROM alpine:3.22
RUN [[ -n $HOME ]] && source /etc/profile && a=(1 2) && echo "$a"
RUN <<EOF
#!/bin/bash
echo $1
EOF
`;

const ENTRYPOINT = `#!/bin/sh
# shellcheck disable=SC2086
echo $1
exec $@
`;

/** Findings that every version of ShellCheck reports, as `rule line:column-endLine:endColumn`. */
const EXPECTED = {
  dockerfile: ['SC2086 4:23-4:30', 'SC2046 5:19-5:29', 'SC3030 9:48-9:53', 'SC2086 12:6-12:8'],
  entrypoint: ['SC2068 4:6-4:8'],
  /** What the shell of the line knows, and what a directive switches off. */
  unreported: { dockerfile: /^SC3\d{3} 7:|^SC30(?:10|46) 9:/, entrypoint: /^SC2086/ },
  fixed: { before: 'rm -rf $TARGET', after: 'rm -rf "$TARGET"' },
};

interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

describe('The command line with the real ShellCheck', () => {
  let folder = '';

  before('a folder with scripts', async function () {
    skipUnlessReady(this, ['shellcheck']);
    folder = await mkdtemp(path.join(tmpdir(), 'plimsoll-e2e-'));
    await writeFile(path.join(folder, 'Dockerfile'), DOCKERFILE);
    await writeFile(path.join(folder, 'docker-entrypoint.sh'), ENTRYPOINT);
  });

  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  it('reports its findings at the very words, in the dialect of each script', () => {
    const { stdout, stderr } = check(folder, '--format=json', 'Dockerfile', 'docker-entrypoint.sh');
    assert.equal(stderr, '');
    const findings = (JSON.parse(stdout) as Finding[]).filter(({ rule }) => rule.startsWith('SC'));
    const inFile = (name: string): readonly string[] =>
      findings
        .filter(({ file }) => path.basename(file) === name)
        .map((at) => `${at.rule} ${at.line}:${at.column}-${at.endLine}:${at.endColumn}`);
    const dockerfile = inFile('Dockerfile');
    const entrypoint = inFile('docker-entrypoint.sh');
    for (const finding of EXPECTED.dockerfile) {
      assert.ok(dockerfile.includes(finding), `${finding} is missing among ${dockerfile.join(', ')}`);
    }
    for (const finding of EXPECTED.entrypoint) {
      assert.ok(entrypoint.includes(finding), `${finding} is missing among ${entrypoint.join(', ')}`);
    }
    const { unreported } = EXPECTED;
    assert.deepEqual(
      dockerfile.filter((finding) => unreported.dockerfile.test(finding)),
      [],
    );
    assert.deepEqual(
      entrypoint.filter((finding) => unreported.entrypoint.test(finding)),
      [],
    );
  });

  it('applies its fix, and is content with the outcome', async () => {
    check(folder, '--fix', '--unsafe', '--select=SC2086', 'Dockerfile');
    const { after, before } = EXPECTED.fixed;
    const text = await readFile(path.join(folder, 'Dockerfile'), 'utf8');
    assert.equal(text.includes(before), false);
    assert.ok(text.includes(after), text);
    const { stdout } = check(folder, '--format=json', '--select=SC2086', 'Dockerfile');
    assert.deepEqual(JSON.parse(stdout), []);
  });
});

/** Runs the packed program, which fails where ShellCheck fails. */
function check(cwd: string, ...args: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  const program = path.join(ROOT, 'cli/bin/plimsoll.js');
  const { error, status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, 'check', '--shellcheck=require', ...args],
    { cwd, encoding: 'utf8' },
  );
  if (error !== undefined) throw error;
  assert.ok(status === 0 || status === 1, `exit code ${String(status)}:\n${stderr}`);
  return { stdout, stderr };
}
