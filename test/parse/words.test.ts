import assert from 'node:assert/strict';
import type { Instructions, Keyword } from '../../shared-rules/src/model/dockerfile.js';
import type { Part, Word } from '../../shared-rules/src/model/file.js';
import { readImage } from '../../shared-rules/src/parse/image.js';
import { readJsonForm } from '../../shared-rules/src/parse/json-form.js';
import { readWord } from '../../shared-rules/src/parse/words.js';
import { read, table } from './tables.js';

const parse = (text: string) => read('dockerfile', text);

function first<K extends Keyword>(text: string, keyword: K): Instructions[K] {
  const [node] = parse(text).all(keyword);
  assert.ok(node, `no ${keyword}`);
  return node;
}
const at = (text: string, { span }: Pick<Word, 'span'>): string => text.slice(span.start, span.end);
/** A word with the text under its span, where it is another. */
const placed = (text: string, word: Word | undefined): string => {
  if (!word) return '-';
  const below = at(text, word);
  return `${word.text}${below === word.text ? '' : `{${below}}`}`;
};

function partsOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return `'${part.text}'`;
      if (part.kind === 'substitution') return '$()';
      const operand = part.operand === undefined ? '' : `{${partsOf(part.operand)}}`;
      return `$${part.name}${part.operator === undefined ? '' : ` ${part.operator}`}${operand}`;
    })
    .join('+');
}

/** A word's value, then its parts unless it is literal. */
const valueOf =
  (escape: '\\' | '`') =>
  (text: string): string => {
    const word = readWord(text, 0, text.length, escape);
    return word.literal ? word.text : `${word.text}  ${partsOf(word.parts)}`;
  };

table('Quotes and escapes', valueOf('\\'), [
  ['a', 'a'],
  ['"a b"', 'a b'],
  ["'a b'", 'a b'],
  ['a"b"c', 'abc'],
  ['"a\'b"', "a'b"],
  ["'a\"b'", 'a"b'],
  ['""', ''],
  ['a\\ b', 'a b'],
  ['\\a', 'a'],
  ['\\\\', '\\'],
  ['a\\', 'a'],
  ['"a\\"b"', 'a"b'],
  ['"a\\\\b"', 'a\\b'],
  ['"a\\nb"', 'a\\nb'],
  ['"a\\$b"', 'a$b'],
  ["'a\\'", 'a\\'],
  ["'a\\b'", 'a\\b'],
  ['"open', 'open'],
  ["'open", 'open'],
  ['a`b', 'a`b'],
]);

table('Quotes and escapes with a backtick', valueOf('`'), [
  ['C:\\x', 'C:\\x'],
  ['a` b', 'a b'],
  ['"a`"b"', 'a"b'],
  ['"a\\"', 'a\\'],
  ['`$a', '$a'],
  ['\\$a', "\\$a  '\\'+$a"],
  ["'a`'", 'a`'],
]);

