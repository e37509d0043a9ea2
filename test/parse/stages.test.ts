import assert from 'node:assert/strict';
import type { Dockerfile, Instruction, Stage } from '../../shared-rules/src/model/dockerfile.js';
import type { State } from '../../shared-rules/src/model/state.js';
import { read, table } from './tables.js';

const parse = (text: string): Dockerfile => read('dockerfile', text);

const nameOf = (stage: Stage): string => `${stage.name?.text ?? ''}#${stage.index}`;

/** Each stage with its base, and `final`, `ships`, `output`, `base` where they hold. */
const stages = (text: string): string =>
  parse(text)
    .stages.map((stage) => {
      const { base, isFinal, ships, isOutput, isBase } = stage;
      const from = base === undefined ? 'nothing' : 'kind' in base ? base.word.text : nameOf(base);
      const marks = Object.entries({ final: isFinal, ships, output: isOutput, base: isBase });
      return [nameOf(stage), '<', from, ...marks.filter(([, holds]) => holds).map(([mark]) => mark)].join(' ');
    })
    .join(' | ');

table('Stages', stages, [
  ['FROM a', '#0 < a final ships output'],
  ['FROM a AS b\nFROM b', 'b#0 < a ships base | #1 < b#0 final ships output'],
  ['FROM a AS b\nFROM c', 'b#0 < a output | #1 < c final ships output'],
  ['FROM a As b\nFROM c\nCOPY --from=b x y', 'b#0 < a | #1 < c final ships output'],
  ['FROM a AS b\nFROM c\nCOPY --from=B x y', 'b#0 < a | #1 < c final ships output'],
  ['FROM a AS B\nFROM c\nCOPY --from=b x y', 'B#0 < a | #1 < c final ships output'],
  ['FROM a\nFROM c\nCOPY --from=0 x y', '#0 < a | #1 < c final ships output'],
  ['FROM a\nFROM c\nCOPY --from=nginx x y', '#0 < a output | #1 < c final ships output'],
  ['FROM a\nFROM c\nCOPY --from=2 x y', '#0 < a output | #1 < c final ships output'],
  ['FROM a AS b\nFROM c\nRUN --mount=from=b,target=/x d', 'b#0 < a | #1 < c final ships output'],
  ['FROM a AS b\nFROM c\nRUN --mount=type=bind,from=0 d', 'b#0 < a | #1 < c final ships output'],
  ['FROM a AS b\nFROM c\nONBUILD COPY --from=b x y', 'b#0 < a | #1 < c final ships output'],
  ['FROM a AS b\nCOPY --from=b x y\nFROM c', 'b#0 < a output | #1 < c final ships output'],
  ['FROM a\nCOPY --from=c x y\nFROM b AS c\nFROM d', '#0 < a output | c#1 < b output | #2 < d final ships output'],
  ['FROM a AS b\nFROM b AS c\nFROM c', 'b#0 < a ships base | c#1 < b#0 ships base | #2 < c#1 final ships output'],
  ['FROM a AS a\nFROM a', 'a#0 < a ships base | #1 < a#0 final ships output'],
  ['FROM b\nFROM a AS b', '#0 < b output | b#1 < a final ships output'],
  ['FROM a AS x\nFROM b AS x\nFROM x', 'x#0 < a output | x#1 < b ships base | #2 < x#1 final ships output'],
  ['FROM a AS 0\nFROM 0', '0#0 < a output | #1 < 0 final ships output'],
  ['FROM a\nFROM 0', '#0 < a output | #1 < 0 final ships output'],
  ['ARG B=b\nFROM a AS b\nFROM $B', 'b#0 < a ships base | #1 < b#0 final ships output'],
  ['ARG B=c\nFROM a AS b\nFROM $B', 'b#0 < a output | #1 < $B final ships output'],
  ['FROM a AS prod\nFROM prod-$X', 'prod#0 < a output | #1 < prod-$X final ships output'],
  ['FROM a AS b\nFROM ${X:-b}', 'b#0 < a ships base | #1 < b#0 final ships output'],
  ['FROM a AS b\nFROM b AS c\nFROM d\nCOPY --from=c x y', 'b#0 < a base | c#1 < b#0 | #2 < d final ships output'],
  ['RUN a', '#-1 < nothing final ships output'],
  ['RUN a\nFROM b\nCOPY --from=0 c d', '#-1 < nothing output | #0 < b final ships output'],
  ['RUN a\nFROM b\nFROM c\nCOPY --from=0 x y', '#-1 < nothing output | #0 < b | #1 < c final ships output'],
  ['ARG a', ''],
  ['', ''],
]);

