import assert from 'node:assert/strict';
import {
  createLinter,
  defaultSettings,
  ignoreHere,
  ignoreInFile,
  readConfig,
  textOf,
  apply,
  type Analysis,
  type Linter,
  type Profile,
  type Rule,
  type Settings,
  type Source,
} from '@plimsoll/rules';
import { fix, replace, suggestion } from '../../shared-rules/src/edit.js';
import { rule, say } from '../../shared-rules/src/rule.js';
import { grammar, loadLinter } from '../linter.js';

const settings = defaultSettings('2026-01-01');
const dockerfile = (text: string): Source => ({ kind: 'dockerfile', path: 'Dockerfile', text });
const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** A rule about words of RUN: it finds a word and may replace it. */
const about = (id: string, from: string, to?: string, more: Partial<Rule> = {}): Rule => ({
  ...rule({
    id,
    kinds: ['dockerfile'],
    severity: 'warning',
    profile: 'recommended',
    tags: [],
    since: '0.1.0',
    summary: 'For tests.',
    docs: '',
    examples: [],
    *check(file) {
      for (const command of file.runCommands()) {
        for (const word of command.args) {
          if (word.text !== from) continue;
          yield {
            at: word,
            message: say`${from} is here.`,
            fix: to === undefined ? undefined : fix(`Say ${to}`, replace(word, to)),
          };
        }
      }
    },
  }),
  ...more,
});

const linterOf = (...rules: Rule[]): Promise<Linter> => loadLinter(rules);
const found = ({ diagnostics }: Analysis): readonly string[] => diagnostics.map(({ rule: id }) => id);

describe('An option that rules share', () => {
  const kinds = { type: 'map', default: {}, of: ['red'], about: 'Which.' } as const;
  const telling = (id: string, from?: string): Rule =>
    about(id, 'x', undefined, {
      options: { kinds: { ...kinds, ...(from === undefined ? {} : { from }) } },
      *check(file, { options }) {
        for (const name of Object.keys(options['kinds'] ?? {})) yield { at: file, message: say`${name}` };
      },
    });

  it('is that of the other rule, even if that is off, where the rule has none of its own', async () => {
    const linter = await linterOf(telling('owner'), telling('borrower', 'owner'));
    const messages = (rules: Settings['rules']): readonly string[] =>
      linter
        .lint(dockerfile('FROM s\n'), { ...settings, rules })
        .diagnostics.map(({ rule: id, message }) => `${id} ${textOf(message)}`);
    const owner = { severity: 'off', options: { kinds: { a: 'red' } } } as const;
    assert.deepEqual(messages({}), []);
    assert.deepEqual(messages({ owner }), ['borrower a']);
    assert.deepEqual(messages({ owner, borrower: { options: { kinds: { b: 'red' } } } }), ['borrower b']);
  });
});

describe('Linting', () => {
  it('gives the same for the same, in reading order', async () => {
    const linter = await linterOf(about('b', 'x'), about('a', 'x'), about('c', 'w'));
    const source = dockerfile('FROM s\nRUN y x w\nRUN y x\n');
    const once = linter.lint(source, settings);
    assert.deepEqual(found(once), ['a', 'b', 'c', 'a', 'b']);
    assert.deepEqual(found(linter.lint(source, settings)), found(once));
  });

  it('reports a rule that fails, and lets the others speak', async () => {
    const failing = about('failing', 'x', undefined, {
      check() {
        throw new Error('oh no');
      },
    });
    const analysis = (await linterOf(failing, about('a', 'x'))).lint(dockerfile('FROM s\nRUN y x\n'), settings);
    assert.deepEqual(found(analysis), ['internal-error', 'a']);
    const [first] = analysis.diagnostics;
    assert.ok(first);
    assert.match(textOf(first.message), /The rule failing failed.*oh no/);
  });

  it('says so, once a file, when the grammar is missing', async () => {
    const linter = await createLinter({ grammar: new Error('no such file'), rules: [about('a', 'x')] });
    const { diagnostics } = linter.lint(dockerfile('FROM s\nRUN y x\nBOGUS\n'), settings);
    assert.deepEqual(
      diagnostics.map(({ rule: id }) => id),
      ['internal-error', 'syntax'],
    );
    assert.equal(linter.grammarProblem, 'no such file');
    const broken = await createLinter({ grammar: { ...grammar, bash: new Uint8Array(4) }, rules: [] });
    assert.notEqual(broken.grammarProblem, undefined);
  });

  it('runs what the profile holds, and what is set besides', async () => {
    const linter = await linterOf(
      about('a', 'x'),
      about('b', 'x', undefined, { profile: 'strict' }),
      about('c', 'x', undefined, { profile: 'all' }),
    );
    const run = (profile: Profile, rules: Settings['rules'] = {}): readonly string[] =>
      found(linter.lint(dockerfile('FROM s\nRUN y x\n'), { ...settings, profile, rules }));
    assert.deepEqual(run('recommended'), ['a']);
    assert.deepEqual(run('strict'), ['a', 'b']);
    assert.deepEqual(run('all'), ['a', 'b', 'c']);
    assert.deepEqual(run('recommended', { a: { severity: 'off' }, c: { severity: 'hint' } }), ['c']);
  });
});