table('Variables', valueOf('\\'), [
  ['$a', '$a  $a'],
  ['${a}', '${a}  $a'],
  ['x$a-y', "x$a-y  'x'+$a+'-y'"],
  ['$a_1$b', '$a_1$b  $a_1+$b'],
  ['"$a b"', "$a b  $a+' b'"],
  ["'$a'", '$a'],
  ["'${a}'", '${a}'],
  ['\\$a', '$a'],
  ['\\${a}', '${a}'],
  ['"\\$a"', '$a'],
  ['$', '$'],
  ['a$', 'a$'],
  ['$.', '$.'],
  ['$12a', "$12a  $12+'a'"],
  ['$@', '$@  $@'],
  ['$$a', "$$a  $$+'a'"],
  ['${1}', '${1}  $1'],
  ['$é', '$é  $é'],
  ['${a:-b}', "${a:-b}  $a :-{'b'}"],
  ['${a-b}', "${a-b}  $a -{'b'}"],
  ['${a:-}', "${a:-}  $a :-{''}"],
  ['${a:+b}', "${a:+b}  $a :+{'b'}"],
  ['${a+b}', "${a+b}  $a +{'b'}"],
  ['${a:?b c}', "${a:?b c}  $a :?{'b c'}"],
  ['${a?b}', "${a?b}  $a ?{'b'}"],
  ['${a:=b}', "${a:=b}  $a :={'b'}"],
  ['${a#x}', "${a#x}  $a #{'x'}"],
  ['${a##*/}', "${a##*/}  $a ##{'*/'}"],
  ['${a%x}', "${a%x}  $a %{'x'}"],
  ['${a%%.*}', "${a%%.*}  $a %%{'.*'}"],
  ['${a/b/c}', "${a/b/c}  $a /{'b/c'}"],
  ['${a//b/c}', "${a//b/c}  $a //{'b/c'}"],
  ['${a:0:3}', "${a:0:3}  $a :{'0:3'}"],
  ['${a^^}', "${a^^}  $a ^{'^'}"],
  ['${a:-$b}', '${a:-$b}  $a :-{$b}'],
  ['${a:-${b:-c}}d', "${a:-${b:-c}}d  $a :-{$b :-{'c'}}+'d'"],
  ['${a:-"}"}b', "${a:-\"}\"}b  $a :-{'}'}+'b'"],
  ["${a:-'}'}b", "${a:-'}'}b  $a :-{'}'}+'b'"],
  ['${a:-\\}}b', "${a:-\\}}b  $a :-{'}'}+'b'"],
  ['"${a:-"b c"}"', '${a:-"b c"}  $a :-{\'b c\'}'],
  ['"${a:-it\'s}"', "${a:-it's}  $a :-{'its'}"],
  ['${', '${  $()'],
  ['x${a', "x${a  'x'+$()"],
  ['x${a:-${b}', "x${a:-${b}  'x'+$()"],
  ['${}b', "${}b  $()+'b'"],
  ['${:x}b', "${:x}b  $()+'b'"],
  ['${${a}}b', "${${a}}b  $$ {{'a}'}+'b'"],
  ['${a${b}', '${a${b}  $()'],
]);

const pairs =
  (keyword: 'ENV' | 'LABEL' | 'ARG') =>
  (rest: string): string => {
    const text = rest.startsWith('#') ? rest : `${keyword} ${rest}`;
    const node = first(text, keyword);
    const list = node.pairs.map((pair) => {
      const raw = at(text, pair);
      const pairText = `${placed(text, pair.name)}=${placed(text, pair.value)}`;
      return pairText === raw ? pairText : `${pairText}  <${raw}>`;
    });
    return `${'isLegacy' in node && node.isLegacy ? 'legacy ' : ''}${list.join(' | ')}`;
  };

table('Pairs of ENV', pairs('ENV'), [
  ['a=b', 'a=b'],
  ['a=b c=d', 'a=b | c=d'],
  ['a="b c" d=e', 'a=b c{"b c"}  <a="b c"> | d=e'],
  ["a='b c'", "a=b c{'b c'}  <a='b c'>"],
  ['a=b\\ c d=e', 'a=b c{b\\ c}  <a=b\\ c> | d=e'],
  ['a=x"y z"w', 'a=xy zw{x"y z"w}  <a=x"y z"w>'],
  ['"a"=b', 'a{"a"}=b  <"a"=b>'],
  ['a=', 'a='],
  ['a==b', 'a==b'],
  ['a="x=y"', 'a=x=y{"x=y"}  <a="x=y">'],
  ['a="\\"" b=c', 'a="{"\\""}  <a="\\""> | b=c'],
  ["a='\\' b=c", "a=\\{'\\'}  <a='\\'> | b=c"],
  ['a=b c', 'a=b | c=-  <c>'],
  ['a=b \\\n  c=d', 'a=b | c=d'],
  ['a=b\\\nc', 'a=bc{b\\⏎c}  <a=b\\⏎c>'],
  ['a="b \\\n  c"', 'a=b   c{"b \\⏎  c"}  <a="b \\⏎  c">'],
  ['a=$b', 'a=$b'],
  ['a="open b=c', 'a=open b=c{"open b=c}  <a="open b=c>'],
  ['a b', 'legacy a=b  <a b>'],
  ['a   b c=d  ', 'legacy a=b c=d  <a   b c=d>'],
  ['a "b" c', 'legacy a=b c{"b" c}  <a "b" c>'],
  ['a', 'legacy a=-  <a>'],
  ['"a b" c', 'legacy a{"a}=b c{b" c}  <"a b" c>'],
  ['"a b"=c', 'a b{"a b"}=c  <"a b"=c>'],
  ['a = b', 'legacy a== b  <a = b>'],
  ['a\tb', 'legacy a=b  <a→b>'],
  ['# escape=`\nENV p=C:\\a q=b` c', 'p=C:\\a | q=b c{b` c}  <q=b` c>'],
  ['# escape=`\nENV p="C:\\" q=d', 'p=C:\\{"C:\\"}  <p="C:\\"> | q=d'],
]);

