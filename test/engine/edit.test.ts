import assert from 'node:assert/strict';
import type { Dockerfile, Instructions, Linter } from '@plimsoll/rules';
import {
  addInstructionAfter,
  addInstructionBefore,
  addLineAfter,
  addLineBefore,
  apply,
  chain,
  Composition,
  insertAfter,
  merge,
  remove,
  removeLines,
  replace,
  replaceIn,
  spell,
  wordsAfter,
  type Edit,
} from '../../shared-rules/src/edit.js';
import { loadLinter } from '../linter.js';

let linter: Linter;
before(async () => {
  linter = await loadLinter([]);
});

const parse = (text: string): Dockerfile => {
  const file = linter.parse({ kind: 'dockerfile', path: 'Dockerfile', text });
  assert.equal(file.kind, 'dockerfile');
  return file;
};

/** The text after the edits that `make` gives for its file. */
function after(text: string, make: (file: Dockerfile) => Edit | readonly Edit[] | undefined): string | undefined {
  const file = parse(text);
  const edits = make(file);
  if (edits === undefined) return undefined;
  return apply(text, spell(file, 'op' in edits ? [edits] : edits));
}

const runs = (file: Dockerfile): readonly Instructions['RUN'][] => [...file.all('RUN')];
const firstRun = (file: Dockerfile): Instructions['RUN'] => {
  const [run] = runs(file);
  assert.ok(run);
  return run;
};

/** The operand of the first command that reads so. */
function word(file: Dockerfile, text: string) {
  for (const command of file.commands()) {
    for (const found of [command.program, ...command.args]) if (found.text === text) return found;
  }
  throw new Error(`no word ${text}`);
}

describe('Removing a word', () => {
  const cases: readonly (readonly [title: string, before: string, after: string])[] = [
    ['in the middle of a line', 'RUN x curl git\n', 'RUN x git\n'],
    ['at the end of the text', 'RUN x git curl', 'RUN x git'],
    ['at the end of a line', 'RUN x git curl\nUSER a\n', 'RUN x git\nUSER a\n'],
    ['before a continuation', 'RUN x curl \\\n    git\n', 'RUN x \\\n    git\n'],
    ['alone on a continued line', 'RUN x \\\n    curl \\\n    git\n', 'RUN x \\\n    git\n'],
    [
      'alone on the last line, with the continuation that led to it',
      'RUN x \\\n    git \\\n    curl\nUSER a\n',
      'RUN x \\\n    git\nUSER a\n',
    ],
    [
      'alone on the last line with CRLF',
      'RUN x \\\r\n    git \\\r\n    curl\r\nUSER a\r\n',
      'RUN x \\\r\n    git\r\nUSER a\r\n',
    ],
    [
      'alone on the last line below a comment, which stays',
      'RUN x \\\n    git \\\n    # why\n    curl\nUSER a\n',
      'RUN x \\\n    git\n    # why\nUSER a\n',
    ],
    ['in a JSON array', 'RUN ["x", "curl", "git"]\n', 'RUN ["x", "git"]\n'],
    ['at the end of a JSON array', 'RUN ["x", "git", "curl"]\n', 'RUN ["x", "git"]\n'],
  ];
  for (const [title, before, wanted] of cases) {
    it(title, () => {
      const text = `FROM a\n${before}`;
      const result = after(text, (file) => remove(word(file, 'curl')));
      assert.equal(result, `FROM a\n${wanted}`);
      assert.equal([...parse(result).all()].length, [...parse(text).all()].length, 'no instruction is swallowed');
    });
  }

  it('with backticks for continuations', () => {
    const text = '# escape=`\nFROM debian\nRUN x `\n    git `\n    curl\nUSER a\n';
    assert.equal(
      after(text, (file) => remove(word(file, 'curl'))),
      '# escape=`\nFROM debian\nRUN x `\n    git\nUSER a\n',
    );
  });
});

describe('Adding words', () => {
  it('stands them behind a word as that word stands', () => {
    assert.equal(
      after('FROM a\nRUN x install\n', (file) => wordsAfter(word(file, 'install'), '-y', 'b')),
      'FROM a\nRUN x install -y b\n',
    );
    assert.equal(
      after('FROM a\nRUN ["x", "install"]\n', (file) => wordsAfter(word(file, 'install'), '-y', 'a"b')),
      'FROM a\nRUN ["x", "install", "-y", "a\\"b"]\n',
    );
  });

  it('escapes what is replaced in a JSON array', () => {
    assert.equal(
      after('FROM a\nCMD ["x"]\n', (file) => replace(word(file, 'x'), 'a\\b"c')),
      'FROM a\nCMD ["a\\\\b\\"c"]\n',
    );
  });

  it('replaces text within a node', () => {
    assert.equal(
      after('FROM a\nRUN x /tmp /tmp\n', (file) => replaceIn(firstRun(file), '/tmp', '/y')),
      'FROM a\nRUN x /y /tmp\n',
    );
  });
});

