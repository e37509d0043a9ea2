import type { Dockerfile, Instruction, Stage } from '../../shared-rules/src/model/dockerfile.js';
import type { Located, Word } from '../../shared-rules/src/model/file.js';
import type { Command } from '../../shared-rules/src/model/shell.js';
import type { Fact, State } from '../../shared-rules/src/model/state.js';

/** All that a model of a Dockerfile says, as lines of text: two models that print alike are alike. */
export function printed(file: Dockerfile): string {
  const lines = [
    `${file.escape} ${JSON.stringify(file.lineEnding)}`,
    ...file.directives.map(({ name, value, span }) => `directive ${at({ span })} ${word(name)} ${word(value)}`),
    ...file.comments.map((comment) => `comment ${at(comment)} ${comment.text} > ${at(file.partAfter(comment))}`),
    ...file.problems.map((problem) => `problem ${at(problem.at)} ${problem.message}`),
    ...file.stages.map(stageLine),
  ];
  for (const node of file.all()) lines.push(...instruction(node));
  for (const command of file.commands()) lines.push(`by file ${commandLine(command)}`);
  return lines.join('\n');
}

const at = (located: Located | undefined): string => (located ? `${located.span.start}-${located.span.end}` : '-');

function word(found: Word | undefined): string {
  if (!found) return '-';
  return `${found.text}@${at(found)}${found.literal ? '' : JSON.stringify(found.parts)}${found.form === 'json' ? 'j' : ''}`;
}

const stageLine = (stage: Stage): string => {
  const { index, name, base, isFinal, ships, isOutput, isBase, instructions, result } = stage;
  const from = base === undefined ? '-' : 'kind' in base ? base.word.text : `#${base.index}`;
  return `stage ${index} ${word(name)} < ${from} ${[isFinal, ships, isOutput, isBase].map(Number).join('')} ${instructions.length} ${state(result)}`;
};

const fact = ({ known, setBy, ...found }: Fact<string> & { readonly value?: string }): string =>
  `${known ? (found.value ?? '') : '?'}@${at(setBy)}`;

function state({ shell, shellWords, user, workdir, platform, family, env }: State): string {
  const variables = [...env.all()].map(
    ({ name, kind, value, setBy }) => `${kind} ${name}=${value ?? '?'}@${at(setBy)}`,
  );
  return [fact(shell), ...shellWords, fact(user), fact(workdir), fact(platform), family, ...variables].join(' ');
}

const commandLine = (command: Command): string =>
  [
    `command ${at(command)} ${command.path} ${word(command.program)}`,
    ...command.args.map(word),
    ...command.flags.map((flag) => `${flag.name}@${at(flag)}=${word(flag.value)}`),
    ...command.assignments.map(({ name, value }) => `${word(name)}=${word(value)}`),
    ...command.redirections.map(({ operator, target }) => `${operator}${word(target)}`),
    ...command.wrappers.map(({ program }) => `in ${program.text}`),
  ].join(' ');