table('Pairs of LABEL', pairs('LABEL'), [
  ['a.b-c="d e"', 'a.b-c=d e{"d e"}  <a.b-c="d e">'],
  ['"a b"="c"', 'a b{"a b"}=c{"c"}  <"a b"="c">'],
  ['a b', 'legacy a=b  <a b>'],
]);

table('Pairs of ARG', pairs('ARG'), [
  ['a', 'a=-  <a>'],
  ['a=b', 'a=b'],
  ['a=1 b=2 c', 'a=1 | b=2 | c=-  <c>'],
  ['a b', 'a=-  <a> | b=-  <b>'],
  ['a="x y" b=', 'a=x y{"x y"}  <a="x y"> | b='],
]);

const head = (text: string): string => {
  const [node] = parse(text).all();
  assert.ok(node);
  const flags = node.flags.map(
    (flag) => `${at(text, flag)}(${flag.name}${flag.value ? `=${placed(text, flag.value)}` : ''})`,
  );
  return [placed(text, node.head), ...flags, '|', at(text, node.body)].join(' ').trim();
};

table('Heads: keywords, flags and where they end', head, [
  ['RUN a --b', 'RUN | a --b'],
  ['RUN a--b --x', 'RUN | a--b --x'],
  ['RUN --a=b c --d', 'RUN --a=b(a=b) | c --d'],
  ['COPY --link --from=x a b', 'COPY --link(link) --from=x(from=x) | a b'],
  ['COPY --a= b', 'COPY --a=(a=) | b'],
  ['RUN --a=b=c d', 'RUN --a=b=c(a=b=c) | d'],
  ['CMD --a -- --b c', 'CMD --a(a) | --b c'],
  ['CMD -- a', 'CMD | a'],
  ['CMD --', 'CMD |'],
  ['CMD --a ["b"]', 'CMD --a(a) | ["b"]'],
  ['RUN --a="b c" d', 'RUN --a="b c"(a=b c{"b c"}) | d'],
  ["RUN --a='b c' d", "RUN --a='b c'(a=b c{'b c'}) | d"],
  ['RUN --a=b\\ c d', 'RUN --a=b\\ c(a=b c{b\\ c}) | d'],
  ['RUN --a=b \\\n  --c=d \\\n  e', 'RUN --a=b(a=b) --c=d(c=d) | e'],
  ['RUN --a=b\\\nc d', 'RUN --a=b\\⏎c(a=bc{b\\⏎c}) | d'],
  [
    'HEALTHCHECK --interval=5s --retries=3 CMD --x',
    'HEALTHCHECK --interval=5s(interval=5s) --retries=3(retries=3) | CMD --x',
  ],
  ['LABEL --a=b c=d', 'LABEL --a=b(a=b) | c=d'],
  ['WAT --a=b "c d"', 'WAT --a=b(a=b) | "c d"'],
  ['FROM --platform=$P a', 'FROM --platform=$P(platform=$P) | a'],
  ['from\t--platform=x\ta', 'from --platform=x(platform=x) | a'],
  ['ONBUILD COPY --from=x a b', 'ONBUILD | COPY --from=x a b'],
  ['RUN --🐳=鯨 a', 'RUN --🐳=鯨(🐳=鯨) | a'],
  ['RUN', 'RUN |'],
]);

