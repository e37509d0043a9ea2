import assert from 'node:assert/strict';
import { apply, dedent, defaultSettings, printTrace, rules, traceOf, unmarked } from '@plimsoll/rules';
import type {
  AnyFile,
  Analysis,
  Diagnostic,
  Example,
  Fix,
  KnownFiles,
  Kind,
  Linter,
  Rule,
  Settings,
  Source,
} from '@plimsoll/rules';
import { loadLinter } from './linter.js';

/** The same example as other people would have saved it. None of this may change what is found. */
const DISGUISES: Readonly<Record<string, (text: string, kind: Kind, sample: string) => string>> = {
  'as written': (text) => text,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'below a whale': (text, kind) =>
    text.startsWith('#') ? text : `${kind === 'devcontainer' ? '//' : '#'} 🐳\n${text}`,
  'behind a byte order mark': (text) => `\uFEFF${text}`,
  'without a final line break': (text) => text.replace(/\n$/, ''),
  'with lower-case keywords': (text, kind) => (kind === 'dockerfile' ? lowerKeywords(text) : text),
  'with backticks for continuations': (text, kind, sample) =>
    kind === 'dockerfile' ? withBackticks(text, sample) : text,
  'behind another stage': (text, kind) => (kind === 'dockerfile' ? behindStage(text) : text),
};

const PATHS: Readonly<Record<Kind, string>> = {
  dockerfile: 'Dockerfile',
  shell: 'docker-entrypoint.sh',
  dockerignore: '.dockerignore',
  python: 'gunicorn.conf.py',
  nginx: 'nginx.conf',
  devcontainer: '.devcontainer/devcontainer.json',
  project: 'package.json',
  compose: 'compose.yaml',
  kubernetes: 'deployment.yaml',
};

const linterOf = new Map<Rule, Linter>();
let everything: Linter;

before(async () => {
  everything = await loadLinter();
  for (const rule of rules) linterOf.set(rule, await loadLinter([rule]));
});

async function checkExample(rule: Rule, example: Example, kind: Kind, vary: (text: string) => string): Promise<void> {
  const linter = linterOf.get(rule);
  assert.ok(linter);
  const settings = settingsOf(rule, example);
  const path = example.path ?? PATHS[kind];
  const source = (text: string): Source => ({ kind, path, text });
  const read = readerOf(example.files);
  const analyse = (text: string, files: typeof read = read): Promise<Analysis> =>
    linter.analyse(source(text), settings, files);

  if (example.good !== undefined) {
    const good = vary(example.good);
    const { diagnostics } = await analyse(good, readerOf({ ...example.files, ...example.fixedFiles }));
    assert.equal(marked(good, diagnostics), good, `${rule.id} reports what it calls good`);
  }
  if (example.bad === undefined) return;

  const bad = vary(example.bad);
  const plain = unmarked(bad);
  const analysis = await analyse(plain);
  assert.equal(marked(plain, analysis.diagnostics), bad);

  const known: KnownFiles = new Map();
  const fixed = await linter.fixAll(source(plain), settings, read, () => true);
  if (analysis.diagnostics.some(({ fix }) => fix)) {
    assert.equal(
      fixed.text,
      example.good === undefined ? plain : vary(example.good),
      `${rule.id} does not fix to its good example`,
    );
    const others = Object.fromEntries(fixed.others);
    assert.deepEqual(others, example.fixedFiles ?? {}, `${rule.id} fixes other files otherwise`);
  } else {
    assert.equal(example.good, undefined, `${rule.id} shows a fix that it does not make`);
  }
  for (const diagnostic of analysis.diagnostics) {
    for (const fix of [diagnostic.fix, ...(diagnostic.choices ?? [])]) {
      if (fix) await keepsTheLaws(rule, settings, source(plain), analysis, diagnostic, fix, read, known);
    }
  }
  const choices: Record<string, string> = {};
  for (const fix of analysis.diagnostics[0]?.choices ?? [])
    choices[fix.title] = applied(linter, analysis, fix, settings);
  const wanted = Object.entries(example.choices ?? {}).map(([title, text]) => [title, vary(text)]);
  assert.deepEqual(choices, Object.fromEntries(wanted), `${rule.id} offers other choices`);
}

