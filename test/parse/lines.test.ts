import assert from 'node:assert/strict';
import { segment } from '../../shared-rules/src/parse/lines.js';
import { sourceOf } from '../../shared-rules/src/parse/place.js';
import { read, table, visible } from './tables.js';

const parse = (text: string) => read('dockerfile', text);

/** What the builder reads of each instruction, with its heredocs; `…` where a continuation has nothing behind it. */
const joined = (text: string): string =>
  segment(text)
    .instructions.map((found) => {
      const { heredocs, start, end, isOpen } = found;
      const { text: head } = found.joined(text.slice(start, end));
      const bodies = heredocs.map(({ name, body, expands, stripsTabs, terminated }) => {
        const marks = `${stripsTabs ? '-' : ''}${expands ? '' : '!'}${terminated ? '' : '?'}`;
        return ` «${marks}${name}: ${text.slice(start + body.start, start + body.end)}»`;
      });
      return head + bodies.join('') + (isOpen ? '…' : '');
    })
    .join(' | ');

/** Each instruction as it stands in the file. */
const spans = (text: string): string => [...parse(text).all()].map(({ span }) => at(text, span)).join(' | ');
const at = (text: string, { start, end }: { start: number; end: number }): string => text.slice(start, end);

/** The words of each instruction with the text under their spans, where it is another. */
const words = (text: string): string =>
  [...parse(text).all()]
    .map((node) =>
      node.words
        .map((word) => {
          const below = at(text, word.span);
          return below === word.text ? word.text : `${word.text}{${below}}`;
        })
        .join(' '),
    )
    .join(' | ');

const directives = (text: string): string => {
  const { escape, directives: found, comments } = parse(text);
  return [
    ...found.map(({ name, value }) => `${at(text, name.span)}=${at(text, value.span)}`),
    ...comments.map((comment) => `#${comment.text}`),
    escape,
  ].join(' ');
};

/** For each comment, the instruction that it speaks for; for each instruction, `^` if a comment stands above. */
const comments = (text: string): string => {
  const file = parse(text);
  const found = file.comments.map((comment) => {
    const part = file.partAfter(comment);
    return `${comment.text}{${at(text, comment.span)}}>${part ? at(text, part.span).split('\n')[0] : '-'}`;
  });
  const below = [...file.all()]
    .filter(({ hasCommentAbove }) => hasCommentAbove)
    .map(({ words: [first] }) => first?.text);
  return [...found, `^ ${below.join(' ')}`].join('; ');
};

const emptyLines = (text: string): string =>
  segment(text)
    .instructions.map((one) => one.emptyLines.join(','))
    .join(' | ');

table('Lines that are continued', joined, [
  ['RUN a\nRUN b', 'RUN a | RUN b'],
  ['RUN a \\\n  b', 'RUN a   b'],
  ['RUN a\\\nb', 'RUN ab'],
  ['RUN a \\ \t\n b', 'RUN a  b'],
  ['FR\\\nOM alpine', 'FROM alpine'],
  ['RUN a \\\\\nRUN b', 'RUN a \\\\ | RUN b'],
  ['RUN a \\\\\\\nRUN b', 'RUN a \\\\\\ | RUN b'],
  ['RUN a \\ x\nRUN b', 'RUN a \\ x | RUN b'],
  ['RUN a \\\n\\\nb', 'RUN a b'],
  ['RUN a \\\n  \\\n  b', 'RUN a     b'],
  ['RUN a \\\n# c\n b', 'RUN a  b'],
  ['RUN a \\\n# c \\\n b', 'RUN a  b'],
  ['RUN a \\\n  # c\n\n \t\n# d\n b\nRUN c', 'RUN a  b | RUN c'],
  ['RUN a # no comment \\\n b', 'RUN a # no comment  b'],
  ['RUN a \\\n\nFROM b', 'RUN a FROM b'],
  ['RUN a \\', 'RUN a …'],
  ['RUN a \\\n', 'RUN a …'],
  ['RUN a \\\n\n# c\n', 'RUN a …'],
  ['\\\nFROM a', 'FROM a'],
  ['  \\\n  \\\n  FROM a\n', 'FROM a'],
  ['\\\n# c\n\nFROM a \\\n b', 'FROM a  b'],
  ['FROM a\n\\\n', 'FROM a | …'],
  ['  FROM a\n\tRUN b  ', 'FROM a | RUN b  '],
  ['RUN\ta\\\n\tb', 'RUN→a→b'],
  ['\u00A0FROM a\n\u3000\n\u2003# c\nRUN b', 'FROM a | RUN b'],
  ['', ''],
  ['\n \n\t\n', ''],
  ['# c', ''],
]);

