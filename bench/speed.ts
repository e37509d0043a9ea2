/**
 * What a keystroke costs: parse, lint and, over a real server, keystroke to diagnostics, for texts of 60, 1,000 and
 * 10,000 lines; with the rules there are, and with each run as often as makes 400. Medians, the least of three runs; the
 * verdict is a ratio, since absolute times are the machine's.
 *
 *   npm run bench            the tables
 *   npm run bench -- memory  memory after 1,000 and 10,000 edits of one document
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { createLinter, defaultSettings, rules, type ParseCache, type Rule, type Settings } from '@plimsoll/rules';
import { cases } from '../test/corpus.js';
import { grammar } from '../test/linter.js';
import { keystrokeOverServer } from './keystroke.js';

const settings: Settings = defaultSettings('2026-01-01');

/** A long text is a block of this many lines again and again, so that each length holds the same mixture. */
const BLOCK = 1_000;

/** A text of as many lines, made of the corpus' own stages. */
function textOf(lines: number): string {
  const stages = cases
    .filter(({ name }) => !/^(broken|bom|crlf|mixed)-|windows|nanoserver|backtick|escape/.test(name))
    .flatMap(({ sources }) => sources.filter(({ kind }) => kind === 'dockerfile'))
    .map(({ text }) => text.replace(/^# (syntax|escape|check)=.*\n/gm, ''));
  const result: string[] = [];
  for (let block = 0; result.length < lines; block += 1) {
    const own: string[] = [];
    for (let index = 0; own.length < BLOCK; index += 1) {
      // No two instructions may be the same text, or the parse cache would make one of them.
      const text = withOwnNames(stages[index % stages.length] ?? '', block * stages.length + index);
      own.push(...text.trimEnd().split('\n'));
    }
    result.push(...own.slice(0, BLOCK));
  }
  return `${result.slice(0, lines).join('\n')}\n`;
}

/** The text with stage names and commands that no other has. */
function withOwnNames(text: string, index: number): string {
  const names = [...text.matchAll(/^FROM .* AS (\S+)/gim)].map(([, name = '']) => name);
  const named = names.reduce(
    (result, name) =>
      result
        .replaceAll(` AS ${name}\n`, ` AS ${name}-${index}\n`)
        .replaceAll(`from=${name} `, `from=${name}-${index} `),
    text,
  );
  return named.replace(/(RUN\s+)(?=[a-z])/g, `$1: ${index} && `);
}

/** As many rules as asked for: the real ones, again and again. */
function repeated(count: number): readonly Rule[] {
  return Array.from({ length: count }, (_, index): Rule => {
    const rule = rules[index % rules.length];
    if (!rule) throw new Error('no rules');
    return index < rules.length ? rule : { ...rule, id: `${rule.id}-${index}`, peers: {} };
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** How long a call is repeated until its code is compiled and the heap has grown. */
const WARM_UP_MS = 4_000;
const WARM_UP_OVER_SERVER = 40;
const ROUNDS = 31;

/** The median time of a call in ms, once it is warm. */
function timed(call: (round: number) => void): number {
  const times: number[] = [];
  const warm = performance.now() + WARM_UP_MS;
  for (let round = 0; times.length < ROUNDS; round += 1) {
    const start = performance.now();
    call(round);
    if (start > warm) times.push(performance.now() - start);
  }
  return median(times);
}

/** The text with one character typed in an instruction in its middle. */
function edited(text: string, round: number): string {
  const at = text.indexOf('RUN ', text.length >> 1);
  return `${text.slice(0, at + 4)}: ${'x'.repeat((round % 40) + 1)} && ${text.slice(at + 4)}`;
}

/** Times of one length of text with one number of rules, by what was timed. */
type Times = Record<string, number>;

/** Measures in this process; each length and each number of rules has one of its own, so that none pays for another. */
async function measure(lines: number, count: number): Promise<Times> {
  const text = textOf(lines);
  const linter = await createLinter({ grammar, rules: repeated(count) });
  const source = (round: number) => ({ kind: 'dockerfile' as const, path: 'Dockerfile', text: edited(text, round) });
  const lint = (round: number, cache?: ParseCache): void => {
    linter.lint(source(round), settings, new Map(), cache);
  };
  const times: Times = {};
  if (count === rules.length) {
    times['parse, nothing cached'] = timed((round) => {
      touch(linter.parse(source(round)));
    });
    const cache = linter.createCache();
    times['parse after a keystroke'] = timed((round) => {
      touch(linter.parse(source(round), cache));
    });
    times['lint, nothing cached'] = timed((round) => {
      lint(round);
    });
    times['keystroke to diagnostics, over the server'] = median(
      await keystrokeOverServer(text, edited, WARM_UP_OVER_SERVER, ROUNDS),
    );
  }
  const cache = linter.createCache();
  times[`lint after a keystroke, ${count} rules`] = timed((round) => {
    lint(round, cache);
  });
  return times;
}

/** Runs a measurement in a process of its own, with this one's flags. */
function measured(lines: number, count: number): Times {
  const { stdout, status } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, `${lines}`, `${count}`],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status !== 0) throw new Error(`the measurement of ${lines} lines failed`);
  return JSON.parse(stdout) as Times;
}

/** Other work on the machine only ever adds to a time, so that the least of several, taken in turns, is the truest. */
const TURNS = 3;

function speed(): void {
  const growth: Record<string, Record<number, number>> = {};
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const lines of [60, 1_000, 10_000]) {
      for (const count of new Set([rules.length, 400])) {
        for (const [title, time] of Object.entries(measured(lines, count))) {
          const times = (growth[title] ??= {});
          times[lines] = Math.min(time, times[lines] ?? Infinity);
        }
      }
    }
  }
  const rows = Object.fromEntries(
    Object.entries(growth).map(([title, times]) => [
      title,
      Object.fromEntries(Object.entries(times).map(([lines, time]) => [`${lines} lines`, `${time.toFixed(2)} ms`])),
    ]),
  );
  console.table(rows);
  console.log('Growth from 1,000 to 10,000 lines (linear is 10, the limit 12):');
  let isLinear = true;
  for (const [title, times] of Object.entries(growth)) {
    const ratio = (times[10_000] ?? 0) / (times[1_000] ?? 1);
    isLinear &&= ratio <= 12;
    console.log(`  ${ratio.toFixed(1).padStart(5)}  ${title}`);
  }
  if (!isLinear) process.exitCode = 1;
}

/** Asks a file for its commands, since nothing is read before it is asked for. */
function touch(file: ReturnType<Awaited<ReturnType<typeof createLinter>>['parse']>): void {
  if (file.kind === 'dockerfile') for (const _ of file.commands()) _;
}

async function memory(): Promise<void> {
  const text = textOf(300);
  const linter = await createLinter({ grammar });
  const cache = linter.createCache();
  const collect = (globalThis as { gc?: () => void }).gc;
  if (!collect) throw new Error('run with --expose-gc');
  const used = (): number => {
    collect();
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return (heapUsed + external + arrayBuffers) / 1024 / 1024;
  };
  const at: number[] = [];
  for (let edit = 1; edit <= 10_000; edit += 1) {
    const source = {
      kind: 'dockerfile' as const,
      path: 'Dockerfile',
      text: `${edited(text, edit)}# ${edit}\nRUN echo ${edit}\n`,
    };
    linter.lint(source, settings, new Map(), cache);
    if (edit === 1_000 || edit === 10_000) at.push(used());
  }
  const [early = 0, late = 0] = at;
  console.log(
    `after 1,000 edits ${early.toFixed(1)} MiB, after 10,000 ${late.toFixed(1)} MiB: ratio ${(late / early).toFixed(3)} (limit 1.1)`,
  );
  if (late / early > 1.1) process.exitCode = 1;
}

const [first, second] = process.argv.slice(2);
if (first === 'memory') await memory();
else if (first !== undefined && second !== undefined)
  console.log(JSON.stringify(await measure(Number(first), Number(second))));
else speed();