const json = (text: string): string => {
  const form = readJsonForm(text, 0);
  if (!form) return 'none';
  if (form.kind === 'array')
    return (
      form.items
        .map(({ text: value, start, end }) => {
          const below = text.slice(start, end);
          return `‹${value}${value === below ? '' : `{${below}}`}›`;
        })
        .join('') || 'empty'
    );
  if (form.kind === 'mixed') return `mixed at ${text.slice(form.at, form.at + 1)}`;
  return `${text.slice(form.at, form.end) || 'end'}: ${form.reason}${form.meant ? `: ${form.meant.join('|')}` : ''}`;
};

table('JSON forms', json, [
  ['["a","b"]', '‹a›‹b›'],
  ['[ "a" ,\t"b" ]  ', '‹a›‹b›'],
  ['[]', 'empty'],
  ['[""]', '‹›'],
  ['  ["a"]', '‹a›'],
  ['["a\\"b"]', '‹a"b{a\\"b}›'],
  ['["\\u0041\\/"]', '‹A/{\\u0041\\/}›'],
  ['["a\\\\"]', '‹a\\{a\\\\}›'],
  ['["é🐳"]', '‹é🐳›'],
  ['a ["b"]', 'none'],
  ['', 'none'],
  ['["a", 1]', 'mixed at 1'],
  ['[1]', 'mixed at 1'],
  ['["a", ["b"]]', 'mixed at ['],
  ['[true]', 'mixed at t'],
  ['[null, "a"]', 'mixed at n'],
  ['[{}]', 'mixed at {'],
  ["['a', 'b']", "': JSON wants double quotes: a|b"],
  ['["a", \'b\']', "': JSON wants double quotes: a|b"],
  ['["a",]', ']: the comma before the closing bracket is one too many: a'],
  ['["a", "b"', 'end: the closing bracket is missing: a|b'],
  ['["a",', 'end: the closing bracket is missing: a'],
  ['[', 'end: the closing bracket is missing'],
  ['["a" "b"]', '": a comma is missing here'],
  ['["a", b]', 'b: every element must be a string in double quotes'],
  ['["a', '": the closing quote is missing'],
  ['["a\\"]', '": the closing quote is missing'],
  ['["a\\xb"]', '": the string holds an escape or a character that JSON does not know'],
  ['["a\tb"]', '": the string holds an escape or a character that JSON does not know: a→b'],
  ['["a"] b', 'b: there is text behind the closing bracket'],
  ['["a"] ]', ']: there is text behind the closing bracket'],
  ['[ -f a ] && b', '-: every element must be a string in double quotes'],
  ['"["a"]"', 'none'],
]);

/** form, arguments, command text, and the near-JSON reason of the first instruction that runs something. */
const runs = (text: string): string => {
  const [node] = parse(text).allWithTriggers('RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK');
  assert.ok(node);
  const type = node.keyword === 'HEALTHCHECK' ? `${node.type?.text ?? 'no type'} ` : '';
  const argv = node.argv.map((word) => placed(text, word)).join('|');
  const command = node.commandText ? `‹${node.commandText.text}›` : 'nothing';
  return `${type}${node.form} ${argv}${argv ? ' ' : ''}${command}${node.nearJson ? ` near: ${node.nearJson.reason}` : ''}`;
};