describe('Fixing all', () => {
  const fixed = async (text: string, ...rules: Rule[]) => {
    const linter = await linterOf(...rules);
    return linter.fixAll(dockerfile(text), settings, nothing);
  };

  it('goes on until nothing changes; fixes that touch take turns', async () => {
    const { text, stable, applied } = await fixed('FROM s\nRUN y x x\n', about('a', 'x', 'w'), about('b', 'w', 'v'));
    assert.equal(text, 'FROM s\nRUN y v v\n');
    assert.ok(stable);
    assert.deepEqual(
      [...applied],
      [
        ['a', 2],
        ['b', 2],
      ],
    );
  });

  it('leaves rules out that go round in a circle, and says so', async () => {
    const { text, stable } = await fixed(
      'FROM s\nRUN y x u\n',
      about('a', 'x', 'w'),
      about('b', 'w', 'x'),
      about('c', 'u', 't'),
    );
    assert.equal(text, 'FROM s\nRUN y x t\n');
    assert.ok(!stable);
  });

  it('stops a rule that never ends', async () => {
    const growing = about('growing', '', undefined, {
      *check(file) {
        if (file.kind !== 'dockerfile') return;
        const [command] = file.runCommands();
        const last = command?.args.at(-1);
        if (last) yield { at: last, message: say`more`, fix: fix('More', replace(last, `${last.text}x`)) };
      },
    });
    const { stable } = await fixed('FROM s\nRUN y x\n', growing);
    assert.ok(!stable);
  });

  it('applies only safe fixes unasked', async () => {
    const linter = await linterOf(
      about('a', 'x', undefined, {
        *check(file) {
          if (file.kind !== 'dockerfile') return;
          for (const { args } of file.runCommands()) {
            const [word] = args;
            if (word?.text === 'x') yield { at: word, message: say`x`, fix: suggestion('Say y', replace(word, 'y')) };
          }
        },
      }),
    );
    const source = dockerfile('FROM s\nRUN z x\n');
    assert.equal((await linter.fixAll(source, settings, nothing)).text, source.text);
    assert.equal((await linter.fixAll(source, settings, nothing, () => true)).text, 'FROM s\nRUN z y\n');
  });
});