function* instruction(node: Instruction): Iterable<string> {
  yield [
    `${node.keyword} ${at(node)} ${word(node.head)} ${word(node.body)} #${node.stage?.index ?? '-'}`,
    [node.isTrigger, node.hasCommentAbove, node.isContinued, node.isOpen].map(Number).join(''),
    ...node.flags.map((flag) => `--${flag.name}@${at(flag)}=${word(flag.value)}`),
    ...node.words.map((one) => `${word(one)}~${node.written(one)}=${node.valueOf(one) ?? '?'}`),
  ].join(' ');
  for (const heredoc of node.heredocs) {
    const { name, marker, body, expands, stripsTabs, terminated } = heredoc;
    yield `heredoc ${at(heredoc)} ${name}@${at(marker)} ${[expands, stripsTabs, terminated].map(Number).join('')} ${JSON.stringify(body)}`;
  }
  switch (node.keyword) {
    case 'FROM': {
      const { image, alias } = node;
      yield `image ${image.value ?? '?'} ${image.name} ${image.repository} ${image.registry ?? '-'} ${word(image.tag)} ${word(image.digest)} ${JSON.stringify(image.resolved)} as ${word(alias)}`;
      break;
    }
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK':
      yield `runs ${node.form} ${word(node.commandText)} ${node.argv.map(word).join(' ')} ${at(node.script)} ${at(node.nearJson)} ${JSON.stringify([node.nearJson?.reason, node.nearJson?.meant])}`;
      for (const command of node.commands) yield commandLine(command);
      if (node.keyword === 'RUN') {
        for (const { type, options, from, span } of node.mounts) {
          yield `mount ${at({ span })} ${type} ${JSON.stringify([...options])} ${word(from)}`;
        }
      }
      break;
    case 'COPY':
    case 'ADD':
      yield `copies ${node.sources.map(word).join(' ')} > ${word(node.target)} ${node.isJson ? 'json' : ''}`;
      if (node.keyword === 'COPY') yield `from ${word(node.from?.word)} ${node.from?.stage?.index ?? '-'}`;
      break;
    case 'ENV':
    case 'LABEL':
    case 'ARG':
      for (const { name, value, span } of node.pairs) yield `pair ${at({ span })} ${word(name)}=${word(value)}`;
      break;
    case 'USER':
      yield `user ${word(node.name)} ${word(node.group)}`;
      break;
    case 'ONBUILD':
      if (node.trigger) yield* instruction(node.trigger);
      break;
    case 'SHELL':
      yield `shell ${node.argv.map(word).join(' ')}`;
      break;
    case 'WORKDIR':
      yield `path ${word(node.path)}`;
      break;
    case 'EXPOSE':
    case 'VOLUME':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
    case 'UNKNOWN':
      break;
  }
}

/** What stands where it cannot be: outside the text, or outside the part that it belongs to. */
export function misplaced(file: Dockerfile): readonly string[] {
  const found: string[] = [];
  const within = (what: string, inner: Located | undefined, outer: Located): void => {
    if (!inner) return;
    const isWithin =
      inner.span.start <= inner.span.end && outer.span.start <= inner.span.start && inner.span.end <= outer.span.end;
    if (!isWithin) found.push(`${what} ${at(inner)} is not in ${at(outer)}`);
  };
  const commandWithin = (command: Command, outer: Located): void => {
    within(`command ${command.program.text}`, command, outer);
    for (const one of [...command.args, ...command.flags]) within('argument', one, outer);
  };
  const check = (node: Instruction, outer: Located): void => {
    within(node.keyword, node, outer);
    for (const one of [node.head, node.body, ...node.words, ...node.flags]) within('word', one, node);
    for (const flag of node.flags) within('flag value', flag.value, flag);
    for (const heredoc of node.heredocs) {
      within('heredoc', heredoc, node);
      within('marker', heredoc.marker, node);
    }
    if ('pairs' in node) {
      for (const pair of node.pairs) {
        within('pair', pair, node);
        within('name', pair.name, pair);
        within('value', pair.value, pair);
      }
    }
    if (node.keyword === 'FROM') for (const one of [node.image.tag, node.image.digest]) within('tag', one, node.image);
    if (node.keyword === 'USER') for (const one of [node.name, node.group]) within('user', one, node);
    if ('commands' in node) {
      within('command text', node.commandText, node);
      within('near JSON', node.nearJson, node);
      within('script', node.script, node);
      for (const command of node.commands) commandWithin(command, node);
    }
    if (node.keyword === 'RUN') {
      for (const mount of node.mounts) {
        within('mount', mount, node);
        within('mount source', mount.from, mount);
      }
    }
    if (node.keyword === 'ONBUILD' && node.trigger) check(node.trigger, node);
  };
  let behind = 0;
  for (const node of file.all()) {
    check(node, file);
    if (node.span.start < behind) found.push(`${node.keyword} ${at(node)} begins before ${behind}`);
    behind = node.span.end;
  }
  for (const { at: place } of file.problems) within('problem', place, file);
  for (const comment of file.comments) within('comment', comment, file);
  return found;
}