table('Forms of what is run', runs, [
  ['RUN a b', 'shell ‹a b›'],
  ['RUN  a \\\n  b  ', 'shell ‹a   b›'],
  ['RUN ["a", "b"]', 'exec a|b ‹["a", "b"]›'],
  ['RUN ["a", \\\n  "b"]', 'exec a|b ‹["a",   "b"]›'],
  ['RUN ["a\\\nb"]', 'exec ab{a\\⏎b} ‹["ab"]›'],
  ['RUN ["a", \\\n# c\n\n"b"]\n', 'exec a|b ‹["a", "b"]›'],
  ['# escape=`\nRUN ["a", `\n"C:\\\\b"]', 'exec a|C:\\b{C:\\\\b} ‹["a", "C:\\\\b"]›'],
  ['CMD ["a", "b"', 'shell ‹["a", "b"› near: the closing bracket is missing'],
  ['CMD --x ["a"]', 'exec a ‹["a"]›'],
  ['CMD ["a", 1]', 'shell ‹["a", 1]›'],
  ['RUN <<E\na\nE', 'heredoc ‹<<E›'],
  ['RUN <<E bash\na\nE', 'heredoc ‹<<E bash›'],
  ['RUN bash -eux <<E\na\nE', 'heredoc ‹bash -eux <<E›'],
  ['RUN bash -eo pipefail <<-"E"\na\nE', 'heredoc ‹bash -eo pipefail <<-"E"›'],
  ['RUN python3 <<E\na\nE', 'shell ‹python3 <<E›'],
  ['RUN cat <<E > f\na\nE', 'shell ‹cat <<E > f›'],
  ['RUN <<A <<B\nA\nB', 'shell ‹<<A <<B›'],
  ['HEALTHCHECK NONE', 'NONE shell nothing'],
  ['HEALTHCHECK CMD a b', 'CMD shell ‹a b›'],
  ['HEALTHCHECK --interval=5s \\\n cmd ["a"]', 'cmd exec a ‹["a"]›'],
  ['HEALTHCHECK CMD', 'CMD shell nothing'],
  ['HEALTHCHECK a', 'a shell nothing'],
  ['HEALTHCHECK', 'no type shell nothing'],
  ['HEALTHCHECK ["a"]', '[a] shell nothing'],
  ['ONBUILD RUN ["a"]', 'exec a ‹["a"]›'],
  ['CMD', 'shell nothing'],
]);

/** The commands of the first instruction that runs something, each with the text under its span. */
const commands = (text: string): string => {
  const [node] = parse(text).allWithTriggers('RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK');
  assert.ok(node);
  return node.commands
    .map(
      (command) =>
        `${[command.program, ...command.args].map(({ text: word }) => word).join(' ')}{${at(text, command)}}`,
    )
    .join(' | ');
};

table('Commands, to the character', commands, [
  ['RUN a && \\\n# c\n  b c', 'a{a} | b c{b c}'],
  ['RUN a \\\r\n  b && c\r\n', 'a b{a \\␍⏎  b} | c{c}'],
  ['RUN <<E\na b\nc\nE', 'a b{a b} | c{c}'],
  ['RUN <<E\r\na \\\r\n b\r\nc\r\nE\r\n', 'a b{a \\␍⏎ b} | c{c}'],
  ['RUN cat <<E > f && b\nx\nE', 'cat{cat <<E > f} | b{b}'],
  ['RUN cat <<E > f && b\r\nx\r\nE\r\nRUN c', 'cat{cat <<E > f} | b{b}'],
  ['RUN cat <<A; cat <<B\r\nx\r\nA\r\ny\r\nB\r\n', 'cat{cat <<A} | cat{cat <<B}'],
  ['RUN bash <<E\na\nE', 'a{a}'],
  ['RUN <<E\n#!/usr/bin/env python3\na b\nE', ''],
  ['RUN <<E\n#!/bin/bash\na b\nE', 'a b{a b}'],
  ['RUN python3 <<E\na b\nE', 'python3{python3 <<E}'],
  ['RUN ["a", "b"]', 'a b{a", "b}'],
  ['RUN ["sh", "-c", "a && b"]', 'sh -c a && b{sh", "-c", "a && b} | a{a} | b{b}'],
  ['RUN ["a", 1]', ''],
  ['HEALTHCHECK CMD a || exit 1', 'a{a} | exit 1{exit 1}'],
  ['# escape=`\nFROM alpine\nRUN a `\n b', 'a b{a `⏎ b}'],
  ['# escape=`\nRUN a `\n b', ''],
  ['FROM x\nSHELL ["pwsh", "-c"]\nRUN a; b', ''],
  ['FROM x\nSHELL ["pwsh", "-c"]\nRUN ["a"]', 'a{a}'],
  ['ONBUILD RUN a \\\n b', 'a b{a \\⏎ b}'],
]);

const image = (text: string): string => {
  const { name, repository, registry, tag, digest } = readImage(text);
  return [
    registry === undefined ? '' : `[${registry}]`,
    name,
    `(${repository})`,
    tag && `:${tag.text}`,
    digest && `@${digest.text}`,
  ]
    .filter(Boolean)
    .join(' ');
};

