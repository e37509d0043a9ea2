/**
 * What a keystroke costs: parse, lint and, over a real server, keystroke to diagnostics, for texts of 60, 1,000 and
 * 10,000 lines; with the rules there are, and with each run as often as makes 400. Medians of one run; the verdict is a
 * ratio, since absolute times are the machine's.
 *
 *   npm run bench            the tables
 *   npm run bench -- memory  memory after 1,000 and 10,000 edits of one document
 */
import { performance } from 'node:perf_hooks';
import { createLinter, defaultSettings, rules, type Rule, type Settings } from '@plimsoll/rules';
import { cases } from '../test/corpus.js';
import { grammar } from '../test/linter.js';
import { keystrokeOverServer } from './keystroke.js';

const settings: Settings = defaultSettings('2026-01-01');

/** A text of about as many lines, made of the corpus' own stages. */
function textOf(lines: number): string {
  const stages = cases
    .filter(({ name }) => !/^(broken|bom|crlf|mixed)-|windows|nanoserver|backtick|escape/.test(name))
    .flatMap(({ sources }) => sources.filter(({ kind }) => kind === 'dockerfile'))
    .map(({ text }) => text.replace(/^# (syntax|escape|check)=.*\n/gm, ''));
  const result: string[] = [];
  for (let index = 0; result.length < lines; index += 1) {
    // No two instructions may be the same text, or the parse cache would make one of them.
    const text = withOwnNames(stages[index % stages.length] ?? '', index);
    result.push(...text.trimEnd().split('\n'));
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

/** The median time of a call in ms, after a few to warm up. */
function timed(call: (round: number) => void, rounds: number): number {
  const times: number[] = [];
  for (let round = 0; round < rounds + 3; round += 1) {
    const start = performance.now();
    call(round);
    if (round >= 3) times.push(performance.now() - start);
  }
  return median(times);
}

/** The text with one character typed in an instruction in its middle. */
function edited(text: string, round: number): string {
  const at = text.indexOf('RUN ', text.length >> 1);
  return `${text.slice(0, at + 4)}: ${'x'.repeat((round % 40) + 1)} && ${text.slice(at + 4)}`;
}

async function speed(): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  const growth: Record<string, Record<number, number>> = {};
  const note = (title: string, lines: number, time: number): void => {
    (rows[title] ??= {})[`${lines} lines`] = `${time.toFixed(2)} ms`;
    (growth[title] ??= {})[lines] = time;
  };
  for (const lines of [60, 1_000, 10_000]) {
    const text = textOf(lines);
    const rounds = lines > 5_000 ? 7 : 25;
    for (const count of [rules.length, 400]) {
      const linter = await createLinter({ grammar, rules: repeated(count) });
      const source = (round: number) => ({
        kind: 'dockerfile' as const,
        path: 'Dockerfile',
        text: edited(text, round),
      });
      if (count === rules.length) {
        note(
          'parse, nothing cached',
          lines,
          timed((round) => {
            touch(linter.parse(source(round)));
          }, rounds),
        );
        const cache = linter.createCache();
        note(
          'parse after a keystroke',
          lines,
          timed((round) => {
            touch(linter.parse(source(round), cache));
          }, rounds),
        );
        note(
          'lint, nothing cached',
          lines,
          timed((round) => void linter.lint(source(round), settings, new Map()), rounds),
        );
      }
      const cache = linter.createCache();
      const title = `lint after a keystroke, ${count} rules`;
      note(
        title,
        lines,
        timed((round) => void linter.lint(source(round), settings, new Map(), cache), rounds),
      );
    }
    const times = await keystrokeOverServer(text, edited, rounds);
    note('keystroke to diagnostics, over the server', lines, median(times));
  }
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

await (process.argv.includes('memory') ? memory() : speed());
