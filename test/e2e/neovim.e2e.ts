import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { DOCKERFILE, RULES } from './example.js';
import { ROOT, skipUnlessReady } from './setup.js';

/** What Neovim is asked to do with {@link DOCKERFILE}, and what it is expected to see. */
const EXPECTED = {
  source: 'plimsoll',
  rules: RULES,
  finding: {
    rule: 'apt-assume-yes',
    fix: 'Add -y',
    line: 5,
    fixedLine: /apt-get install -y\b.* curl$/,
    why: /\bbuild\b/i,
  },
  /** An edit by hand, and the rule that reports nothing after it. */
  edit: {
    line: 2,
    text: 'LABEL org.opencontainers.image.authors="ada@example.com"',
    settles: 'maintainer-deprecated',
  },
} as const;

const ANSWER_LIMIT_MS = 20_000;
const LIMIT_MS = 180_000;

interface Diagnostic {
  readonly code: string;
  readonly source: string;
  readonly message: string;
}

/** What `neovim.lua` prints. A failure leaves out whatever comes after it. */
interface Seen {
  readonly failure?: string;
  readonly diagnostics?: readonly Diagnostic[];
  readonly hover?: { readonly kind: string; readonly value: string };
  readonly actions?: readonly string[];
  readonly fixed?: readonly string[];
  readonly left?: readonly Diagnostic[];
  readonly exit?: { readonly code: number; readonly signal: number };
}

describe('The language server in Neovim', function () {
  this.timeout(LIMIT_MS);
  let seen: Seen = {};

  before('run Neovim once', async function () {
    skipUnlessReady(this, ['neovim']);
    seen = await runNeovim();
  });

  it('goes through the whole session', () => {
    assert.equal(seen.failure, undefined);
  });

  it('sends diagnostics with source and rule', () => {
    const diagnostics = seen.diagnostics ?? [];
    assert.deepEqual([...new Set(diagnostics.map(({ source }) => source))], [EXPECTED.source]);
    const codes = diagnostics.map(({ code }) => code);
    for (const rule of EXPECTED.rules) assert.ok(codes.includes(rule), `${rule} is missing among ${codes.join(', ')}`);
  });

  it('explains a finding in the hover', () => {
    assert.match(seen.hover?.value ?? '', EXPECTED.finding.why);
  });

  it('offers a fix whose edit changes that line only', () => {
    const { fix, fixedLine, line } = EXPECTED.finding;
    assert.ok(seen.actions?.includes(fix), `no '${fix}' among ${String(seen.actions?.join(', '))}`);
    const before = DOCKERFILE.trimEnd().split('\n');
    const after = seen.fixed ?? [];
    assert.match(after[line - 1] ?? '', fixedLine);
    assert.deepEqual(after.toSpliced(line - 1, 1), before.toSpliced(line - 1, 1));
  });

  it('reports anew after the fix and after an edit', () => {
    const left = (seen.left ?? []).map(({ code }) => code);
    assert.ok(left.length > 0, 'the other findings stay');
    assert.ok(!left.includes(EXPECTED.finding.rule));
    assert.ok(!left.includes(EXPECTED.edit.settles));
  });

  it('ends cleanly when asked to shut down', () => {
    assert.deepEqual(seen.exit, { code: 0, signal: 0 });
  });
});

/** Lets `neovim.lua` play the session on a file of its own. */
async function runNeovim(): Promise<Seen> {
  const server = process.env['PLIMSOLL_E2E_SERVER'] ?? path.join(ROOT, 'server/bin/plimsoll-language-server.js');
  const { edit, finding } = EXPECTED;
  const neovimCase = {
    command: [process.execPath, server, '--stdio'],
    limit: ANSWER_LIMIT_MS,
    rule: finding.rule,
    fix: finding.fix,
    edit,
  };
  const script = fileURLToPath(new URL('neovim.lua', import.meta.url));
  const folder = await mkdtemp(path.join(tmpdir(), 'plimsoll-e2e-'));
  try {
    await writeFile(path.join(folder, 'Dockerfile'), DOCKERFILE);
    const args = ['--headless', '-u', 'NONE', '-n', '-i', 'NONE', '-c', `luafile ${script}`, 'Dockerfile'];
    const env = {
      ...process.env,
      NEOVIM_CASE: JSON.stringify(neovimCase),
      XDG_STATE_HOME: folder,
      XDG_CACHE_HOME: folder,
    };
    const { stdout, stderr } = await run('nvim', args, { cwd: folder, env });
    const printed = stdout.split('\n').find((line) => line.startsWith('{'));
    if (printed === undefined) throw new Error(`Neovim printed no answer:\n${stdout}${stderr}`);
    return JSON.parse(printed) as Seen;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', () => {
      resolve({ stdout, stderr });
    });
  });
}