describe('Adding and removing lines', () => {
  const user = (file: Dockerfile) => {
    const [found] = file.all('USER');
    assert.ok(found);
    return found;
  };

  it('takes the indent and the ending of the line beside them', () => {
    assert.equal(
      after('FROM a\r\n  USER b\r\n', (file) => addLineBefore(user(file), 'RUN x')),
      'FROM a\r\n  RUN x\r\n  USER b\r\n',
    );
    assert.equal(
      after('FROM a\n  USER b', (file) => addLineAfter(user(file), 'RUN x\nRUN y')),
      'FROM a\n  USER b\n  RUN x\n  RUN y',
    );
  });

  it('keeps a byte order mark in front', () => {
    const first = (file: Dockerfile): Edit => {
      const [from] = file.all('FROM');
      assert.ok(from);
      return addLineBefore(from, '# x');
    };
    assert.equal(after('\uFEFFFROM a\n', first), '\uFEFF# x\nFROM a\n');
  });

  it('takes an instruction out with all its lines', () => {
    assert.equal(
      after('FROM a\nRUN x \\\n  y\nUSER b\n', (file) => removeLines(firstRun(file))),
      'FROM a\nUSER b\n',
    );
    assert.equal(
      after('FROM a\nRUN <<E\nx\nE\nUSER b\n', (file) => removeLines(firstRun(file))),
      'FROM a\nUSER b\n',
    );
  });

  it('puts an instruction above the comments of the next one, in the case of the file', () => {
    assert.equal(
      after('from a\n\n# who\n# runs it\nuser b\n', (file) => addInstructionBefore(user(file), 'RUN x\nENV A=RUN')),
      'from a\n\nrun x\nenv A=RUN\n# who\n# runs it\nuser b\n',
    );
    assert.equal(
      after('FROM a\nUSER b\n# end', (file) => addInstructionAfter(user(file), 'RUN x')),
      'FROM a\nUSER b\nRUN x\n# end',
    );
  });
});

describe('Chaining a command', () => {
  const chained = (body: string): string | undefined =>
    after(`FROM a\n${body}`, (file) => chain(firstRun(file), 'z'))?.slice('FROM a\n'.length);
  const cases: readonly (readonly [title: string, before: string, after: string | undefined])[] = [
    ['to one line', 'RUN x\n', 'RUN x && z\n'],
    ['to lines that begin with &&', 'RUN x \\\n && y\n', 'RUN x \\\n && y \\\n && z\n'],
    ['to lines that end in &&', 'RUN x && \\\n    y\n', 'RUN x && \\\n    y && \\\n    z\n'],
    [
      'to continued words',
      'RUN x \\\n      a \\\n      b\nUSER u\n',
      'RUN x \\\n      a \\\n      b \\\n      && z\nUSER u\n',
    ],
    ['to a heredoc', 'RUN <<E\nx\nE\n', 'RUN <<E\nx\nz\nE\n'],
    ['to an if', 'RUN if a; then b; fi\n', 'RUN if a; then b; fi && z\n'],
    ['not behind a comment', 'RUN x # y\n', undefined],
    ['not behind the background', 'RUN x &\n', undefined],
    ['not to an exec form', 'RUN ["x"]\n', undefined],
  ];
  for (const [title, before, wanted] of cases)
    it(title, () => {
      assert.equal(chained(before), wanted);
    });
});

describe('Merging two RUN instructions', () => {
  const merged = (body: string): string | undefined =>
    after(`FROM a\n${body}`, (file) => {
      const [first, second] = runs(file);
      assert.ok(first && second);
      return merge(first, second);
    })?.slice('FROM a\n'.length);
  const cases: readonly (readonly [title: string, before: string, after: string | undefined])[] = [
    ['of one line each', 'RUN x\nRUN y\n', 'RUN x \\\n    && y\n'],
    ['with blank lines between, which go', 'RUN x\n\n\nRUN y\n', 'RUN x \\\n    && y\n'],
    ['with a comment between, which stays', 'RUN x\n# why\nRUN y\n', 'RUN x \\\n# why\n    && y\n'],
    ['in the layout of the first', 'RUN x && \\\n  w\nRUN y \\\n  && z\n', 'RUN x && \\\n  w && \\\n  y \\\n  && z\n'],
    ['without a stray semicolon', 'RUN x;\nRUN y\n', 'RUN x \\\n    && y\n'],
    ['with CRLF', 'RUN x\r\nRUN y\r\n', 'RUN x \\\r\n    && y\r\n'],
    [
      'with the flags of the first',
      'RUN --network=none x\nRUN --network=none y\n',
      'RUN --network=none x \\\n    && y\n',
    ],
    ['not with a heredoc', 'RUN x\nRUN <<E\ny\nE\n', undefined],
    ['not with an exec form', 'RUN x\nRUN ["y"]\n', undefined],
  ];
  for (const [title, before, wanted] of cases)
    it(title, () => {
      assert.equal(merged(before), wanted);
    });
});

describe('Composing fixes', () => {
  const edit = (start: number, end: number, text: string) => ({ span: { start, end }, text });

  it('takes a fix whole or not at all, and none that touches another', () => {
    const composition = new Composition();
    assert.ok(composition.add([{ edits: [edit(0, 2, 'A'), edit(8, 9, 'B')] }]));
    assert.ok(!composition.add([{ edits: [edit(2, 3, 'C')] }]), 'neighbours have no order');
    assert.ok(!composition.add([{ edits: [edit(5, 5, 'D'), edit(8, 8, 'E')] }]), 'half of it touches');
    assert.ok(composition.add([{ edits: [edit(5, 5, 'F')] }]));
    assert.equal(apply('0123456789', composition.edits()), 'A234F567B9');
  });

  it('keeps files apart, and a fix over several files whole', () => {
    const composition = new Composition();
    assert.ok(composition.add([{ edits: [edit(0, 1, 'A')] }, { path: 'b', edits: [edit(0, 1, 'B')] }]));
    assert.ok(!composition.add([{ edits: [edit(5, 6, 'C')] }, { path: 'b', edits: [edit(1, 2, 'D')] }]));
    assert.deepEqual(composition.others, ['b']);
    assert.equal(apply('0123456', composition.edits()), 'A123456');
  });

  it('has nothing to do with a fix of no edits', () => {
    assert.ok(!new Composition().add([{ edits: [] }]));
    assert.equal(
      after('FROM a\nRUN x\n', (file) => insertAfter(firstRun(file), ' y')),
      'FROM a\nRUN x y\n',
    );
  });
});
