import assert from 'node:assert/strict';

import { FakeShellCheck } from '../shellcheck/fake.js';
import { findingsIn, Folders, plimsoll, textAt, type Outcome } from './support.js';

describe('plimsoll check with ShellCheck', () => {
  const folders = new Folders();
  let fake: FakeShellCheck;
  before(async () => {
    fake = await FakeShellCheck.install();
  });
  beforeEach(() => fake.starts());
  after(() => Promise.all([folders.remove(), fake.remove()]));

  const check = async (
    files: Readonly<Record<string, string>>,
    argv: readonly string[] = ['--format=json'],
    env: Readonly<Record<string, string>> = fake.environment,
  ): Promise<Outcome & { cwd: string }> => {
    const cwd = await folders.with(files);
    return { ...(await plimsoll(['check', ...argv], { cwd, env })), cwd };
  };
  /** `3:5-3:9` for each finding of ShellCheck. */
  const places = async (dockerfile: string): Promise<string[]> => {
    const outcome = await check({ Dockerfile: dockerfile });
    return findingsIn(outcome)
      .filter(({ rule }) => rule === 'SC2086')
      .map(({ line, column, endLine, endColumn }) => `${line}:${column}-${endLine}:${endColumn}`);
  };

  describe('findings', () => {
    it('stand at the very word, with the code as the name of the rule', async () => {
      const outcome = await check({ Dockerfile: 'FROM scratch\nRUN rm $bad\n' });
      const [finding] = findingsIn(outcome);
      assert.deepEqual(
        [finding?.rule, finding?.severity, finding?.line, finding?.column, finding?.endColumn, finding?.peers],
        ['SC2086', 'info', 2, 8, 12, ['hadolint/SC2086', 'shellcheck/SC2086']],
      );
      assert.equal(finding?.fix?.safety, 'suggestion');
    });

    it('stand where they are written, whatever lies between the lines', async () => {
      for (const [text, expected] of [
        ['FROM a\nRUN echo 😀 $bad\n', ['2:13-2:17']],
        ['FROM a\nRUN one && \\\n    # a remark\n    two $bad\n', ['4:9-4:13']],
        ['FROM a\r\nRUN one && \\\r\n  two $bad\r\n', ['3:7-3:11']],
        ['# escape=`\nFROM debian:12\nRUN one `\n  $bad\n', ['4:3-4:7']],
        ['FROM a\nRUN two $b\\\nad\n', ['2:9-3:3']],
        ['FROM a\nRUN <<EOF\n#!/bin/bash\none\ntwo $bad\nEOF\n', ['5:5-5:9']],
        ['FROM a\nRUN bash <<"EOF"\ntwo $bad\nEOF\n', ['3:5-3:9']],
        ['FROM a\nONBUILD RUN rm $bad\n', ['2:16-2:20']],
        ['FROM a\nRUN --mount=type=cache,target=/c rm $bad\n', ['2:37-2:41']],
      ] as const) {
        assert.deepEqual(await places(text), expected, text);
      }
    });

    it('are not looked for where no shell that it knows reads the text', async () => {
      for (const text of [
        'FROM a\nRUN ["rm", "$bad"]\n',
        'FROM a\nSHELL ["pwsh", "-c"]\nRUN rm $bad\n',
        'FROM a\nSHELL ["/bin/zsh", "-c"]\nRUN rm $bad\n',
        'FROM a\nRUN <<EOF\n#!/usr/bin/python3\nrm $bad\nEOF\n',
        'FROM a\nRUN bash <<EOF\nrm $bad\nEOF\n',
        'FROM a\nRUN\n',
      ]) {
        assert.deepEqual(await places(text), [], text);
      }
      assert.deepEqual(await fake.starts(), []);
    });

    it('are those of the shell of the stage', async () => {
      const text = [
        'FROM debian:12\nRUN a',
        'FROM alpine:3.20\nRUN b',
        'FROM fedora:41\nRUN c',
        'FROM example/own:1\nRUN d\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN e\nSHELL ["/bin/ksh", "-c"]\nRUN f',
      ].join('\n');
      await check({ Dockerfile: text });
      assert.deepEqual([...(await fake.starts())].sort(), ['bash', 'bash', 'busybox', 'dash', 'ksh', 'sh']);
      await check({ Dockerfile: text }, ['--profile=all']);
      assert.deepEqual([...(await fake.starts())].sort(), ['bash', 'ksh', 'sh', 'sh', 'sh', 'sh']);
    });

    it('take a version that knows no BusyBox for what it is', async () => {
      await check({ Dockerfile: 'FROM alpine:3.20\nRUN OLD\n' });
      assert.deepEqual(await fake.starts(), ['busybox', 'dash']);
    });

    it('are found in entrypoint scripts as well', async () => {
      const outcome = await check({ 'docker-entrypoint.sh': '#!/bin/sh\nexec $bad\n' });
      assert.deepEqual(
        findingsIn(outcome).map(({ rule, line, column, peers }) => ({ rule, line, column, peers })),
        [{ rule: 'SC2086', line: 2, column: 6, peers: ['shellcheck/SC2086'] }],
      );
    });

    it('are asked for once for the same script', async () => {
      await check({ Dockerfile: 'FROM a\nRUN rm $bad\n', 'b.Dockerfile': 'FROM a\nRUN rm $bad\n' });
      assert.equal((await fake.starts()).length, 1);
    });
  });

  describe('fixes', () => {
    it('are ShellCheck’s own, on request only', async () => {
      const files = { Dockerfile: 'FROM a\nRUN one $b\\\nad && \\\n  two $bad\n' };
      const safe = await check(files, ['--fix']);
      assert.equal(await textAt(safe.cwd, 'Dockerfile'), files.Dockerfile);
      const all = await check(files, ['--fix', '--unsafe']);
      assert.equal(await textAt(all.cwd, 'Dockerfile'), 'FROM a\nRUN one "$b\\\nad" && \\\n  two "$bad"\n');
    });
  });

  describe('settings and comments', () => {
    const rules = async (dockerfile: string, config?: string): Promise<string[]> => {
      const files = { Dockerfile: dockerfile, ...(config === undefined ? {} : { '.plimsoll.yaml': config }) };
      return findingsIn(await check(files)).map(({ rule, severity }) => `${rule} ${severity}`);
    };
    const TEXT = 'FROM a\nRUN rm $bad\n';

    it('set the severity of a code, or switch it off', async () => {
      assert.deepEqual(await rules(TEXT, 'rules: { SC2086: error }'), ['SC2086 error']);
      assert.deepEqual(await rules(TEXT, 'rules: { sc2086: { severity: hint } }'), ['SC2086 hint']);
      assert.deepEqual(await rules(TEXT, 'rules: { SC2086: off }'), []);
      assert.deepEqual(await rules(TEXT, 'rules: { SC2086: loud }'), ['config error', 'SC2086 info'].sort());
    });

    it('silence a code above the instruction and inside it', async () => {
      for (const comment of [
        '# shellcheck disable=SC2086',
        '# shellcheck disable=SC1000,SC2086 # why',
        '# shellcheck disable=SC2000-SC2100',
        '# shellcheck disable=all',
        '# hadolint ignore=SC2086',
        '# hadolint global ignore=SC2086',
        '# plimsoll ignore=SC2086 a reason',
        '# plimsoll ignore-file=shellcheck/SC2086',
      ]) {
        assert.deepEqual(await rules(`FROM a\n${comment}\nRUN rm $bad\n`), [], comment);
        assert.deepEqual(await rules(`FROM a\nRUN one && \\\n${comment}\n  rm $bad\n`), [], comment);
      }
    });

    it('say when a comment of ours silences nothing, but only if ShellCheck was asked', async () => {
      const text = 'FROM a\n# plimsoll ignore=SC2016\nRUN rm "$good"\n';
      assert.deepEqual(await rules(text), ['unused-ignore warning']);
      const outcome = await check({ Dockerfile: text }, ['--format=json', '--shellcheck=off']);
      assert.deepEqual(findingsIn(outcome), []);
    });

    it('are chosen by --select and --ignore, and by hadolint’s config file', async () => {
      const files = { Dockerfile: TEXT };
      const codes = async (...argv: string[]): Promise<string[]> =>
        findingsIn(await check(files, ['--format=json', ...argv])).map(({ rule }) => rule);
      assert.deepEqual(await codes('--select=SC2086'), ['SC2086']);
      assert.deepEqual(await codes('--select=SC2016'), []);
      assert.deepEqual(await codes('--ignore=shellcheck/sc2086'), []);
      const hadolint = await check({ ...files, '.hadolint.yaml': 'ignored: [SC2086]\n' });
      assert.deepEqual(findingsIn(hadolint), []);
    });

    it('honour no comment when told so', async () => {
      const files = { Dockerfile: 'FROM a\n# shellcheck disable=SC2086\nRUN rm $bad\n' };
      assert.equal(findingsIn(await check(files, ['--format=json', '--no-inline-ignores'])).length, 1);
    });
  });

  describe('a ShellCheck that is no good', () => {
    const TEXT = 'FROM a\nRUN rm $bad\n';

    it('is no matter when it is missing, unless it is required', async () => {
      const env = { PATH: '/nowhere:.' };
      assert.deepEqual(findingsIn(await check({ Dockerfile: TEXT }, ['--format=json'], env)), []);
      const required = await check({ Dockerfile: TEXT }, ['--shellcheck=require'], env);
      assert.equal(required.code, 2);
      assert.match(required.stderr, /^plimsoll: ShellCheck is required and not installed: no shellcheck on the PATH/);
    });

    it('is never looked for in relative folders of the PATH', async () => {
      const cwd = await folders.with({ Dockerfile: TEXT, shellcheck: '#!/bin/sh\n' });
      const outcome = await plimsoll(['check', '--shellcheck=require'], { cwd, env: { PATH: '.:bin' } });
      assert.equal(outcome.code, 2);
    });

    it('can be named, and then has to be there', async () => {
      const named = await check({ Dockerfile: TEXT }, ['--format=json', `--shellcheck-path=${fake.path}`], {});
      assert.equal(findingsIn(named).length, 1);
      const missing = await check({ Dockerfile: TEXT }, ['--shellcheck-path=no/such']);
      assert.deepEqual([missing.code, missing.stderr], [2, 'plimsoll: no/such: no such program\n']);
    });

    for (const [word, reason] of [
      ['GARBAGE', 'its answer is not JSON'],
      ['ODD', 'its answer holds a comment of an unknown form'],
      ['EXIT3', 'it ended with exit code 3'],
      ['HUGE', 'its answer is too long'],
    ] as const) {
      it(`is said to have failed when it does as told by ${word}`, async () => {
        const files = { Dockerfile: `FROM a\nRUN ${word}\nRUN rm $bad\n` };
        const outcome = await check(files);
        assert.equal(outcome.code, 0);
        assert.match(outcome.stderr, new RegExp(`ShellCheck .* failed: ${reason}`));
        assert.deepEqual(
          findingsIn(outcome).map(({ rule }) => rule),
          ['SC2086'],
        );
        assert.equal((await check(files, ['--shellcheck=require'])).code, 2);
      });
    }

    it('is given up after three failures in a row', async () => {
      const runs = Array.from({ length: 9 }, (_, index) => `RUN GARBAGE ${index}\n`).join('');
      const outcome = await check({ Dockerfile: `FROM a\n${runs}` });
      assert.match(outcome.stderr, /it is not asked again/);
      // Two are at work at once, so one more may have begun.
      assert.ok((await fake.starts()).length <= 4);
    });
  });

  it('takes off, auto and require, and nothing else', async () => {
    const { code, stderr } = await check({ Dockerfile: 'FROM a\n' }, ['--shellcheck=always']);
    assert.deepEqual([code, stderr], [2, 'plimsoll: --shellcheck is one of auto, off, require, not "always"\n']);
  });
});