table('Image references', image, [
  ['alpine', 'alpine (alpine)'],
  ['alpine:3.20', 'alpine (alpine) :3.20'],
  ['team/app:1', 'team/app (app) :1'],
  ['ghcr.io/team/app', '[ghcr.io] ghcr.io/team/app (app)'],
  ['reg:5000/a/b:1.2@sha256:ab', '[reg:5000] reg:5000/a/b (b) :1.2 @sha256:ab'],
  ['localhost:5000/img', '[localhost:5000] localhost:5000/img (img)'],
  ['localhost/img', '[localhost] localhost/img (img)'],
  ['reg.example.com:5000/img', '[reg.example.com:5000] reg.example.com:5000/img (img)'],
  ['alpine@sha256:ab', 'alpine (alpine) @sha256:ab'],
  ['alpine:', 'alpine (alpine) :'],
  ['${REG:-a.b/c}/img', '${REG:-a.b/c}/img (img)'],
  ['${REG:-a.b}/x/img:1', '${REG:-a.b}/x/img (img) :1'],
  ['$REG/img:$V', '$REG/img (img) :$V'],
  ['${I:-a/b:c}', '${I:-a/b:c} (${I:-a/b:c})'],
  ['img:${V:-${W:-1}}@${D}', 'img (img) :${V:-${W:-1}} @${D}'],
  ['${', '${ (${)'],
  ['', '()'],
]);

const from = (text: string): string => {
  const node = [...parse(text).all('FROM')].at(-1);
  assert.ok(node);
  const { image: found, alias } = node;
  const resolved = found.resolved
    ? ` = ${found.resolved.name} ${found.resolved.tag ?? ''} ${found.resolved.digest ?? ''}`.trimEnd()
    : '';
  const tag = found.tag
    ? `:${placed(text, found.tag)}${found.tag.literal ? '' : `=${node.valueOf(found.tag) ?? '?'}`}`
    : '';
  return `${found.name} ${tag}${found.digest ? `@${placed(text, found.digest)}` : ''} as ${placed(text, alias)} ${found.value ?? '?'}${resolved}`;
};

table('The image of a FROM', from, [
  ['FROM a:1 AS b', 'a :1 as b a:1'],
  ['FROM a:1 as b', 'a :1 as b a:1'],
  ['FROM a:1 of b', 'a :1 as - a:1'],
  ['FROM a AS', 'a  as - a'],
  ['FROM', '  as - '],
  ['FROM --platform=x r:5/a:1@sha256:c', 'r:5/a :1@sha256:c as - r:5/a:1@sha256:c'],
  ['FROM "a:1"', 'a :1{"a:1"} as - a:1'],
  ['FROM a:\\\n1', 'a :1 as - a:1'],
  ['FROM a\\\n:1', 'a :1 as - a:1'],
  ['ARG V=1\nFROM a:$V', 'a :$V=1 as - a:1 = a 1'],
  ['ARG V=1\nFROM a:${V}-x@sha256:d', 'a :${V}-x=1-x@sha256:d as - a:1-x@sha256:d = a 1-x sha256:d'],
  ['ARG I=r:5/a:2\nFROM $I', '$I  as - r:5/a:2 = r:5/a 2'],
  ['ARG V\nFROM a:$V', 'a :$V=? as - ?'],
  ['ARG V\nFROM a:${V:-3}', 'a :${V:-3}=3 as - a:3 = a 3'],
  ['FROM a:$V', 'a :$V= as - a: = a'],
  ['FROM a:${V', 'a :${V=? as - ?'],
  ['FROM a:$TARGETARCH', 'a :$TARGETARCH=? as - ?'],
]);

const mount = (text: string): string =>
  first(text, 'RUN')
    .mounts.map(
      ({ type, options, target, from: source, ...located }) =>
        `${type} ${[...options].map(([key, value]) => `${key}=${value}`).join(' ')}; ${target ?? '-'} ${placed(text, source)} <${at(text, located)}>`,
    )
    .join(' | ');

