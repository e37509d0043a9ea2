import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type CodeServer, installCodeServer, isCodeServerInstalled, startCodeServer } from './code-server.js';
import { Editor, type Squiggle } from './editor.js';
import { DOCKERFILE, RULES } from './example.js';
import { packedExtension, skipUnlessReady } from './setup.js';
import { until } from './wait.js';

/** What the window is expected to show for {@link DOCKERFILE}. */
const EXPECTED = {
  source: 'plimsoll',
  rules: RULES,
  finding: {
    rule: 'apt-assume-yes',
    line: 5,
    /** The mouse and the cursor go here; it must lie under the finding's squiggle. */
    at: 'install curl',
    /** Some words of the hover that say why. */
    why: /\bbuild\b/i,
    diff: /^-.*apt-get install.*\n\+.*apt-get install.* -y\b/m,
    fix: 'Add -y',
    fixedLine: /apt-get install -y\b.* curl$/,
  },
  ignored: {
    rule: 'apt-no-recommends',
    at: 'install -y',
    title: 'Ignore apt-no-recommends here',
    comment: '# plimsoll ignore=apt-no-recommends',
  },
  fixAll: {
    command: 'Fix All',
    /** Each must be in the text afterwards. */
    present: ['ENV APP_HOME=/srv/app', '/dev/shm'],
    /** None may be in the text afterwards. */
    absent: ['MAINTAINER', 'ENV APP_HOME /srv/app'],
    /** Rules that nothing may report afterwards. */
    settled: ['maintainer-deprecated', 'legacy-key-value', 'apt-assume-yes', 'gunicorn-worker-tmp-dir'],
  },
  /** Names of files that hold the same text and are Dockerfiles as well. */
  otherNames: ['Containerfile', 'api.dockerfile', 'Dockerfile.dev'],
  /** Files beside the Dockerfiles of the shop, each with a finding that a fix settles. */
  beside: [
    {
      file: 'k8s/catalog.yaml',
      picture: 'kubernetes',
      line: 28,
      at: '256Mi',
      rule: 'k8s-memory-request-not-equal-limit',
      fix: 'Request 512Mi',
      fixed: /memory: 512Mi\n\s+limits/,
    },
    {
      file: 'web/nginx.conf',
      picture: 'nginx',
      line: 1,
      at: 'auto',
      rule: 'nginx-worker-processes-auto',
      fix: 'Start 2 workers',
      fixed: /worker_processes 2;/,
    },
  ],
  recommendation: {
    command: "Plimsoll: Recommend Plimsoll to This Workspace's Users",
    message: 'Added Plimsoll to the recommendations in .vscode/extensions.json',
    path: '.vscode/extensions.json',
    content: { recommendations: ['plimsoll.plimsoll-vscode'] },
  },
  restricted: { statusBar: 'Restricted Mode' },
} as const;

const INSTALL_LIMIT_MS = 600_000;
const STEP_LIMIT_MS = 180_000;
const ANSWER_LIMIT_MS = 20_000;

interface Window {
  readonly folder: string;
  readonly server: CodeServer;
  readonly editor: Editor;
}