describe('Comments that ignore', () => {
  let linter: Linter;
  before(async () => {
    linter = await linterOf(
      about('no-x', 'x', undefined, { peers: { hadolint: ['DL9001'], buildkit: ['StageNameCasing'] } }),
      about('no-w', 'w', undefined, { peers: { hadolint: ['DL9002'] } }),
      about('no-v', 'v', undefined, { profile: 'strict' }),
      about('no-z', 'z', undefined, {
        peers: { hadolint: ['DL9003'], 'dockerfile-utils': ['INVALID_AS'] },
        differs: [{ from: 'hadolint/DL9003', they: 'do', we: 'do not', why: 'So.' }],
      }),
      about('no-t', 't', undefined, {
        peers: { hadolint: ['DL9004'] },
        options: { asPeers: { type: 'boolean', default: { recommended: false, all: true }, about: 'As they do.' } },
      }),
      about('no-u', 'u', undefined, { profile: 'all', peers: { buildkit: ['InvalidDefinitionDescription'] } }),
    );
  });
  const run = (text: string): readonly string[] => found(linter.lint(dockerfile(text), settings));

  const cases: readonly (readonly [title: string, text: string, findings: readonly string[]])[] = [
    ['above an instruction, all of it', 'FROM s\n# plimsoll ignore=no-x because\nRUN y \\\n  x\nRUN y x\n', ['no-x']],
    ['several names, blanks, and a reason', 'FROM s\n# plimsoll ignore = no-x , no-w  why not\nRUN y x w\n', []],
    ['inside a continued instruction', 'FROM s\nRUN y \\\n  # plimsoll ignore=no-x\n  x\n', []],
    ['a heredoc too', 'FROM s\n# plimsoll ignore=no-x\nRUN <<E\ny x\nE\n', []],
    ['the file', '# plimsoll ignore-file=no-x\nFROM s\nRUN y x\nRUN y x w\n', ['no-w']],
    ["by a peer's code", 'FROM s\n# plimsoll ignore=DL9001,hadolint/DL9002\nRUN y x w\n', []],
    ["hadolint's", 'FROM s\n# hadolint ignore=DL9001,SC2086 # why\nRUN y x w\n', ['no-w']],
    ["hadolint's for the file", 'FROM s\n# hadolint global ignore=DL9001\nRUN y x\nRUN y x\n', []],
    [
      "hadolint's for a stage",
      'FROM s AS a\nRUN y x\n# hadolint stage ignore=DL9001\nFROM s\nRUN y x\nFROM s\nRUN y x\n',
      ['no-x', 'no-x'],
    ],
    ["BuildKit's for the file", '# check=skip=StageNameCasing;error=true\nFROM s\nRUN y x w\n', ['no-w']],
    ["BuildKit's for all", '# check=skip=all\nFROM s\nRUN y x\n', []],
    ["BuildKit's above an instruction", 'FROM s\n# check=skip=StageNameCasing // why\nRUN y x\nRUN y x\n', ['no-x']],
    ["BuildKit's for all leaves what BuildKit does not find", '# check=skip=all\nFROM s\nRUN y w\n', ['no-w']],
    ["BuildKit's for all in another letter case", '#CHECK = skip = all ; error=true\nFROM s\nRUN y x\n', []],
    [
      "BuildKit's for all and an experimental check",
      '# check=skip=all;experimental=InvalidDefinitionDescription\nFROM s\nRUN y u x\n',
      ['no-u'],
    ],
    ['an experimental check that nobody asked for', 'FROM s\nRUN y u\n', []],
    ["BuildKit's below a blank line is no directive", '\n# check=skip=all\nFROM s\nRUN y x\n', ['no-x']],
    ["dockerfile-utils'", 'FROM s\n# dockerfile-utils: ignore\nRUN y z w\n', ['no-w']],
    ["an unused code of hadolint's is said", 'FROM s\n# hadolint ignore=DL9001\nRUN y\n', ['unused-ignore']],
    ['not where the verdict differs from hadolint’s on purpose', 'FROM s\n# hadolint ignore=DL9003\nRUN y\n', []],
    ['not where an option makes it hadolint’s', 'FROM s\n# hadolint ignore=DL9004\nRUN y\n', []],
    ["an unknown code of hadolint's is said", 'FROM s\n# hadolint ignore=DL9009,SC2086\nRUN y\n', ['unknown-ignore']],
    ['a code that hadolint has given up is said', 'FROM s\n# hadolint ignore=DL4002\nRUN y\n', ['unknown-ignore']],
    ["an unknown check of BuildKit's is said", '# check=skip=StageNameCasng\nFROM s\n', ['unknown-ignore']],
    ['one below which nothing stands is said', 'FROM s\n# hadolint ignore=DL9001\n', ['misplaced-ignore']],
    ['one behind an instruction is said', 'FROM s\nRUN y # hadolint ignore=DL9001\n', ['misplaced-ignore']],
    ['not one in quotes', "FROM s\nRUN echo '# hadolint ignore=DL9001' > y\n", []],
    ['not one in a heredoc', 'FROM s\nCOPY <<E y\na # hadolint ignore=DL9001\nE\n', []],
    ['error= below the top is said', 'FROM s\n# check=error=true\nRUN y\n', ['misplaced-ignore']],
    ['one with a typing error is said', 'FROM s\n# hadolint ingore=DL9001\nRUN y\n', ['mistyped-ignore']],
    ['prose about a tool is left alone', 'FROM s\n# hadolint ignores DL9001 in this place, we know\nRUN y\n', []],
    ["tally's", 'FROM s\n# tally ignore=hadolint/DL9001;reason=why\nRUN y x\n', []],
    ['an unused name of ours is said', 'FROM s\n# plimsoll ignore=no-x,no-w\nRUN y x\n', ['unused-ignore']],
    ['an unknown name of ours is said', 'FROM s\n# plimsoll ignore=no-y\nRUN y\n', ['unknown-ignore']],
    ['the name of a rule that is off is neither', 'FROM s\n# plimsoll ignore=no-v\nRUN y\n', []],
  ];
  for (const [title, text, findings] of cases)
    it(title, () => {
      assert.deepEqual(run(text), findings);
    });

  it('count nothing when they are not honoured', () => {
    const source = dockerfile('FROM s\n# plimsoll ignore=no-x\nRUN y x\n');
    assert.deepEqual(found(linter.lint(source, { ...settings, inlineIgnores: false })), ['no-x']);
  });

  const mended = async (text: string): Promise<string> =>
    (await linter.fixAll(dockerfile(text), settings, nothing, () => true)).text;

  it('are taken away where they do nothing', async () => {
    assert.equal(await mended('FROM s\n# plimsoll ignore=no-x\nRUN y\n'), 'FROM s\nRUN y\n');
    assert.equal(
      await mended('FROM s\n# plimsoll ignore=no-x,no-w why\nRUN y w\n'),
      'FROM s\n# plimsoll ignore=no-w why\nRUN y w\n',
    );
    assert.equal(
      await mended('FROM s\n# plimsoll ignore=no-w,nonsense\nRUN y w\n'),
      'FROM s\n# plimsoll ignore=no-w\nRUN y w\n',
    );
  });

  it('are mended where it can be told what was meant', async () => {
    const cases: readonly (readonly [bad: string, good: string])[] = [
      ['# plimsoll ignore=no-xx why\nRUN y x\n', '# plimsoll ignore=no-x why\nRUN y x\n'],
      ['# hadolint ignore=no-xx\nRUN y x\n', '# hadolint ignore=no-x\nRUN y x\n'],
      ['# hadolint: ignore=DL9001 # why\nRUN y x\n', '# hadolint ignore=DL9001 # why\nRUN y x\n'],
      ['# Hadolint ignore DL9001, DL9002\nRUN y x w\n', '# hadolint ignore=DL9001,DL9002\nRUN y x w\n'],
      ['# hadolint disable=DL9001\nRUN y x\n', '# hadolint ignore=DL9001\nRUN y x\n'],
      ['# plimsoll-ignore=no-x\nRUN y x\n', '# plimsoll ignore=no-x\nRUN y x\n'],
      ['# check: skip=StageNameCasing\nRUN y x\n', '# check=skip=StageNameCasing\nRUN y x\n'],
      ['# dockerfile-utils ignore\nRUN y z\n', '# dockerfile-utils: ignore\nRUN y z\n'],
      ['RUN y x # hadolint ignore=DL9001\n', '# hadolint ignore=DL9001\nRUN y x\n'],
      ['RUN y \\\n  x # plimsoll ignore=no-x why\n', '# plimsoll ignore=no-x why\nRUN y \\\n  x\n'],
      ['RUN y\n# hadolint ignore=DL9001\n', 'RUN y\n'],
    ];
    for (const [bad, good] of cases) assert.equal(await mended(`FROM s\n${bad}`), `FROM s\n${good}`);
    assert.equal(
      await mended('# syntax=a\nFROM s\n# check=skip=StageNameCasing;error=true\nRUN y x\n'),
      '# syntax=a\n# check=skip=StageNameCasing;error=true\nFROM s\nRUN y x\n',
    );
  });

  it('are written where they work', () => {
    const write = (text: string, where: 'here' | 'file'): string => {
      const analysis = linter.lint(dockerfile(text), settings);
      const [diagnostic] = analysis.diagnostics;
      assert.ok(diagnostic);
      const made = where === 'here' ? ignoreHere(analysis.file, diagnostic) : ignoreInFile(analysis.file, diagnostic);
      assert.ok(made);
      const [own] = linter.spell(analysis, made, settings);
      const result = apply(text, own?.edits ?? []);
      assert.ok(!found(linter.lint(dockerfile(result), settings)).includes(diagnostic.rule), result);
      return result;
    };
    assert.equal(write('FROM s\nRUN y x\n', 'here'), 'FROM s\n# plimsoll ignore=no-x\nRUN y x\n');
    assert.equal(
      write('FROM s\n# plimsoll ignore=no-w why\nRUN y x w\n', 'here'),
      'FROM s\n# plimsoll ignore=no-w,no-x why\nRUN y x w\n',
    );
    assert.equal(
      write('# syntax=docker/dockerfile:1\nFROM s\nRUN y x\n', 'file'),
      '# syntax=docker/dockerfile:1\n# plimsoll ignore-file=no-x\nFROM s\nRUN y x\n',
    );
    assert.equal(write('FROM s\r\nRUN y x\r\n', 'file'), '# plimsoll ignore-file=no-x\r\nFROM s\r\nRUN y x\r\n');
  });
});