/** Each instruction with the stage that it stands in. */
const owners = (text: string): string => {
  const file = parse(text);
  const all = [...file.all()].map((node) => `${node.keyword}:${node.stage ? nameOf(node.stage) : '-'}`).join(' ');
  return `${all}; global ${file.globalArgs.map(({ words }) => words[0]?.text).join(' ')}`;
};

table('Where instructions stand', owners, [
  ['ARG a\nFROM b\nARG c\nFROM d', 'ARG:- FROM:#0 ARG:#0 FROM:#1; global a'],
  ['RUN a\nARG b\nFROM c', 'RUN:#-1 ARG:#-1 FROM:#0; global '],
  ['WAT a\nFROM b', 'UNKNOWN:#-1 FROM:#0; global '],
]);

/** What `--from` finds. */
const sources = (text: string): string =>
  [...parse(text).all('COPY')]
    .map(({ from }) => `${from?.word.text ?? '-'}>${from?.stage ? nameOf(from.stage) : 'image'}`)
    .join(' ');

table('What --from finds', sources, [
  ['FROM a AS b\nFROM c\nCOPY --from=b x y\nCOPY --from=0 x y\nCOPY --from=1 x y', 'b>b#0 0>b#0 1>#1'],
  ['FROM a AS b\nFROM c\nCOPY --from=d x y\nCOPY --from=$b x y\nCOPY --from="b" x y', 'd>image $b>image b>b#0'],
  ['FROM a AS 1\nFROM b\nFROM c\nCOPY --from=1 x y', '1>1#0'],
]);

/** The value of the body of every RUN, WORKDIR and LABEL named `_`: what the variables in it stand for there. */
const values = (text: string): string =>
  [...parse(text).all('FROM', 'WORKDIR', 'LABEL')]
    .flatMap((node) => {
      if (node.keyword === 'FROM') return node.image.word.literal ? [] : [node.image.value ?? '?'];
      if (node.keyword === 'WORKDIR') return [node.valueOf(node.path) ?? '?'];
      return node.pairs.map(({ value }) => (value && node.valueOf(value)) ?? '?');
    })
    .join(' ');