describe('The extension in VS Code', function () {
  this.timeout(STEP_LIMIT_MS);

  before('code-server and Chromium', async function () {
    this.timeout(INSTALL_LIMIT_MS);
    skipUnlessReady(this, isCodeServerInstalled() ? ['browser'] : ['browser', 'compiler']);
    await installCodeServer();
  });

  describe('in a trusted folder', () => {
    const { editor, file } = inWindow('off');

    it('underlines the findings', async () => {
      const { line } = EXPECTED.finding;
      await editor().open('Dockerfile');
      const squiggles = await editor().squigglesWhere('squiggles are there', (found) =>
        found.some((squiggle) => squiggle.line === line),
      );
      assert.ok(
        squiggles.every(({ text }) => text !== ''),
        'every squiggle lies under some text',
      );
    });

    it('lists them in the Problems panel with source and rule', async () => {
      const problems = await editor().problems();
      await editor().screenshot('problems');
      assert.deepEqual([...new Set(problems.map(({ source }) => source))], [EXPECTED.source]);
      const codes = problems.map(({ code }) => code);
      for (const rule of EXPECTED.rules)
        assert.ok(codes.includes(rule), `${rule} is missing among ${codes.join(', ')}`);
      assert.ok(problems.every(({ message }) => message !== ''));
    });

    it('explains a finding in the hover and shows the mended line', async () => {
      const { at, rule, why, diff } = EXPECTED.finding;
      const hover = await editor().hoverOn(at, ({ codeBlocks, text }) => text.includes(rule) && codeBlocks.length > 0);
      await editor().screenshot('hover');
      assert.match(hover.text, why);
      assert.ok(
        hover.codeBlocks.some((block) => diff.test(block)),
        `no diff in:\n${hover.text}`,
      );
    });

    it('offers the fix in the quick-fix menu', async () => {
      const { at, fix } = EXPECTED.finding;
      const titles = await editor().openQuickFixes(at, fix);
      await editor().screenshot('quick-fix');
      assert.ok(titles.includes(fix));
    });

    it('applies the fix, and the squiggle goes', async () => {
      const { fix, fixedLine, line, rule } = EXPECTED.finding;
      const before = await editor().text();
      const underlined = countOn(line, await editor().squiggles());
      await editor().chooseQuickFix(fix);
      await editor().squigglesWhere(
        'a squiggle less on the line',
        (squiggles) => countOn(line, squiggles) < underlined,
      );
      await editor().problemsWhere(`${rule} is settled`, (problems) => !problems.some(({ code }) => code === rule));
      const after = (await editor().text()).split('\n');
      await editor().screenshot('fixed');
      assert.match(after[line - 1] ?? '', fixedLine);
      assert.deepEqual(without(after, line), without(before.split('\n'), line), 'no other line has changed');
    });

    it('silences a finding where it stands', async () => {
      const { at, comment, rule, title } = EXPECTED.ignored;
      await editor().quickFix(at, title);
      await editor().problemsWhere(`${rule} is silenced`, (problems) => !problems.some(({ code }) => code === rule));
      const lines = (await editor().text()).split('\n');
      await editor().screenshot('ignored');
      assert.equal(lines[lines.findIndex((line) => line.includes(at)) - 1], comment);
    });

    it('fixes all that can be fixed safely', async () => {
      const { absent, command, present, settled } = EXPECTED.fixAll;
      await editor().placeCursor('FROM');
      await editor().commandUntil(command, async () => (await editor().text()).includes(present[0]));
      await editor().problemsWhere(
        'the fixable rules are settled',
        (problems) => !problems.some(({ code }) => settled.some((rule) => rule === code)),
      );
      await editor().placeCursor('python');
      await editor().screenshot('fixed-all');
      await editor().save();
      const text = await readFile(file(), 'utf8');
      for (const part of present) assert.ok(text.includes(part), `'${part}' is missing in:\n${text}`);
      for (const part of absent) assert.ok(!text.includes(part), `'${part}' is left in:\n${text}`);
    });

    for (const name of EXPECTED.otherNames) {
      it(`knows ${name} for a Dockerfile`, async () => {
        const { rule } = EXPECTED.finding;
        await editor().open(name);
        await editor().problemsWhere(`${rule} in ${name}`, (problems) =>
          problems.some(({ code, file }) => code === rule && file === name),
        );
      });
    }

    it('shows no message over the window', async () => {
      assert.deepEqual(await editor().notifications(), []);
    });

    it('recommends itself to whoever opens the folder', async () => {
      const { command, content, message, path: place } = EXPECTED.recommendation;
      await editor().command(command);
      await until(
        'the message shows',
        async () => (await editor().notifications()).some((text) => text.startsWith(message)),
        ANSWER_LIMIT_MS,
      );
      await editor().screenshot('recommended');
      assert.deepEqual(JSON.parse(await readFile(path.join(path.dirname(file()), place), 'utf8')), content);
    });
  });

  describe('in a shop with every kind of file', () => {
    const { editor } = inWindow('off', shop);

    for (const { file, picture, line, at, rule, fix, fixed } of EXPECTED.beside) {
      it(`judges ${file}, explains and mends`, async () => {
        await editor().open(file);
        await editor().problemsWhere(`${rule} in ${file}`, (problems) => problems.some(({ code }) => code === rule));
        await editor().squigglesWhere('squiggles are there', (squiggles) => squiggles.length > 0);
        await editor().goTo(line);
        await editor().hoverOn(at, ({ text }) => text.includes(rule));
        await editor().screenshot(picture);
        await editor().quickFix(at, fix);
        await editor().problemsWhere(`${rule} is settled`, (left) => !left.some(({ code }) => code === rule));
        assert.match(await editor().text(), fixed);
      });
    }
  });

  describe('in Restricted Mode', () => {
    const { editor } = inWindow('asks');

    it('runs although the folder is not trusted', async () => {
      const { line } = EXPECTED.finding;
      await editor().open('Dockerfile');
      await editor().answerTrust('no');
      await editor().squigglesWhere('squiggles are there', (found) => found.some((squiggle) => squiggle.line === line));
      const statusBar = await editor().statusBar();
      await editor().screenshot('restricted-mode');
      assert.ok(statusBar.includes(EXPECTED.restricted.statusBar), `the status bar shows ${statusBar.join(', ')}`);
    });

    it('reports with source and rule, and mends', async () => {
      const { at, fix, fixedLine, line, rule } = EXPECTED.finding;
      const problems = await editor().problems();
      assert.ok(problems.some(({ code, source }) => code === rule && source === EXPECTED.source));
      await editor().quickFix(at, fix);
      await editor().problemsWhere(`${rule} is settled`, (left) => !left.some(({ code }) => code === rule));
      assert.match((await editor().text()).split('\n')[line - 1] ?? '', fixedLine);
    });
  });
});