table('Line endings and the byte order mark', joined, [
  ['FROM a\r\nRUN b \\\r\n  c\r\n', 'FROM a | RUN b   c'],
  ['RUN a \\\r\n# c\r\n\r\n b', 'RUN a  b'],
  ['RUN a \\ \r\n b', 'RUN a  b'],
  ['RUN a \\\r\r\n b', 'RUN a  b'],
  ['RUN a\r', 'RUN a'],
  ['\uFEFFFROM a', 'FROM a'],
  ['\uFEFF# escape=`\nRUN a `\n b', 'RUN a  b'],
  ['\uFEFF\r\nFROM a', 'FROM a'],
  ['RUN <<E\r\na\r\nE\r\nRUN b', 'RUN <<E «E: a␍⏎» | RUN b'],
]);

table('Directives and where they end', directives, [
  ['# syntax=docker/dockerfile:1\nFROM a', 'syntax=docker/dockerfile:1 \\'],
  ['#escape=`\nFROM a', 'escape=` `'],
  ['# Escape = ` \nFROM a', 'Escape=` `'],
  ['#\tescape\t=\t`\t\r\nFROM a', 'escape=` `'],
  ['  # escape=`', 'escape=` `'],
  ['# syntax=x\n# escape=`\n# check=skip=A;error=true', 'syntax=x escape=` check=skip=A;error=true `'],
  ['# other=1\n# escape=`', '#other=1 #escape=` \\'],
  ['# a comment\n# escape=`', '#a comment #escape=` \\'],
  ['\n# escape=`', '#escape=` \\'],
  ['FROM a\n# escape=`', '#escape=` \\'],
  ['# syntax=x\n\n# escape=`', 'syntax=x #escape=` \\'],
  ['# escape=\n# syntax=x', '#escape= #syntax=x \\'],
  ['# escape=x', 'escape=x \\'],
  ['# escape=\\', 'escape=\\ \\'],
  ['# escape=`\n# escape=\\', 'escape=` escape=\\ `'],
  ['#syntax=a=b', 'syntax=a=b \\'],
  ['# syn tax=a', '#syn tax=a \\'],
]);

table('A backtick that continues', joined, [
  ['# escape=`\nRUN a `\n b \\\nRUN c', 'RUN a  b \\ | RUN c'],
  ['# escape=`\nRUN a ``\nRUN b', 'RUN a `` | RUN b'],
  ['# escape=`\nCOPY a C:\\\nRUN b', 'COPY a C:\\ | RUN b'],
  ['# escape=`\nRUN <<"E" `\n # c\n > f\na\nE', 'RUN <<"E"  > f «!E: a⏎»'],
]);