/** The result parses, the finding is gone, and nothing new of weight has come. */
async function keepsTheLaws(
  rule: Rule,
  settings: Settings,
  source: Source,
  analysis: Analysis,
  diagnostic: Diagnostic,
  fix: Fix,
  read: (path: string) => Promise<string | undefined>,
  known: KnownFiles,
): Promise<void> {
  const linter = linterOf.get(rule);
  assert.ok(linter);
  const text = applied(linter, analysis, fix, settings);
  const overlay = new Map(known);
  for (const { path, edits } of linter.spell(analysis, fix, settings)) {
    if (path !== undefined) overlay.set(path, apply((await read(path)) ?? '', edits));
  }
  const after = await linter.analyse({ ...source, text }, settings, read, new Map(overlay));
  const problems = analysis.file.problems.map(({ message }) => message);
  assert.deepEqual(
    after.file.problems.map(({ message }) => message).filter((message) => !problems.includes(message)),
    [],
    `${fix.title} breaks the text:\n${text}`,
  );
  const left = after.diagnostics.filter(({ rule: id }) => id === rule.id).length;
  const before = analysis.diagnostics.filter(({ rule: id }) => id === rule.id).length;
  assert.ok(left < before, `${fix.title} leaves the finding at ${diagnostic.at.span.start}:\n${text}`);

  if (fix.safety === 'safe') {
    const trace = (file: AnyFile): string => (file.kind === 'dockerfile' ? printTrace(traceOf(file), fix.changes) : '');
    assert.equal(trace(after.file), trace(analysis.file), `${fix.title} changes more of the build than it declares`);
  }

  const recommended = defaultSettings('2026-01-01');
  const weight = async (judged: string, files: KnownFiles): Promise<ReadonlyMap<string, number>> => {
    const { diagnostics } = await everything.analyse({ ...source, text: judged }, recommended, read, files);
    return countsOf(diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning'));
  };
  const weightBefore = await weight(source.text, new Map());
  for (const [id, count] of await weight(text, new Map(overlay))) {
    assert.ok(count <= (weightBefore.get(id) ?? 0), `${fix.title} brings a new finding of ${id}:\n${text}`);
  }
}

function countsOf(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of diagnostics) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

function applied(linter: Linter, analysis: Analysis, fix: Fix, settings: Settings): string {
  const own = linter.spell(analysis, fix, settings).find(({ path }) => path === undefined);
  return apply(analysis.file.text, own?.edits ?? []);
}

function settingsOf(rule: Rule, { options, profile }: Example): Settings {
  return {
    profile: profile ?? rule.profile,
    rules: options ? { [rule.id]: { options } } : {},
    today: '2026-01-01',
  };
}

/** Files and folder listings, as a host would give them. */
function readerOf(files: Example['files'] = {}): (path: string) => Promise<string | undefined> {
  return (path) => {
    if (!path.endsWith('/')) return Promise.resolve(files[path]);
    const folder = path === './' ? '' : path;
    const names = Object.keys(files)
      .filter((name) => name.startsWith(folder))
      .map((name) => name.slice(folder.length).replace(/\/.*/, '/'));
    return Promise.resolve(names.length === 0 && folder !== '' ? undefined : [...new Set(names)].join('\n'));
  };
}

/** Puts the marks back, so that a failing test shows the text and where the squiggles really are. */
function marked(text: string, diagnostics: readonly Diagnostic[]): string {
  const marks = diagnostics.flatMap(({ at: { span } }) => [
    { at: span.start, text: '«', order: 1 },
    { at: span.end, text: '»', order: span.end === span.start ? 2 : 0 },
  ]);
  return marks
    .sort((a, b) => b.at - a.at || b.order - a.order)
    .reduce((result, mark) => result.slice(0, mark.at) + mark.text + result.slice(mark.at), text);
}

const KEYWORD =
  /^([ \t]*)(«?)(FROM|RUN|CMD|ENTRYPOINT|COPY|ADD|ENV|ARG|LABEL|USER|WORKDIR|EXPOSE|VOLUME|SHELL|HEALTHCHECK|MAINTAINER|ONBUILD|STOPSIGNAL)(?=[ \t»])/gm;

const hasHeredoc = (text: string): boolean => text.includes('<<');

function lowerKeywords(text: string): string {
  return hasHeredoc(text)
    ? text
    : text.replace(
        KEYWORD,
        (_, indent: string, mark: string, keyword: string) => indent + mark + keyword.toLowerCase(),
      );
}

/** Where the sample continues a line; what the fixes make of it is disguised likewise. */
function withBackticks(text: string, sample: string): string {
  if (!/\\$/m.test(sample) || sample.startsWith('# ') || hasHeredoc(sample)) return text;
  return `# escape=\`\n${text.replace(/\\$/gm, '`')}`;
}

/** A first stage that nothing refers to; not where a file starts with arguments or directives, or counts its stages. */
function behindStage(text: string): string {
  if (!/^«?FROM /.test(text) || /--from=\d/.test(text)) return text;
  return `FROM scratch AS whale\nCOPY --chown=1:1 . /\n\n${text}`;
}

for (const rule of rules) {
  describe(rule.id, () => {
    for (const example of rule.examples) {
      for (const [name, disguise] of Object.entries(DISGUISES)) {
        if (example.except?.includes(name)) continue;
        const kind = example.kind ?? rule.kinds[0] ?? 'dockerfile';
        const settle = (text: string): string => (example.raw ? text : dedent(text));
        const sample = settle(example.bad ?? example.good ?? '');
        const vary = (text: string): string => disguise(settle(text), kind, sample);
        // A disguise that changes nothing here would be the same test again.
        if (name !== 'as written' && vary(sample) === sample) continue;
        it(`${example.title}, ${name}`, () => checkExample(rule, example, kind, vary));
      }
    }
  });
}
