import { addLineAfter, addLineBefore, remove, removeLines, suggestion, type Fix } from '../edit.js';
import { nearestNames } from '../knowledge/nearest.js';
import type { AnyFile, Dockerfile, Located } from '../model/index.js';
import { say, type Message } from '../rule.js';

/** A comment that was meant to silence something and cannot where it stands. */
interface Misplaced {
  readonly at: Located;
  readonly message: Message;
  readonly fix: Fix | undefined;
}

/** What begins a comment that silences findings, behind the mark. */
const PRAGMA =
  /#[ \t]*(?:(?:hadolint|plimsoll|tally)[ \t]+(?:(?:global|stage)[ \t]+)?ignore(?:-file)?[ \t]*=|check=skip=|dockerfile-utils: ignore)/g;

/** The comments that cannot work where they stand: behind an instruction, or one for the whole file below its top. */
export function* misplacedComments(file: AnyFile): Iterable<Misplaced> {
  if (file.kind !== 'dockerfile') return;
  yield* behindInstructions(file);
  for (const comment of file.comments) {
    if (!/^check[ \t]*=(?:[^#]*;)?[ \t]*error[ \t]*=/i.test(comment.text)) continue;
    const directive = file.directives.at(-1);
    const line = `# ${comment.text}`;
    yield {
      at: comment,
      message: say`error= counts only in the first lines of the file, before any other comment and blank line.`,
      fix: suggestion(
        'Move it to the top of the file',
        removeLines(comment),
        directive ? addLineAfter(directive, line) : addLineBefore({ span: { start: 0, end: 0 } }, line),
      ),
    };
  }
}

/** A `#` behind an instruction begins no comment of the builder's: it is an argument, or a comment of the shell's. */
function* behindInstructions(file: Dockerfile): Iterable<Misplaced> {
  const { text } = file;
  if (!text.includes('ignore') && !text.includes('skip=')) return;
  for (const { index } of text.matchAll(PRAGMA)) {
    const lineStart = text.lastIndexOf('\n', index - 1) + 1;
    const before = text.slice(lineStart, index);
    // In quotes it is a text like any other.
    if (!/\S[ \t]+$/.test(before) || /['"]/.test(before) || /^[ \t]*#/.test(before)) continue;
    const lineEnd = /[^\r\n]*/.exec(text.slice(index))?.[0].length ?? 0;
    const at = { span: { start: index, end: index + lineEnd } };
    const comment = text.slice(index, index + lineEnd).trimEnd();
    const part = file.partAt(at);
    const instruction = [...file.all()].find((node) => node === part);
    if (!instruction || comment.endsWith(file.escape)) continue;
    if (instruction.heredocs.some(({ span }) => span.start <= index && index < span.end)) continue;
    const blanks = /[ \t]*$/.exec(before)?.[0].length ?? 0;
    const { head } = instruction.keyword === 'ONBUILD' && instruction.trigger ? instruction.trigger : instruction;
    // Without it nothing would be left for the instruction to work on.
    const isAll = /^\s*(?:--\S*\s*)*$/.test(text.slice(head.span.end, index));
    yield {
      at: { span: { start: index, end: index + comment.length } },
      message: say`This comment silences nothing: it has to stand on a line of its own, above the instruction.`,
      fix: isAll
        ? undefined
        : suggestion(
            'Move it above the instruction',
            remove({ span: { start: index - blanks, end: index + comment.length } }),
            addLineBefore(instruction, comment),
          ),
    };
  }
}

const TOOLS = ['hadolint', 'plimsoll', 'tally'];
const SCOPES = ['global', 'stage'];

/** What a comment was meant to be that looks like one that silences findings and is none; undefined where it is prose. */
export function mistypedComment(text: string, isName: (text: string) => boolean): string | undefined {
  if (/^dockerfile-utils\b/i.test(text)) {
    return /^dockerfile-utils[ \t]*[:=-]?[ \t]*ignored?[ \t]*$/i.test(text) ? 'dockerfile-utils: ignore' : undefined;
  }
  const check = /^checks?[ \t]*[:= \t][ \t]*skip[ \t]*[:=][ \t]*([\w,]+)(?=$|[ \t;])(.*)$/i.exec(text);
  if (check) {
    const meant = `check=skip=${check[1] ?? ''}${check[2] ?? ''}`;
    return meant !== text && (check[1] ?? '').split(',').every(isName) ? meant : undefined;
  }
  const found =
    /^([A-Za-z]+)[ \t]*[:,-]?[ \t]*((?:global|stage)[ \t-]+)?([A-Za-z]+(?:-file)?)[ \t]*([:=]?)[ \t]*([\w./-]+(?:[ \t]*[,;][ \t]*[\w./-]+)*)(.*)$/i.exec(
      text,
    );
  if (!found) return undefined;
  const [, tool = '', scope = '', verb = '', sign = '', list = '', rest = ''] = found;
  const [known] = nearestNames(tool, TOOLS, 1, 2);
  const [word] = VERBS.includes(verb.toLowerCase()) ? ['ignore'] : nearestNames(verb, ['ignore', 'ignore-file'], 1, 2);
  const names = list.split(/[ \t]*[,;][ \t]*/);
  // Without a sign it takes the end of the line, or of the sentence, to tell it from prose.
  const isMeant = sign !== '' || rest.trim() === '' || /^[ \t]+#/.test(rest);
  if (known === undefined || word === undefined || !isMeant || !names.every(isName)) return undefined;
  const wide = SCOPES.find((one) => scope.toLowerCase().startsWith(one));
  return `${known} ${wide === undefined || known === 'plimsoll' ? '' : `${wide} `}${word}=${names.join(',')}${rest}`;
}

/** Words of other linters for the same thing. */
const VERBS = ['disable', 'skip', 'noqa', 'nolint'];