describe('no-inline-ignore', () => {
  const text = 'FROM scratch\n# plimsoll ignore=apt-assume-yes\nRUN apt-get install x\n';
  const messages = async (set: Settings): Promise<readonly string[]> =>
    found((await loadLinter()).lint(dockerfile(text), set)).filter((id) => id === 'no-inline-ignore');

  it('is about our own comments as well, where it is set by hand', async () => {
    assert.equal((await messages({ ...settings, rules: { 'no-inline-ignore': { severity: 'info' } } })).length, 1);
    assert.equal((await messages({ ...settings, profile: 'all' })).length, 0);
  });
});

describe('A config file', () => {
  const rules = [
    about('no-x', 'x', undefined, {
      peers: { hadolint: ['DL9001'] },
      options: {
        max: { type: 'integer', default: 5, min: 1, about: 'How many.' },
        words: { type: 'strings', default: [], about: 'Which.' },
        kinds: { type: 'map', default: {}, of: ['red', 'blue'], about: 'Which are what.' },
      },
    }),
    about('no-w', 'w'),
  ];
  const read = (text: string) => readConfig(text, rules);
  const at = (text: string): readonly string[] =>
    read(text).problems.map(({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`);

  it('sets profile, severities and options', () => {
    const config = read(
      'extends: strict\ncontext: ./docker/\nrules:\n  no-w: off\n  DL9001: { severity: error, max: 9 }\n',
    );
    assert.deepEqual(config.problems, []);
    const { profile, context, rules: set } = config.settingsFor('a/Dockerfile', '2026-01-01');
    assert.equal(profile, 'strict');
    assert.equal(context, 'docker');
    assert.deepEqual(set, { 'no-w': { severity: 'off' }, 'no-x': { severity: 'error', options: { max: 9 } } });
  });

  it('sets other things for some files; later ones win', () => {
    const config = read(
      'rules: { no-w: off }\noverrides:\n  - files: "test/**"\n    rules: { no-w: hint }\n  - files: ["**/b.Dockerfile"]\n    extends: all\n',
    );
    const of = (path: string) => config.settingsFor(path, '2026-01-01');
    assert.equal(of('Dockerfile').rules['no-w']?.severity, 'off');
    assert.equal(of('test/Dockerfile').rules['no-w']?.severity, 'hint');
    assert.equal(of('test/b.Dockerfile').profile, 'all');
  });

  it('says what fails a run, and whether comments count', () => {
    const config = read('failOn: info\ninlineIgnores: false\noverrides: [{ files: "t/**", failOn: never }]\n');
    assert.deepEqual(config.problems, []);
    const of = (path: string) => config.settingsFor(path, '2026-01-01');
    assert.deepEqual([of('Dockerfile').failOn, of('Dockerfile').inlineIgnores], ['info', false]);
    assert.deepEqual([of('t/Dockerfile').failOn, of('t/Dockerfile').inlineIgnores], ['never', false]);
    assert.deepEqual(at('failOn: loud\ninlineIgnores: no way\n'), [
      'loud: failOn must be one of error, warning, info, hint, never.',
      'no way: inlineIgnores is true or false.',
    ]);
  });

  it('is JSON as well, and may be empty', () => {
    assert.equal(read('{ "extends": "all" }').settingsFor('Dockerfile', 'x').profile, 'all');
    assert.deepEqual(read('').problems, []);
    assert.deepEqual(read('# nothing\n').problems, []);
  });

  it('says what is wrong where it is wrong, and holds for the rest', () => {
    assert.deepEqual(at('extends: best\n'), ['best: extends must be one of recommended, strict, all.']);
    assert.deepEqual(at('rule: {}\n'), ['rule: rule is no key of a config file; did you mean rules?']);
    assert.deepEqual(at('rules:\n  no-y: off\n'), ['no-y: no-y is no rule; did you mean no-w or no-x?']);
    assert.deepEqual(at('rules:\n  no-w: loud\n'), [
      'loud: must be off, error, warning, info, hint or a map of options.',
    ]);
    assert.deepEqual(at('rules:\n  no-x: { max: 0 }\n'), ['0: max must be a whole number of at least 1.']);
    assert.deepEqual(at('rules:\n  no-x: { most: 2 }\n'), [
      'most: no-x has no option most; it knows severity, max, words, kinds.',
    ]);
    assert.deepEqual(at('rules:\n  no-x: { words: [1] }\n'), ['[1]: words must be a list of texts.']);
    assert.deepEqual(at('rules:\n  no-x: { kinds: red }\n'), [
      'red: kinds must be a map of names, each with one of red, blue.',
    ]);
    const kinds = 'rules:\n  no-x: { kinds: { a.b: red, c: green } }\n';
    assert.deepEqual(at(kinds), ['green: c must be one of red, blue.']);
    assert.deepEqual(read(kinds).settingsFor('Dockerfile', 'x').rules['no-x']?.options, { kinds: { 'a.b': 'red' } });
    assert.deepEqual(at('- a\n'), ['- a\n: A config file holds keys such as extends and rules.']);
    const half = read('rules:\n  no-y: off\n  no-w: off\n').settingsFor('Dockerfile', 'x');
    assert.equal(half.rules['no-w']?.severity, 'off');
  });

  it('never throws, whatever it holds', () => {
    for (const text of [
      'a: [',
      '\t\tx',
      'a: &b *b',
      '%%%',
      '{',
      '!!binary x',
      'a: b: c',
      '\u0000',
      'rules: {a: {b: {c: d}}}',
    ]) {
      assert.ok(Array.isArray(read(text).problems), text);
      assert.equal(read(text).settingsFor('Dockerfile', 'x').today, 'x');
    }
  });
});

describe('The files beside a document', () => {
  const asking = rule({
    id: 'asking',
    kinds: ['dockerfile'],
    severity: 'warning',
    profile: 'recommended',
    tags: [],
    since: '0.1.0',
    summary: 'For tests.',
    docs: '',
    examples: [],
    *check(file, { workspace }) {
      const first = workspace.read('first.txt');
      const second = first === undefined ? undefined : workspace.read(first.trim());
      const outside = workspace.read('../../secret');
      const names = workspace.list('');
      if (second !== undefined)
        yield { at: file, message: say`${second} ${String(outside)} ${names?.join(',') ?? ''}` };
    },
  });

  it('are fetched as they are asked for, from the build context, until nothing is missing', async () => {
    const linter = await linterOf(asking);
    const files: Record<string, string> = {
      'app/first.txt': 'second.txt\n',
      'app/second.txt': 'found',
      'app/': 'first.txt\nsub/',
      secret: 'no',
    };
    const reads: string[] = [];
    const known = new Map<string, string | undefined>();
    const analysis = await linter.analyse(
      { kind: 'dockerfile', path: 'app/Dockerfile', text: 'FROM s\n' },
      settings,
      (path) => {
        reads.push(path);
        return Promise.resolve(files[path]);
      },
      known,
    );
    assert.deepEqual(
      analysis.diagnostics.map(({ message }) => textOf(message)),
      ['found undefined first.txt,sub/'],
    );
    assert.deepEqual(reads, ['app/', './', 'app/first.txt', 'app/second.txt']);
    assert.deepEqual([...analysis.asked].sort(), ['./', 'app/', 'app/first.txt', 'app/second.txt']);
    await linter.analyse(
      { kind: 'dockerfile', path: 'app/Dockerfile', text: 'FROM s\n' },
      settings,
      () => assert.fail('asked again'),
      known,
    );
  });

  it('count as absent when they cannot be read', async () => {
    const linter = await linterOf(asking);
    const failing = (): Promise<string> => {
      throw new Error('no right to read');
    };
    assert.deepEqual((await linter.analyse(dockerfile('FROM s\n'), settings, failing)).diagnostics, []);
  });

  it('are found in the nearest folder', async () => {
    const looking = rule({
      ...asking,
      id: 'looking',
      kinds: ['dockerfile'],
      *check(file, { workspace }) {
        const paths = ['.dockerignore', 'own', 'none', 'Dockerfile'].map((name) => {
          const found = workspace.nearest(name, 'dockerignore');
          return found?.path ?? '-';
        });
        yield { at: file, message: say`${paths.join(' ')}` };
      },
    });
    const linter = await linterOf(looking);
    const files: Record<string, string> = { '.dockerignore': '', 'a/.dockerignore': '', own: '', Dockerfile: '' };
    const source = { kind: 'dockerfile', path: 'a/b/Dockerfile', text: 'FROM s\n' } as const;
    const { diagnostics } = await linter.analyse(source, settings, (path) => Promise.resolve(files[path]));
    assert.deepEqual(
      diagnostics.map(({ message }) => textOf(message)),
      ['a/.dockerignore own - Dockerfile'],
    );
  });

  it('are there or not, in the context and above it', async () => {
    const looking = rule({
      ...asking,
      id: 'looking',
      kinds: ['dockerfile'],
      *check(file, { workspace }) {
        const inside = ['.', 'a.txt', 'sub', './sub/b/', 'sub/c', 'none/d', 'a.txt/e', '../f', 'none'];
        const found = inside.map((path) => String(workspace.has(path))).join(' ');
        const above = ['a.txt', 'f', 'app/a.txt', 'none'].map((path) => String(workspace.hasAbove(path))).join(' ');
        yield { at: file, message: say`${String(workspace.isContextSure)}: ${found}; ${above}` };
      },
    });
    const linter = await linterOf(looking);
    const folders: Record<string, string> = {
      './': 'f\nx/',
      'x/': 'app/\nf',
      'x/app/': 'a.txt\nsub/',
      'x/app/sub/': 'b',
    };
    const source = { kind: 'dockerfile', path: 'x/app/Dockerfile', text: 'FROM s\n' } as const;
    const said = async (own: typeof settings): Promise<string | undefined> => {
      const { diagnostics } = await linter.analyse(source, own, (path) => Promise.resolve(folders[path]));
      return diagnostics.map(({ message }) => message.values.join('|'))[0];
    };
    assert.equal(
      await said(settings),
      'false|true true true true false false undefined undefined false|false true true false',
    );
    assert.match((await said({ ...settings, context: 'x' })) ?? '', /^true\|true false false/);
    assert.match((await said({ ...settings, context: 'nowhere' })) ?? '', /^true\|false undefined/);
  });
});