table('Mounts', mount, [
  ['RUN --mount=type=cache,target=/a b', 'cache type=cache target=/a; /a - <--mount=type=cache,target=/a>'],
  ['RUN --mount=dst=/a,src=b,ro c', 'bind target=/a source=b readonly=; /a - <--mount=dst=/a,src=b,ro>'],
  ['RUN --mount=TYPE=Cache,Destination=/a b', 'cache type=Cache target=/a; /a - <--mount=TYPE=Cache,Destination=/a>'],
  ['RUN --mount=from=x,target=/a b', 'bind from=x target=/a; /a x <--mount=from=x,target=/a>'],
  ['RUN --mount=from b', 'bind from=; - - <--mount=from>'],
  ['RUN --mount=type=bind,"source=a,b" c', 'bind type=bind source=a,b; - - <--mount=type=bind,"source=a,b">'],
  ['RUN --mount=type=bind,"from=x" c', 'bind type=bind from=x; - x <--mount=type=bind,"from=x">'],
  ['RUN --mount=type=bind,from="x" c', 'bind type=bind from=x; - x <--mount=type=bind,from="x">'],
  ['RUN --mount=target=$A,from=$B c', 'bind target=$A from=$B; $A $B <--mount=target=$A,from=$B>'],
  [
    'RUN --mount=type=ssh --mount=type=tmpfs,target=/t a',
    'ssh type=ssh; - - <--mount=type=ssh> | tmpfs type=tmpfs target=/t; /t - <--mount=type=tmpfs,target=/t>',
  ],
  ['RUN --mount=type=cache,\\\ntarget=/a b', 'cache type=cache target=/a; /a - <--mount=type=cache,\\⏎target=/a>'],
  ['RUN --mount a', 'bind ; - - <--mount>'],
]);

const copy = (text: string): string => {
  const [node] = parse(text).all('COPY', 'ADD');
  assert.ok(node);
  const sources = node.sources.map((word) => placed(text, word)).join(' ');
  return `${sources} > ${placed(text, node.target)}${node.isJson ? ' json' : ''}`;
};

table('Sources and targets', copy, [
  ['COPY a b c/', 'a b > c/'],
  ['COPY a "b c"', 'a b{"b} > c{c"}'],
  ['COPY ["a b", "c"]', 'a b > c json'],
  ['COPY [ "a", "b"', '[ a,{"a",} > b{"b"}'],
  ['COPY <<E /a\nx\nE', ' > /a'],
  ['COPY a <<E /d/\nx\nE', 'a > /d/'],
  ['COPY <<"x y" /a\nx y', ' > /a'],
  ['COPY a', ' > -'],
  ['COPY', ' > -'],
  ['ADD https://a/b.tgz /x', 'https://a/b.tgz > /x'],
  ['COPY a\\ b c', 'a{a\\} b > c'],
  ['# escape=`\nCOPY a C:\\dir\\', 'a > C:\\dir\\'],
]);

const user = (text: string): string => {
  const node = first(text, 'USER');
  return `${placed(text, node.name)} ${placed(text, node.group)} ${node.name.literal ? '' : (node.valueOf(node.name) ?? '?')}`.trim();
};

table('Users and groups', user, [
  ['USER a', 'a -'],
  ['USER a:b', 'a b'],
  ['USER 1000:0', '1000 0'],
  ['USER "a:b"', 'a{"a:b"} b{"a:b"}'],
  ['USER a:', 'a'],
  ['USER ${U:-a}:g', '${U:-a} g ?'],
  ['FROM scratch\nARG U=x\nUSER $U:g', '$U g x'],
  ['FROM scratch\nUSER ${U:-a:b}', '${U:-a:b} - a:b'],
  ['USER', '-'],
]);

table(
  'What is written',
  (text) => {
    const [node] = parse(text).all();
    assert.ok(node);
    return node.words.map((word) => node.written(word)).join(' | ');
  },
  [
    ['COPY a "b" $c', 'a | "b" | $c'],
    ['COPY a\\\nb c\\ d', 'ab | c\\ | d'],
    ['CMD ["a", "\\u0041"]', 'a | \\u0041'],
  ],
);
