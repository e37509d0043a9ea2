import type { Dockerfile, Rule } from '@plimsoll/rules';
import {
  addLineAfter,
  createFile,
  fix,
  removeLines,
  replace,
  suggestion,
  within,
} from '../../shared-rules/src/edit.js';
import { rule, say } from '../../shared-rules/src/rule.js';

/**
 * Rules that find nothing but comments made for them, so that what the program does with findings can be tested
 * without a word about Dockerfiles. `# todo` has a safe fix, `# maybe` a suggestion, `# choose` choices, `# why` a
 * related place; `# ignore x` wants x in .dockerignore; `# throw` breaks the rule.
 */
export const testRules: readonly Rule[] = [
  rule({
    ...about('todo-comment', 'warning', 'Do what is to be done.'),
    peers: { hadolint: ['DL3014'], sonar: ['S1'] },
    examples: [{ title: 'One', bad: '\n# «todo»\nFROM a', good: '\nFROM a' }],
    *check(file) {
      for (const comment of commented(file, 'todo')) {
        yield { at: comment, message: say`There is something to do.`, fix: fix('Do it', removeLines(comment)) };
      }
    },
  }),
  rule({
    ...about('maybe-comment', 'info', 'Make up your mind.'),
    peers: { sonar: ['S1'] },
    *check(file) {
      for (const comment of commented(file, 'maybe')) {
        yield { at: comment, message: say`That may be.`, fix: suggestion('Decide', replace(comment, '# decided')) };
      }
    },
  }),
  rule({
    ...about('choose-comment', 'hint', 'Choose.'),
    *check(file) {
      for (const comment of commented(file, 'choose')) {
        const choices = ['this', 'that'].map((word) => suggestion(`Take ${word}`, replace(comment, `# ${word}`)));
        yield { at: comment, message: say`There is a choice.`, choices };
      }
    },
  }),
  rule({
    ...about('why-comment', 'error', 'Say why.'),
    *check(file, { workspace }) {
      const ignored = workspace.ignoreFile();
      for (const comment of commented(file, 'why')) {
        const here = { at: { span: { start: 0, end: 4 } }, message: say`It begins here.` };
        const there = ignored && { at: { span: { start: 2, end: 3 } }, path: ignored.path, message: say`And there.` };
        yield { at: comment, message: say`Nobody knows why.`, related: there ? [here, there] : [here] };
      }
    },
  }),
  rule({
    ...about('ignore-comment', 'warning', 'Keep it out.'),
    *check(file, { workspace }) {
      for (const comment of file.comments) {
        const name = /^ignore (.*)/.exec(comment.text)?.[1];
        const ignored = workspace.ignoreFile();
        if (name === undefined || ignored?.text.split(/\r?\n/).includes(name)) continue;
        const edit = ignored
          ? within(ignored, addLineAfter({ span: { start: 0, end: 0 } }, name))
          : createFile('.dockerignore', `${name}\n`);
        yield { at: comment, message: say`${name} goes into the build.`, fix: fix('Keep it out', edit) };
      }
    },
  }),
  rule({
    ...about('throw-comment', 'warning', 'Never throw.'),
    *check(file) {
      if ([...commented(file, 'throw')].length > 0) throw new Error('thrown');
    },
  }),
];

function about(id: string, severity: Rule['severity'], summary: string) {
  return {
    id,
    severity,
    summary,
    kinds: ['dockerfile'],
    profile: id === 'choose-comment' ? 'strict' : 'recommended',
    tags: ['test'],
    since: '0.1.0',
    docs: 'It would be forgotten.',
    examples: [],
  } as const;
}

function* commented({ comments }: Dockerfile, text: string): Iterable<Dockerfile['comments'][number]> {
  for (const comment of comments) if (comment.text === text) yield comment;
}
