import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { createLinter } from '../../shared-rules/src/engine/linter.js';
import {
  createFile,
  fix,
  insertAfter,
  remove,
  removeLines,
  replace,
  suggestion,
  within,
} from '../../shared-rules/src/edit.js';
import { rule, say } from '../../shared-rules/src/rule.js';
import type { Linter } from '../../shared-rules/src/engine/api.js';

const about = { kinds: ['dockerfile'], profile: 'recommended', tags: [], since: '0.1.0', examples: [] } as const;

/** Rules that show one thing each, so that what the server does with findings is tested apart from what rules find. */
export const testRules = [
  rule({
    ...about,
    id: 'no-bad',
    severity: 'warning',
    summary: 'Say good instead of bad.',
    docs: `
Bad words have bad consequences.
They may come years later.

Leave the rule off in a bad mood.`,
    sources: { 'The book of words': 'https://example.com/words' },
    peers: { hadolint: ['DL9001'] },
    *check(file) {
      for (const run of file.all('RUN')) {
        for (const word of run.words.filter(({ text }) => text === 'bad')) {
          yield { at: word, message: say`${word.text} is a bad word.`, fix: fix('Say good', replace(word, 'good')) };
        }
      }
    },
  }),
  rule({
    ...about,
    id: 'no-vague',
    severity: 'info',
    summary: 'Be exact.',
    docs: 'Vague words mean nothing.',
    *check(file) {
      for (const run of file.all('RUN')) {
        for (const word of run.words.filter(({ text }) => text === 'vague')) {
          const choices = [suggestion('Be exact', replace(word, 'exact')), suggestion('Say no more', remove(word))];
          yield { at: word, message: say`What does ${word.text} mean?`, choices };
        }
      }
    },
  }),
  rule({
    ...about,
    id: 'no-maintainer',
    severity: 'hint',
    tags: ['deprecated'],
    summary: 'Nobody maintains it.',
    docs: 'MAINTAINER is deprecated.',
    *check(file) {
      for (const maintainer of file.all('MAINTAINER')) {
        yield { at: maintainer.head, message: say`MAINTAINER is old.`, fix: fix('Remove it', removeLines(maintainer)) };
      }
    },
  }),
  rule({
    ...about,
    id: 'no-ignored',
    severity: 'error',
    summary: 'Do not copy what is ignored.',
    docs: 'It is not there.',
    *check(file, { workspace }) {
      for (const copy of file.all('COPY')) {
        for (const source of copy.sources) {
          const ignore = workspace.ignoreFile();
          const pattern = ignore?.ignoring(source.text);
          if (!ignore || !pattern) continue;
          const choices = [suggestion('Let it in', within(ignore, removeLines(pattern)))];
          const related = [{ at: pattern, path: ignore.path, message: say`It is ignored here.` }];
          yield { at: source, message: say`${source.text} is ignored.`, related, choices };
        }
      }
    },
  }),
  rule({
    ...about,
    id: 'require-notes',
    severity: 'info',
    profile: 'strict',
    summary: 'Write notes.',
    docs: 'Notes help.',
    *check(file, { workspace }) {
      const from = file.finalStage?.from;
      if (!from || workspace.list('')?.includes('NOTES')) return;
      yield {
        at: from.head,
        message: say`There are no notes.`,
        fix: fix('Write them', createFile('NOTES', 'Notes\n')),
      };
    },
  }),
  rule({
    ...about,
    id: 'no-shouting',
    severity: 'error',
    summary: 'Do not shout.',
    docs: 'Shouting is loud.\n'.repeat(30),
    *check(file) {
      for (const { program } of file.runCommands('shout')) {
        const lines = Array.from({ length: 30 }, (_, line) => ` \\\n  ${String(line)}`).join('');
        yield { at: program, message: say`Too loud.`, fix: suggestion('Say more', insertAfter(program, lines)) };
        yield { at: program, message: say`Far too loud.` };
        yield { at: program, message: say`Much too loud.` };
      }
    },
  }),
];

/** A linter with these rules. */
export async function testLinter(): Promise<Linter> {
  const { resolve } = createRequire(import.meta.url);
  const [runtime, bash] = await Promise.all(
    ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-bash/tree-sitter-bash.wasm'].map((file) =>
      readFile(resolve(file)),
    ),
  );
  if (!runtime || !bash) throw new Error('The grammar is missing.');
  return createLinter({ rules: testRules, grammar: { runtime, bash } });
}