table('Variables at a point', values, [
  ['ARG a=1\nFROM x:$a', 'x:1'],
  ['ARG a=1\nARG b=$a-2\nFROM x:$b', 'x:1-2'],
  ['ARG a=1 b=$a\nFROM x:$b', 'x:1'],
  ['ARG a=$b\nARG b=1\nFROM x:$a', 'x:'],
  ['ARG a=1\nFROM scratch\nWORKDIR /$a', '/'],
  ['ARG a=1\nFROM scratch\nARG a\nWORKDIR /$a', '/1'],
  ['ARG a=1\nFROM scratch\nARG a=2\nWORKDIR /$a\nFROM x:$a', '/2 x:1'],
  ['ARG a\nFROM scratch\nARG a\nWORKDIR /$a\nWORKDIR /${a:-d}', '? /d'],
  ['FROM scratch\nARG a\nWORKDIR /$a\nWORKDIR /${a:-d}\nWORKDIR /${a:+s}', '? /d ?'],
  ['FROM scratch\nARG a=1\nARG a\nWORKDIR /$a', '/1'],
  ['FROM scratch\nARG a=1\nARG a=2\nWORKDIR /$a', '/2'],
  ['FROM scratch\nWORKDIR /$a\nARG a=1\nWORKDIR /$a', '/ /1'],
  ['FROM scratch\nENV a=1\nWORKDIR /$a', '/1'],
  ['FROM scratch\nENV a=1 b=$a\nLABEL _=$b', ''],
  ['FROM scratch\nENV a=1\nENV a=2 b=$a\nLABEL _=$b$a', '12'],
  ['FROM scratch\nARG a=1\nENV a=2\nLABEL _=$a', '2'],
  ['FROM scratch\nENV a=2\nARG a=1\nLABEL _=$a', '2'],
  ['FROM scratch\nARG a=1\nENV a=$a-2\nLABEL _=$a', '1-2'],
  ['FROM scratch\nENV a 1 2\nLABEL _=$a', '1 2'],
  ['FROM scratch\nENV a\nLABEL _=$a', ''],
  ['ARG a=1\nFROM scratch\nENV a\nLABEL _=$a', ''],
  ['FROM scratch AS b\nENV a=1\nARG c=2\nFROM b\nLABEL _=$a$c', '12'],
  ['FROM scratch AS b\nENV a=1\nFROM b\nARG a=2\nLABEL _=$a', '1'],
  ['FROM scratch AS b\nARG a=1\nFROM b\nENV a=2\nLABEL _=$a\nFROM b\nLABEL _=$a', '2 1'],
  ['FROM scratch AS b\nARG a=1\nFROM b\nARG a\nLABEL _=$a', '1'],
  ['FROM scratch\nENV a=1\nFROM scratch\nLABEL _=$a', ''],
  ['FROM x\nLABEL _=$a', '?'],
  ['FROM x\nLABEL _=${a:-b}', '?'],
  ['FROM x\nARG a\nLABEL _=${a:-b}', 'b'],
  ['FROM x\nENV a=$PATH:/x\nLABEL _=$a', '?'],
  ['FROM x\nENV a=1\nLABEL _="$a b"\nLABEL _=\'$a\'\nLABEL _=\\$a', '1 b $a $a'],
  ['FROM scratch\nLABEL _=$PATH', '?'],
  ['FROM scratch\nARG TARGETARCH\nLABEL _=$TARGETARCH\nLABEL _=${TARGETARCH:-x}', '? ?'],
  ['FROM x:$BUILDPLATFORM', '?'],
  ['FROM scratch\nONBUILD ENV a=1\nLABEL _=$a', ''],
  ['FROM scratch AS b\nONBUILD ENV a=1\nFROM b\nLABEL _=$a', '1'],
  ['LABEL _=$a', '?'],
]);

const modifiers = (word: string): string => {
  const [label] = parse(`FROM scratch\nENV s=a.b.c e=\nARG n\nLABEL _=${word}`).all('LABEL');
  const value = label?.pairs[0]?.value;
  return (value && label.valueOf(value)) ?? '?';
};

table('Modifiers', modifiers, [
  ['${s:-d}', 'a.b.c'],
  ['${e:-d}', 'd'],
  ['${u:-d}', 'd'],
  ['${s-d}', 'a.b.c'],
  ['${e-d}', ''],
  ['${u-d}', 'd'],
  ['${s:+d}', 'd'],
  ['${e:+d}', ''],
  ['${e+d}', 'd'],
  ['${u+d}', ''],
  ['${s:?x}', 'a.b.c'],
  ['${e:?x}', '?'],
  ['${e?x}', ''],
  ['${u?x}', '?'],
  ['${u:-$s}', 'a.b.c'],
  ['${u:-${e:-${s}}}', 'a.b.c'],
  ['${s:=d}', '?'],
  ['${s#*.}', 'b.c'],
  ['${s##*.}', 'c'],
  ['${s%.*}', 'a.b'],
  ['${s%%.*}', 'a'],
  ['${s#x}', 'a.b.c'],
  ['${s#?}', '.b.c'],
  ['${s%c}', 'a.b.'],
  ['${s/./-}', 'a-b.c'],
  ['${s//./-}', 'a-b-c'],
  ['${s//./}', 'abc'],
  ['${s/x/y}', 'a.b.c'],
  ['${s//?/y}', '?'],
  ['${s/x}', '?'],
  ['${s:0:1}', '?'],
  ['${s^^}', '?'],
  ['${u', '?'],
  ['${}', '?'],
  ['$s$u$e!', 'a.b.c!'],
]);