/** A folder that holds {@link DOCKERFILE} under its names. */
async function dockerfiles(workspace: string): Promise<void> {
  await mkdir(workspace);
  for (const name of ['Dockerfile', ...EXPECTED.otherNames]) await writeFile(path.join(workspace, name), DOCKERFILE);
}

/** A folder with every kind of file. */
async function shop(workspace: string): Promise<void> {
  await cp(path.join(import.meta.dirname, '../corpus/shop'), workspace, { recursive: true });
}

/** Gives the tests of a suite one window on a folder of their own. */
function inWindow(
  workspaceTrust: 'off' | 'asks',
  fill: (workspace: string) => Promise<void> = dockerfiles,
): { editor: () => Editor; file: () => string } {
  let window: Window | undefined;
  const opened = (): Window => {
    assert.ok(window !== undefined, 'the window is open');
    return window;
  };

  before('open a window', async () => {
    const vsix = await packedExtension();
    const folder = await mkdtemp(path.join(tmpdir(), 'plimsoll-e2e-'));
    const workspace = path.join(folder, 'web-shop');
    await fill(workspace);
    const server = await startCodeServer({ vsix, workspace, workspaceTrust });
    try {
      window = { folder, server, editor: await Editor.launch(server) };
    } catch (error) {
      await server.stop();
      throw error;
    }
  });

  afterEach('keep a picture of a failure', async function () {
    if (this.currentTest?.state !== 'failed') return;
    await window?.editor.screenshot(`failed-${this.currentTest.fullTitle().replaceAll(/\W+/g, '-').toLowerCase()}`);
  });

  after('close the window', async () => {
    if (window === undefined) return;
    await window.editor.close();
    await window.server.stop();
    await rm(window.folder, { recursive: true, force: true });
  });

  return { editor: () => opened().editor, file: () => path.join(opened().server.workspace, 'Dockerfile') };
}

const countOn = (line: number, squiggles: readonly Squiggle[]): number =>
  squiggles.filter((squiggle) => squiggle.line === line).length;

const without = (lines: readonly string[], line: number): readonly string[] =>
  lines.filter((_, index) => index !== line - 1);
