import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  defaultSettings,
  printTrace,
  PROFILES,
  textOf,
  traceOf,
  type Analysis,
  type AnyFile,
  type Change,
  type Fix,
  type Linter,
  type Settings,
} from '@plimsoll/rules';
import { cases } from './corpus.js';
import { loadLinter } from './linter.js';

const TODAY = '2026-01-01';
const recommended = defaultSettings(TODAY);
const everything: Settings = { ...recommended, profile: 'all' };

let linter: Linter;
before(async () => {
  linter = await loadLinter();
});

const failures = ({ diagnostics }: Analysis): readonly string[] =>
  diagnostics.filter(({ rule }) => rule === 'internal-error').map(({ message }) => textOf(message));

/** What the parser could not read in the one text and could in the other. */
function newProblems(after: AnyFile, before: AnyFile): readonly string[] {
  const known = before.problems.map(({ message }) => message);
  return after.problems.map(({ message }) => message).filter((message) => !known.includes(message));
}

describe('The corpus', () => {
  it('is judged as the golden file says', async () => {
    const golden = join(import.meta.dirname, 'corpus', 'findings.json');
    const counts: Record<string, Record<string, number>> = {};
    for (const profile of PROFILES) {
      const rules: Record<string, number> = {};
      for (const { sources, read } of cases) {
        for (const source of sources) {
          const analysis = await linter.analyse(source, { ...recommended, profile }, read);
          assert.deepEqual(failures(analysis), []);
          for (const { rule } of analysis.diagnostics) rules[rule] = (rules[rule] ?? 0) + 1;
        }
      }
      counts[profile] = Object.fromEntries(Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    const text = `${JSON.stringify(counts, null, 2)}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
    assert.equal(text, readFileSync(golden, 'utf8'), 'If the difference is meant: UPDATE_GOLDEN=1 npx mocha');
  });

  for (const { name, sources, read } of cases) {
    describe(name, () => {
      if (name.startsWith('clean-')) {
        it('has no finding of weight', async () => {
          for (const source of sources) {
            const { diagnostics } = await linter.analyse(source, recommended, read);
            const heavy = diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning');
            assert.deepEqual(
              heavy.map(({ rule, message }) => `${rule}: ${textOf(message)}`),
              [],
            );
          }
        });
      }

      it('is mended by safe fixes without a change of the build but for what they declare', async () => {
        for (const source of sources) {
          const before = await linter.analyse(source, everything, read);
          const changes = new Set<Change>();
          const wanted = (fix: Fix): boolean => {
            if (fix.safety === 'safe') for (const change of fix.changes) changes.add(change);
            return fix.safety === 'safe';
          };
          const { text, analysis, stable } = await linter.fixAll(source, everything, read, wanted);
          assert.ok(stable, 'the fixes go round in a circle');
          assert.deepEqual(newProblems(analysis.file, before.file), [], text);
          const trace = (file: AnyFile): string =>
            file.kind === 'dockerfile' ? printTrace(traceOf(file), [...changes]) : '';
          assert.equal(trace(analysis.file), trace(before.file));
          assert.equal(
            (await linter.fixAll({ ...source, text }, everything, read, wanted)).text,
            text,
            'twice is not once',
          );
        }
      });

      it('has a finding for every problem that a rule is to tell of', async () => {
        for (const source of sources) {
          const { diagnostics, file, suppressed } = await linter.analyse(source, everything, read);
          const told = [...diagnostics, ...suppressed].map(({ at, rule }) => `${rule} at ${at.span.start}`);
          for (const { at, rule } of file.problems)
            if (rule !== undefined) assert.ok(told.includes(`${rule} at ${at.span.start}`), rule);
        }
      });

      it('is mended by every fix there is into a text that parses', async () => {
        for (const source of sources) {
          const before = linter.parse(source);
          const { text, analysis, stable } = await linter.fixAll(source, everything, read, () => true);
          assert.ok(stable, 'the fixes go round in a circle');
          assert.deepEqual(failures(analysis), []);
          assert.deepEqual(newProblems(analysis.file, before), [], text);
        }
      });

      it('is read at every length, in every disguise', () => {
        for (const { kind, path, text } of sources) {
          const cache = linter.createCache();
          for (let end = 0; end <= text.length; end += 1) {
            const source = { kind, path, text: text.slice(0, end) };
            if (end % 16 === 0) assert.deepEqual(failures(linter.lint(source, everything, new Map(), cache)), []);
            else linter.parse(source, cache);
          }
          for (const disguise of [text.replace(/\r?\n/g, '\r\n'), `\uFEFF${text}`, text.toLowerCase()]) {
            assert.deepEqual(failures(linter.lint({ kind, path, text: disguise }, everything)), []);
          }
        }
      });
    });
  }
});