const factOf = (fact: State['user']): string => (fact.known ? fact.value : '?');
const stateOf = ({ shell, shellWords, user, workdir, family, platform }: State): string =>
  `${factOf(shell)} ${shellWords.join(' ')}, ${factOf(user)}, ${factOf(workdir)}, ${family}, ${factOf(platform)}`;
const result = (text: string): string => {
  const stage = parse(text).finalStage;
  return stage ? stateOf(stage.result) : 'none';
};

table('What holds at the end', result, [
  ['FROM debian', 'sh /bin/sh -c, root, ?, debian, ?'],
  ['FROM alpine', 'ash /bin/sh -c, root, ?, alpine, ?'],
  ['FROM scratch', 'sh /bin/sh -c, root, /, none, ?'],
  ['FROM me/x', 'sh /bin/sh -c, ?, ?, unknown, ?'],
  ['ARG I=debian:12\nFROM $I', 'sh /bin/sh -c, root, ?, debian, ?'],
  ['FROM $I', 'sh /bin/sh -c, ?, ?, unknown, ?'],
  ['FROM --platform=linux/arm64 debian', 'sh /bin/sh -c, root, ?, debian, linux/arm64'],
  ['FROM --platform=$BUILDPLATFORM debian', 'sh /bin/sh -c, root, ?, debian, ?'],
  ['FROM --platform=windows/amd64 x', 'cmd cmd /S /C, ?, ?, windows, windows/amd64'],
  ['FROM mcr.microsoft.com/windows/nanoserver', 'cmd cmd /S /C, ?, ?, windows, ?'],
  ['# escape=`\nFROM x', 'cmd cmd /S /C, ?, ?, windows, ?'],
  ['FROM x\nUSER a:b', 'sh /bin/sh -c, a:b, ?, unknown, ?'],
  ['FROM x\nUSER a\nUSER b', 'sh /bin/sh -c, b, ?, unknown, ?'],
  ['FROM x\nARG U=a\nUSER $U', 'sh /bin/sh -c, a, ?, unknown, ?'],
  ['FROM debian\nUSER $U', 'sh /bin/sh -c, ?, ?, debian, ?'],
  ['FROM x\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]', 'bash /bin/bash -o pipefail -c, ?, ?, unknown, ?'],
  ['FROM x\nSHELL ["pwsh", "-c"]', 'powershell pwsh -c, ?, ?, unknown, ?'],
  ['FROM x\nSHELL bash', '? /bin/sh -c, ?, ?, unknown, ?'],
  ['FROM x AS b\nUSER a\nWORKDIR /w\nSHELL ["bash", "-c"]\nFROM b', 'bash bash -c, a, /w, unknown, ?'],
  ['FROM debian AS b\nUSER a\nFROM alpine', 'ash /bin/sh -c, root, ?, alpine, ?'],
  ['FROM x AS b\nONBUILD USER a\nONBUILD WORKDIR /w', 'sh /bin/sh -c, ?, ?, unknown, ?'],
  ['FROM x AS b\nONBUILD USER a\nONBUILD WORKDIR /w\nFROM b', 'sh /bin/sh -c, a, /w, unknown, ?'],
  ['FROM x AS b\nONBUILD USER a\nFROM b AS c\nUSER z\nFROM c', 'sh /bin/sh -c, z, ?, unknown, ?'],
  ['USER a', 'sh /bin/sh -c, a, ?, unknown, ?'],
]);

const workdir = (text: string): string => {
  const stage = parse(text).finalStage;
  return stage ? factOf(stage.result.workdir) : 'none';
};