table('Heredocs', joined, [
  ['RUN <<EOF\na\nEOF\nRUN b', 'RUN <<EOF «EOF: a⏎» | RUN b'],
  ['run <<EOF\na\nEOF', 'run <<EOF «EOF: a⏎»'],
  ['COPY <<a /a\nx\na\nADD <<b /b\ny\nb', 'COPY <<a /a «a: x⏎» | ADD <<b /b «b: y⏎»'],
  ['RUN 3<<EOF\na\nEOF', 'RUN 3<<EOF «EOF: a⏎»'],
  ['RUN <<-E\n\ta\n\t\tE\nRUN b', 'RUN <<-E «-E: →a⏎» | RUN b'],
  ['RUN <<E\n\tE\nE', 'RUN <<E «E: →E⏎»'],
  ['RUN <<E\nE \n E\nEE\nE', 'RUN <<E «E: E ⏎ E⏎EE⏎»'],
  ['RUN <<"E"\na\nE', 'RUN <<"E" «!E: a⏎»'],
  ["RUN <<'E'\na\nE", "RUN <<'E' «!E: a⏎»"],
  ['RUN <<\\E\na\nE', 'RUN <<\\E «!E: a⏎»'],
  ['RUN <<E"O"F\na\nEOF', 'RUN <<E"O"F «!EOF: a⏎»'],
  ["RUN <<'one two'\na\none two\nRUN b", "RUN <<'one two' «!one two: a⏎» | RUN b"],
  ['RUN cat <<EOF>f\na\nEOF>f', 'RUN cat <<EOF>f «EOF>f: a⏎»'],
  ['RUN <<A cat <<B\na\nA\nb\nB\nRUN c', 'RUN <<A cat <<B «A: a⏎» «B: b⏎» | RUN c'],
  ['COPY <<-A <<B /x/\n\tA\nA\nB\nRUN c', 'COPY <<-A <<B /x/ «-A: » «B: A⏎» | RUN c'],
  ['RUN cat <<EOF \\\n  > f\na\nEOF\nRUN b', 'RUN cat <<EOF   > f «EOF: a⏎» | RUN b'],
  ['RUN cat \\\n# c\n\n  <<EOF\na\nEOF', 'RUN cat   <<EOF «EOF: a⏎»'],
  ['RUN <<E\nFROM x\n# c\na \\\n\nE\nRUN b', 'RUN <<E «E: FROM x⏎# c⏎a \\⏎⏎» | RUN b'],
  ['RUN <<E\nE', 'RUN <<E «E: »'],
  ['RUN <<E\na', 'RUN <<E «?E: a»'],
  ['RUN <<E\na\n', 'RUN <<E «?E: a»'],
  ['RUN <<E', 'RUN <<E «?E: »'],
  ['RUN <<E\n', 'RUN <<E «?E: »'],
  ['RUN <<A <<B\na\nB\n', 'RUN <<A <<B «?A: a⏎B» «?B: »'],
  ['ONBUILD RUN <<E\na\nE\nRUN b', 'ONBUILD RUN <<E «E: a⏎» | RUN b'],
  ['ONBUILD CMD <<E\na', 'ONBUILD CMD <<E | a'],
  ['RUN --mount=type=cache,target=/x <<E\na\nE', 'RUN --mount=type=cache,target=/x <<E «E: a⏎»'],
  ['RUN [x] <<E\na\nE', 'RUN [x] <<E «E: a⏎»'],
  ['RUN a $(cat <<E\nx\nE\n)', 'RUN a $(cat <<E «E: x⏎» | )'],
]);

table('What looks like a heredoc and is none', joined, [
  ['RUN cat<<EOF\na', 'RUN cat<<EOF | a'],
  ['RUN cat << EOF\na', 'RUN cat << EOF | a'],
  ['RUN cat <<<x\na', 'RUN cat <<<x | a'],
  ['RUN echo $((1 << 3))\na', 'RUN echo $((1 << 3)) | a'],
  ['RUN echo "<<EOF"\na', 'RUN echo "<<EOF" | a'],
  ['RUN echo "x <<EOF y"\na', 'RUN echo "x <<EOF y" | a'],
  ["RUN echo 'x <<EOF y'\na", "RUN echo 'x <<EOF y' | a"],
  ['RUN echo "x\\" <<EOF y"\na', 'RUN echo "x\\" <<EOF y" | a'],
  ["RUN echo it's <<EOF\na", "RUN echo it's <<EOF | a"],
  ['RUN echo ${x <<EOF\na', 'RUN echo ${x <<EOF | a'],
  ['RUN echo ${x:- <<EOF }\na', 'RUN echo ${x:- <<EOF } | a'],
  ['RUN ["cat", "<<EOF"]\na', 'RUN ["cat", "<<EOF"] | a'],
  ['RUN --x ["a <<EOF b"]\na', 'RUN --x ["a <<EOF b"] | a'],
  ['COPY ["a", " <<EOF "]\na', 'COPY ["a", " <<EOF "] | a'],
  ['RUN a <<-\nb', 'RUN a <<- | b'],
  ['RUN a <<""\nb', 'RUN a <<"" | b'],
  ['CMD <<EOF\na', 'CMD <<EOF | a'],
  ['ENV a=<<EOF\na', 'ENV a=<<EOF | a'],
  ['HEALTHCHECK CMD <<EOF\na', 'HEALTHCHECK CMD <<EOF | a'],
]);