table('WORKDIR after WORKDIR', workdir, [
  ['FROM x\nWORKDIR /a', '/a'],
  ['FROM x\nWORKDIR /a/', '/a'],
  ['FROM x\nWORKDIR /a//b/../c/.', '/a/c'],
  ['FROM x\nWORKDIR /a\nWORKDIR b', '/a/b'],
  ['FROM x\nWORKDIR /a\nWORKDIR ./b/', '/a/b'],
  ['FROM x\nWORKDIR /a\nWORKDIR ..', '/'],
  ['FROM x\nWORKDIR /\nWORKDIR b', '/b'],
  ['FROM x\nWORKDIR b', '?'],
  ['FROM scratch\nWORKDIR b', '/b'],
  ['FROM x\nWORKDIR b\nWORKDIR /c', '/c'],
  ['FROM x\nENV D=/a\nWORKDIR $D/b', '/a/b'],
  ['FROM x\nWORKDIR $D/b', '?'],
  ['FROM x\nWORKDIR /a\nWORKDIR $D', '?'],
  ['FROM x\nWORKDIR "/a b"', '/a b'],
  ['FROM x\nWORKDIR /a b', '/a b'],
  ['# escape=`\nFROM x\nWORKDIR C:\\a', 'C:\\a'],
  ['# escape=`\nFROM x\nWORKDIR C:\\a\\\nWORKDIR b', 'C:\\a\\b'],
  ['# escape=`\nFROM x\nWORKDIR C:/a\nWORKDIR \\b', '\\b'],
]);

/** The user before each instruction of the last stage, and who set it. */
const users = (text: string): string => {
  const file = parse(text);
  return (file.finalStage?.instructions ?? [])
    .map(({ keyword, state: { user } }) => {
      const by = user.setBy ? ` by ${text.slice(user.setBy.span.start, user.setBy.span.end)}` : '';
      return `${keyword}: ${factOf(user)}${by}`;
    })
    .join(' | ');
};

table('What holds before an instruction', users, [
  ['FROM debian\nRUN a\nUSER b\nRUN c', 'RUN: root | USER: root | RUN: b by USER b'],
  ['FROM x AS b\nUSER c\nFROM b\nRUN d', 'RUN: c by USER c'],
  ['FROM x\nUSER $A\nRUN a', 'USER: ? | RUN: ? by USER $A'],
]);

const environment = (text: string): string => {
  const env = parse(text).finalStage?.result.env;
  return [...(env?.all() ?? [])].map(({ name, kind, value }) => `${kind} ${name}=${value ?? '?'}`).join(' ');
};

table('All variables, the latest first', environment, [
  ['FROM x\nENV a=1 b=2\nARG c=3', 'arg c=3 env b=2 env a=1'],
  ['FROM x\nENV a=1\nENV b=2\nENV a=3', 'env a=3 env b=2'],
  ['FROM x\nENV a=1\nARG a=2\nARG b=3', 'arg b=3 env a=1'],
  ['FROM x AS b\nENV a=1\nARG c=2\nFROM b\nENV d=3\nARG a=4', 'env d=3 arg c=2 env a=1'],
  ['FROM x AS b\nENV a=1\nFROM b\nENV a=2\nFROM b', 'env a=1'],
  ['ARG a=1\nFROM x', ''],
  ['FROM x\nARG a\nENV b=$z', 'env b=? arg a=?'],
]);

const trigger = (text: string): string => {
  const shown = ({ keyword, isTrigger, span, words }: Instruction): string =>
    `${keyword}${isTrigger ? '!' : ''} ${words.map((word) => word.text).join(',')} ‹${text.slice(span.start, span.end)}›`;
  return [...parse(text).allWithTriggers('RUN', 'COPY', 'ONBUILD', 'UNKNOWN', 'ENV')].map(shown).join(' | ');
};

table('Triggers', trigger, [
  ['ONBUILD RUN a b', 'ONBUILD RUN,a,b ‹ONBUILD RUN a b› | RUN! a,b ‹RUN a b›'],
  ['onbuild copy a \\\n b', 'ONBUILD copy,a,b ‹onbuild copy a \\⏎ b› | COPY! a,b ‹copy a \\⏎ b›'],
  ['ONBUILD RUN <<E\na\nE', 'ONBUILD RUN,<<E ‹ONBUILD RUN <<E⏎a⏎E› | RUN! <<E ‹RUN <<E⏎a⏎E›'],
  ['ONBUILD \\\n # c\n RUN a', 'ONBUILD RUN,a ‹ONBUILD \\⏎ # c⏎ RUN a› | RUN! a ‹RUN a›'],
  ['ONBUILD WAT a', 'ONBUILD WAT,a ‹ONBUILD WAT a› | UNKNOWN! a ‹WAT a›'],
  ['ONBUILD', 'ONBUILD  ‹ONBUILD›'],
  ['ONBUILD ONBUILD RUN a', 'ONBUILD ONBUILD,RUN,a ‹ONBUILD ONBUILD RUN a› | ONBUILD! RUN,a ‹ONBUILD RUN a›'],
]);

const effective = (text: string): string => {
  const stage = parse(text).finalStage;
  return (['USER', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'] as const)
    .map((keyword) => stage?.effective(keyword)?.body.text ?? '-')
    .join(' | ');
};

table('What is in effect', effective, [
  ['FROM x\nUSER a\nUSER b\nCMD c', 'b | c | - | -'],
  ['FROM x AS b\nUSER a\nENTRYPOINT e\nFROM b\nCMD c', 'a | c | e | -'],
  ['FROM x AS b\nUSER a\nFROM x', '- | - | - | -'],
  ['FROM x AS a\nCMD 1\nFROM a AS b\nFROM b AS c\nHEALTHCHECK NONE\nFROM c', '- | 1 | - | NONE'],
]);

const paths =
  (path: string) =>
  (text: string): string => {
    const file = parse(text);
    return file.finalStage ? file.contextPathsOf(path, file.finalStage).join(' ') : 'none';
  };

table('Where /app/run.sh comes from', paths('/app/run.sh'), [
  ['FROM x\nCOPY run.sh /app/', 'run.sh'],
  ['FROM x\nCOPY bin/run.sh /app/', 'bin/run.sh'],
  ['FROM x\nCOPY start.sh /app/run.sh', 'start.sh'],
  ['FROM x\nCOPY run.sh /app', 'run.sh'],
  ['FROM x\nCOPY . /app', 'run.sh'],
  ['FROM x\nCOPY src /app', 'src/run.sh'],
  ['FROM x\nCOPY src/ /app/', 'src/run.sh'],
  ['FROM x\nWORKDIR /app\nCOPY . .', 'run.sh'],
  ['FROM x\nWORKDIR /app\nCOPY a.sh run.sh ./', 'a.sh/run.sh run.sh'],
  ['FROM x\nARG F=bin\nCOPY $F/run.sh /app/', 'bin/run.sh'],
  ['FROM x\nWORKDIR /app/\nCOPY a.sh run.sh', 'a.sh'],
  ['FROM x\nCOPY . /', 'app/run.sh'],
  ['FROM x\nCOPY . /other', ''],
  ['FROM x\nCOPY --from=b run.sh /app/', ''],
  ['FROM x\nCOPY *.sh /app/', 'run.sh'],
  ['FROM x\nCOPY $F /app/', ''],
  ['FROM x\nENV D=/app\nCOPY run.sh $D/', 'run.sh'],
  ['FROM x\nADD https://a/run.sh /app/', ''],
  ['FROM x\nADD run.sh /app/', 'run.sh'],
  ['FROM x\nCOPY ["run.sh", "/app/"]', 'run.sh'],
  ['FROM x\nCOPY a /app\nCOPY b /app', 'b/run.sh a/run.sh'],
  ['FROM x AS b\nCOPY run.sh /app/\nFROM b', 'run.sh'],
  ['FROM x\nCOPY run.sh /app/\nFROM x', ''],
  ['FROM x\nONBUILD COPY run.sh /app/', ''],
  ['FROM x', ''],
]);

table('Where ./run.sh comes from', paths('./run.sh'), [
  ['FROM x\nWORKDIR /app\nCOPY run.sh .', 'run.sh'],
  ['FROM x\nCOPY run.sh .', 'run.sh'],
  ['FROM x\nWORKDIR /app\nCOPY run.sh /other/', ''],
  ['FROM x\nCOPY run.sh /app/\nWORKDIR /app', 'run.sh'],
]);

table('Where a program on the PATH comes from', paths('run.sh'), [
  ['FROM x\nCOPY bin/run.sh /usr/local/bin/', 'bin/run.sh'],
  ['FROM x\nCOPY bin/run.sh /usr/local/bin/run.sh', 'bin/run.sh'],
  ['FROM x\nCOPY bin/start.sh /usr/local/bin/run.sh', 'bin/start.sh'],
  ['FROM x\nCOPY . /app', 'run.sh'],
  ['FROM x\nCOPY bin/other.sh /usr/local/bin/', ''],
]);

const problems = (text: string): string =>
  parse(text)
    .problems.map(({ at, message }) => `${text.slice(at.span.start, at.span.end)}: ${message}`)
    .join(' / ');

table('Problems', problems, [
  ['FROM a\nWAT b', 'WAT: WAT is no instruction of a Dockerfile.'],
  ['FROM a\nRUN', 'RUN: RUN needs at least one argument.'],
  ['FROM a\ncmd \\\n', 'cmd: CMD needs at least one argument.'],
  ['FROM a\nCMD ["a", 1]', '1: Every element of the array must be a string in double quotes.'],
  ['FROM a\nRUN <<E\nb', '<<E: The line E that ends this heredoc is missing.'],
  ['FROM a\nONBUILD RUN <<E\nb', '<<E: The line E that ends this heredoc is missing.'],
  ['FROM a\nONBUILD WAT', 'WAT: WAT is no instruction of a Dockerfile.'],
  ['FROM a\n\\\n', '\\: There is nothing that this line continues to.'],
  ['FROM a\nCMD ["a"', ''],
  ['FROM a\nRUN <<E\nE', ''],
  ['', ''],
]);

describe('A file', () => {
  it('yields instructions by keyword, in order', () => {
    const file = parse('FROM a\nRUN b\nCOPY c d\nRUN e\nONBUILD RUN f\n');
    const keywords = (nodes: Iterable<Instruction>): string => [...nodes].map(({ keyword }) => keyword).join(' ');
    assert.equal(keywords(file.all()), 'FROM RUN COPY RUN ONBUILD');
    assert.equal(keywords(file.all('RUN', 'COPY')), 'RUN COPY RUN');
    assert.equal(keywords(file.all('CMD')), '');
    assert.equal(keywords(file.allWithTriggers('RUN')), 'RUN RUN RUN');
  });

  it('links every instruction with its neighbours', () => {
    const [first, second, third] = parse('FROM a\n# c\nRUN b\nCMD c').all();
    assert.equal(first?.previous, undefined);
    assert.equal(first?.next, second);
    assert.equal(third?.previous, second);
    assert.equal(third?.next, undefined);
  });

  it('finds the instruction that a part of it lies in', () => {
    const text = 'FROM a\nRUN b \\\n c\n\nCMD d\n';
    const file = parse(text);
    const nodes = [...file.all()];
    const at = (offset: number) => file.partAt({ span: { start: offset, end: offset } });
    assert.equal(at(0), nodes[0]);
    assert.equal(at(text.indexOf(' c')), nodes[1]);
    assert.equal(at(text.indexOf('\n\nCMD') + 1), undefined);
    assert.equal(at(text.indexOf('d\n') + 1), nodes[2]);
  });
});

describe('A comment that names the shell', () => {
  const shells = (text: string): readonly string[] =>
    parse(text).stages.flatMap(({ instructions }) =>
      instructions.map(({ state: { shell } }) => (shell.known ? shell.value : '?')),
    );

  it('holds from there to the end of the stage, and in stages that start from it', () => {
    const text = 'FROM debian AS a\nRUN x\n# hadolint shell=powershell\nRUN y\nFROM a\nRUN z\nFROM debian\nRUN w\n';
    assert.deepEqual(shells(text), ['sh', 'powershell', 'powershell', 'sh']);
  });

  it('holds for all stages above the first FROM, and yields to SHELL', () => {
    const text = '#hadolint  shell = bash\nFROM debian\nRUN x\nFROM alpine\nRUN y\nSHELL ["pwsh", "-c"]\nRUN z\n';
    assert.deepEqual(shells(text), ['bash', 'bash', 'bash', 'powershell']);
  });
});