table('Spans of instructions', spans, [
  ['  FROM a  \n\nRUN b \\\n # c\n d\n# e\n', 'FROM a   | RUN b \\⏎ # c⏎ d'],
  ['\uFEFFFROM a\r\nRUN b\r\n', 'FROM a | RUN b'],
  ['RUN a \\\n\n# c\n', 'RUN a \\'],
  ['RUN <<E\na\nE\nRUN b', 'RUN <<E⏎a⏎E | RUN b'],
  ['RUN <<E\na\n\n', 'RUN <<E⏎a⏎'],
  ['\\\n  FROM a\n', 'FROM a'],
  ['# 🐳\nRUN 🐳 \\\n 鯨\nRUN b', 'RUN 🐳 \\⏎ 鯨 | RUN b'],
]);

table('Spans of words, to the character', words, [
  ['RUN a b', 'a b'],
  ['RUN a\\\nb c', 'ab{a\\⏎b} c'],
  ['RUN a \\\n# c\n  b\\\n\n# d\nc \\\n', 'a bc{b\\⏎⏎# d⏎c}'],
  ['COPY \\\n  a \\\r\n  b', 'a b'],
  ['COPY 🐳 /鯨/ \\\n 🐋', '🐳 /鯨/ 🐋'],
  ['# escape=`\nCOPY a`\nb C:\\x', 'ab{a`⏎b} C:\\x'],
  ['CMD ["a", \\\n  "b\\\nc"]', 'a bc{b\\⏎c}'],
  ['EXPOSE "80" $P', '80{"80"} $P'],
  ['\\\nCOPY a b', 'a b'],
]);

table('Comments and what they speak for', comments, [
  ['# a\nFROM x\n#b\n\n#  c \nRUN y', 'a{# a}>FROM x; b{#b}>RUN y; c{#  c }>RUN y; ^ x y'],
  ['RUN a \\\n  # in\n b\n# behind', 'in{# in}>RUN a \\; behind{# behind}>-; ^ '],
  ['RUN a # none\nRUN b', '^ '],
  ['# syntax=x\nFROM a', '^ '],
  ['RUN <<E\n# in\nE\nRUN b', '^ '],
  ['#\r\nFROM a', '{#}>FROM a; ^ a'],
]);

table('Blank lines among continued ones', emptyLines, [
  ['RUN a \\\n\n b', '8'],
  ['RUN a \\\n \n\n b', '8,10'],
  ['RUN a \\\n\\\n b', ''],
  ['RUN a \\\n\n', '8'],
  ['RUN a \\\n', ''],
  ['RUN <<E\n\nE', ''],
]);

describe('The way back from the joined text', () => {
  it('leads every character to itself', () => {
    const text = 'RUN a \\\r\n # c\r\n\r\n b\\\r\nc 🐳 \\\n\\\n d';
    const [found] = segment(text).instructions;
    assert.ok(found);
    const joined = found.joined(text.slice(found.start, found.end));
    for (let index = 0; index < joined.text.length; index += 1) {
      assert.equal(text[found.start + sourceOf(joined, index)], joined.text[index]);
    }
    assert.equal(visible(joined.text), 'RUN a  bc 🐳  d');
  });
});
