import type {
  AnyFile,
  Command,
  Dockerfile,
  EnvironmentPair,
  Instruction,
  Instructions,
  Located,
  OptionList,
  Part,
  ProgramOption,
  Script,
  Span,
  Stage,
  Statement,
  Word,
  YamlEntry,
  YamlList,
  YamlMap,
  YamlScalar,
} from './model/index.js';

/** What a fix does, said in terms of nodes. How it is spelled in the text is settled here alone. */
export interface Edit {
  readonly op: keyof typeof spellings;
  readonly at: Located;
  readonly text: string;
  /** The second node of an operation on two. */
  readonly and?: Located | undefined;
  /** Another file of the workspace, whose nodes `at` and `and` are; absent: the document at hand. */
  readonly file?: AnyFile;
  /** The path of a file to create, from the root of the build context. */
  readonly create?: string;
}

/**
 * What a safe fix may exist to change in the build. Each has its own reading of the build trace
 * (`views/trace.ts`), under which the trace must be the same before and after.
 */
export type Change =
  /** Where layers begin and end. */
  | 'layers'
  /** Flags that answer a program's question. */
  | 'confirmation'
  /** How many blanks stand next to each other within a word. */
  | 'blanks'
  /** Lists and caches that a package manager leaves behind. */
  | 'package caches'
  /** Labels and other descriptions. */
  | 'metadata'
  /** Records of logins that a new user gets. */
  | 'login records'
  /** In which order packages are named, and how often. */
  | 'package order'
  /** By which signal a container is asked to stop. */
  | 'stop signal'
  /** Where a server keeps its heartbeat files. */
  | 'heartbeat files'
  /** A program replaced by its twin for scripts, as apt by apt-get. */
  | 'program name'
  /** An option that says what holds without it. */
  | 'stated defaults'
  /** How much a program tells of its progress. */
  | 'progress'
  /** A wrapper that does nothing where it stands, as sudo for root. */
  | 'wrapper';

/** A fix is applied whole or not at all. */
export interface Fix {
  /** An imperative, without a full stop. */
  readonly title: string;
  readonly edits: readonly Edit[];
  /** A safe fix leaves the build trace as it was, but for `changes`, so tools may apply it unasked; a suggestion needs a look. */
  readonly safety: 'safe' | 'suggestion';
  readonly changes: readonly Change[];
}

export const replace = (at: Located, text: string): Edit => ({
  op: 'replace',
  at,
  text: isJson(at) ? inJson(text) : text,
});
/** Takes a word out, with the blank or the comma that set it off, and with its line where it stands alone. */
export const remove = (at: Located): Edit => ({ op: isJson(at) ? 'removeJson' : 'remove', at, text: '' });
export const insertBefore = (at: Located, text: string): Edit => ({ op: 'before', at, text });
export const insertAfter = (at: Located, text: string): Edit => ({ op: 'after', at, text });
/** Adds words behind a word, quoted as that word is: ` a b`, or `", "a", "b` in a JSON array. */
export const wordsAfter = (word: Word, ...words: readonly string[]): Edit => ({
  op: 'after',
  at: word,
  text: words.map((text) => (word.form === 'json' ? `", "${inJson(text)}` : ` ${text}`)).join(''),
});
/** Adds a property behind another one of a JSON object: on a line of its own where that one begins its line. */
export const addProperty = (after: Located, name: string, value: string | Readonly<Record<string, string>>): Edit => ({
  op: 'property',
  at: after,
  text: JSON.stringify(name) + ': ' + JSON.stringify(value, undefined, 1).replace(/\n */g, ' '),
});
/** Adds whole lines above the node's first line; `\n` in the text separates lines. */
export const addLineBefore = (at: Located, text: string): Edit => ({ op: 'lineBefore', at, text });
/** Adds whole lines above an instruction and the comments right above it, which stay its own. */
export const addInstructionBefore = (at: Instruction, text: string): Edit => ({
  op: 'instructionBefore',
  at,
  text: inCaseOf(at, text),
});
/** Adds whole lines below an instruction. */
export const addInstructionAfter = (at: Instruction, text: string): Edit => addLineAfter(at, inCaseOf(at, text));
/**
 * Adds whole lines where everything in a stage is made and nothing has been said yet about what runs: above the first CMD
 * or ENTRYPOINT below the last USER, else at the end of the stage.
 */
export function addBeforeStart(stage: Stage, text: string): Edit | undefined {
  const { instructions } = stage;
  const lastUser = instructions.findLastIndex(({ keyword }) => keyword === 'USER');
  const start = instructions.slice(lastUser + 1).find(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  if (start) return addInstructionBefore(start, text);
  const last = instructions.at(-1) ?? stage.from;
  return last && !last.isOpen ? addInstructionAfter(last, text) : undefined;
}
/** Puts another keyword at the head of an instruction, in the case of the old one. */
export const replaceKeyword = (at: Instruction, keyword: string): Edit =>
  replace(at.head, at.head.text === at.head.text.toLowerCase() ? keyword.toLowerCase() : keyword);
/** Replaces what stands between two nodes of one instruction, the second behind the first. */
export const replaceBetween = (first: Located, second: Located, text: string): Edit => ({
  op: 'between',
  at: first,
  and: second,
  text,
});
/** Replaces the first place where a text stands within the node. */
export const replaceIn = (at: Located, what: string, text: string): Edit => ({
  op: 'replaceIn',
  at,
  text: `${what}\0${text}`,
});
/** Adds whole lines below the node's last line. */
export const addLineAfter = (at: Located, text: string): Edit => ({ op: 'lineAfter', at, text });
/** Takes the node's lines out, from the first to the last. */
export const removeLines = (at: Located): Edit => ({ op: 'removeLines', at, text: '' });
/** Moves an instruction, with the comments right above it, below another one. */
export const moveBelow = (at: Instruction, below: Instruction): Edit => ({ op: 'move', at, and: below, text: '' });
/** Writes a file that is not there yet. */
export const createFile = (path: string, text: string): Edit => ({
  op: 'create',
  at: { span: { start: 0, end: 0 } },
  text,
  create: path,
});
/**
 * Takes options out of a list. Undefined where quotes and escapes hide one of them, or where it would leave a variable
 * without a value.
 */
export function withoutOptions(list: OptionList, gone: readonly ProgramOption[]): readonly Edit[] | undefined {
  if (gone.some(({ word }) => !word) || (list.container && !list.setting)) return undefined;
  const isEmptied = list.options.every((option) => gone.includes(option)) && !list.isOpen;
  if (list.setting && isEmptied) return withoutSetting(list);
  // Neighbours go as one, so that each blank between them goes once.
  const runs: { readonly first: Word; readonly last: Word; readonly index: number }[] = [];
  for (const { word, index } of list.options.filter((option) => gone.includes(option))) {
    const run = runs.at(-1);
    if (!word) continue;
    if (run?.index === index - 1) runs[runs.length - 1] = { ...run, last: word, index };
    else runs.push({ first: word, last: word, index });
  }
  return runs.map(({ first, last }) => {
    const { form } = first;
    return remove({ span: { start: first.span.start, end: last.span.end }, form } as Located);
  });
}

function withoutSetting({ setting, instruction }: OptionList): readonly Edit[] | undefined {
  if (instruction?.keyword !== 'ENV' || !setting) return undefined;
  return [instruction.pairs.length === 1 ? removeLines(instruction) : remove(setting)];
}

/** Puts options behind those that are there: behind the last in a variable, right behind the program in a call. */
export function withOptions(list: OptionList, ...added: readonly string[]): Edit[] {
  const { options, at, command, instruction } = list;
  if (command) return [wordsAfter(command.program, ...added)];
  const last = options.at(-1)?.word;
  if (!last || !list.setting || at.form === 'json') return [];
  const isBare = at.span.end === last.span.end && !(instruction?.keyword === 'ENV' && instruction.isLegacy);
  // YAML needs no quotes around blanks.
  if (!isBare || list.container) return [insertAfter(last, ` ${added.join(' ')}`)];
  return options.length === 1 ? [replace(at, `"${[last.text, ...added].join(' ')}"`)] : [];
}

/** The same edit in another file, which the nodes come from. */
export const within = (file: AnyFile, edit: Edit): Edit => ({ ...edit, file });

/**
 * Appends `&& command` to what a RUN does, in the file's own layout, or a line to the script of a heredoc.
 * Undefined where nothing can be appended: an exec form, a script that ends in a comment or in the background, or goes
 * on in the body of a heredoc.
 */
export function chain(run: Instructions['RUN'], command: string): Edit | undefined {
  const last = appendable(run.script);
  if (!last) return undefined;
  if (run.form === 'heredoc') {
    // A last line that is continued would swallow the next.
    const isContinued = run.heredocs.some(({ body }) => /\\\s*$/.test(body));
    return run.script?.statements.includes(last) && !isContinued ? addLineAfter(last, command) : undefined;
  }
  return { op: 'chain', at: { span: { start: run.span.start, end: last.span.end } }, text: command };
}

/**
 * Takes one step out of what a RUN does: a link of a chain of `&&`, or a statement before others. Undefined where the
 * step stands anywhere else, is all there is, would take along a comment on what comes after it, or is the statement
 * whose exit status decides whether the build goes on; or where a heredoc lacks its end, which a line that moves might
 * become.
 */
export function removeStep({ script, isOpen }: Instructions['RUN'], command: Command): Edit | undefined {
  if (!script?.readable || isOpen) return undefined;
  const outer = command.wrappers[0] ?? command;
  const isTaken = (statement: Statement): boolean => statement.kind === 'command' && statement.command === outer;
  const { statements } = script;
  for (const [index, statement] of statements.entries()) {
    const links = linksOf(statement);
    const at = links.findIndex(isTaken);
    const link = links[at];
    if (!link || link.terminator === '&') continue;
    const isChained = links.length > 1;
    const row = isChained ? links : statements;
    const place = isChained ? at : index;
    const [before, after] = [row[place - 1], row[place + 1]];
    // In a chain a step goes with the operator before it, among statements with what ends it.
    const span =
      isChained && before
        ? { start: before.span.end, end: link.span.end }
        : after && { start: link.span.start, end: after.span.start };
    if (!span) return undefined;
    const isCommented = script.comments.some(
      (comment) => comment.span.start >= span.start && comment.span.end <= span.end,
    );
    return isCommented ? undefined : { op: 'replace', at: { span }, text: '' };
  }
  return undefined;
}

/** The links of a chain of `&&`. */
const linksOf = (statement: Statement): readonly Statement[] =>
  statement.kind === 'list' && statement.operator === '&&'
    ? [...linksOf(statement.left), ...linksOf(statement.right)]
    : [statement];

/**
 * Makes one RUN of two that follow each other, with the flags of the first. Comments between them stay, blank lines go.
 * Undefined where that would change what is done: see `canFollow` and `leavesNothingBehind`.
 */
export function merge(first: Instructions['RUN'], second: Instructions['RUN']): Edit | undefined {
  if (first.form !== 'shell' || second.form !== 'shell' || !second.script) return undefined;
  // What is appended would stand behind the body of a heredoc.
  if (first.heredocs.length > 0) return undefined;
  const last = appendable(first.script);
  const start = second.script.statements[0];
  if (!last || !start) return undefined;
  return {
    op: 'merge',
    at: { span: { start: first.span.start, end: last.span.end } },
    and: { span: { start: second.span.start, end: start.span.start } },
    text: '',
  };
}

/**
 * Gives the key at the end of a path its value, which is written as YAML; what is missing of the path is made. Undefined
 * where that would change other places too (an anchor, a merge), or where something else stands in the way.
 */
export function setIn(map: YamlMap, path: readonly string[], value: string): Edit | undefined {
  let target = map;
  for (const [depth, key] of path.entries()) {
    const entry = target.entry(key);
    if (target.isShared || (entry && (entry.map !== target || entry.isAlias))) return undefined;
    if (target.isFlow && value.startsWith('\n')) return undefined;
    const rest = path.slice(depth).concat(value).join('\0');
    if (!entry)
      return { op: target.isFlow ? 'flowEntry' : 'entry', at: target, and: target.entries.at(-1), text: rest };
    const node = entry.value;
    if (node.type === 'scalar') {
      if (depth === path.length - 1) return setScalar(node, value);
      const below = path
        .slice(depth + 1)
        .concat(value)
        .join('\0');
      return node.isNull && node.text === '' && !target.isFlow
        ? { op: 'entryBelow', at: entry, text: below }
        : undefined;
    }
    if (node.type !== 'map') return undefined;
    target = node;
  }
  return undefined;
}

/** Writes another value, in the quotes of the old one. Undefined for one that stands in other places too. */
export function setScalar(node: YamlScalar, value: string): Edit | undefined {
  if (node.isShared || node.isOpen || node.style === 'block') return undefined;
  if (node.style === 'double') return replace(node, inDoubleQuotes(value));
  if (node.style === 'single') return replace(node, `'${value.replaceAll("'", "''")}'`);
  const isBare = node.isFlow ? /^[\w./$:?=-]+$/.test(value) : /^[\w./$][^#\n]*$/.test(value) && !/: |:$/.test(value);
  const text = isBare ? value : inDoubleQuotes(value);
  return node.text === '' ? { op: 'fill', at: node, text } : replace(node, text);
}

/** Writes another value for a variable, be it the value of a key or a part of an item `NAME=value`. */
export function setVariable({ value, node }: EnvironmentPair, text: string): Edit | undefined {
  if (!value || !node || node.isShared) return undefined;
  if (value === node) return setScalar(node, text);
  const isExact = value.span.start > node.span.start;
  return isExact && !/["'\\\n]|: | #/.test(text) ? replace(value, text) : undefined;
}

/** Adds an item behind the last, written as YAML; further lines of it stand below the first. */
export const addItem = (list: YamlList, text: string): Edit | undefined =>
  list.isShared ? undefined : { op: list.isFlow ? 'flowItem' : 'item', at: list, and: list.items.at(-1), text };

/**
 * Takes a key out with its value, by whole lines. What would be left empty around it goes too. Undefined where that
 * would change other places, or would leave an item of a list empty.
 */
export function removeEntry(entry: YamlEntry): Edit | undefined {
  if (entry.map.isShared) return undefined;
  let last = entry;
  while (last.map.entries.length === 1 && last.parent && !last.parent.map.isShared) last = last.parent;
  const { map } = last;
  const next = map.entries[map.entries.indexOf(last) + 1];
  if (map.isFlow) {
    const before = map.entries[map.entries.indexOf(last) - 1];
    const { start, end } = last.span;
    if (next) return { op: 'cut', at: { span: { start, end: next.span.start } }, text: '' };
    return { op: 'cut', at: before ? { span: { start: before.span.end, end } } : last, text: '' };
  }
  return map.entries.length === 1 && last.parent ? undefined : { op: 'removeEntry', at: last, and: next, text: '' };
}

/** The statement that more can be appended to by `&&`. */
function appendable(script: Script | undefined): Statement | undefined {
  const last = script?.statements.at(-1);
  if (!script || !last || !script.readable || last.terminator === '&') return undefined;
  const commented = script.comments.some(({ span }) => span.start >= last.span.start);
  // A heredoc's body runs what stands in it before whatever is appended to the line that opens it.
  const isLast = script.commands.every(({ span }) => span.start < last.span.end);
  return commented || !isLast ? undefined : last;
}

/** A safe fix. Whoever names `changes` says what the build does otherwise afterwards. */
export function fix(
  title: string | { readonly title: string; readonly changes: readonly Change[] },
  ...edits: Edit[]
): Fix {
  return typeof title === 'string'
    ? { title, edits, safety: 'safe', changes: [] }
    : { ...title, edits, safety: 'safe' };
}
/** A fix that needs a look: it may change the image or the build. */
export const suggestion = (title: string, ...edits: Edit[]): Fix => ({
  title,
  edits,
  safety: 'suggestion',
  changes: [],
});

/** A value as one word in double quotes, so that the builder reads the value and nothing else. */
export const quoted = ({ escape }: Dockerfile, value: string): string => `"${inQuotes(value, escape)}"`;

const inQuotes = (value: string, escape: string): string =>
  Array.from(value, (char) => (char === '"' || char === '$' || char === escape ? escape + char : char)).join('');

/**
 * Spells the old form `ENV name value` as `name=value`, by words that mean the same to the builder. A value that runs
 * over lines keeps its layout and so the blanks in it, which nobody may have meant: `isSure` is false then.
 * Undefined where the meaning cannot be told.
 */
export function asAssignment(
  file: Dockerfile,
  node: Instructions['ENV' | 'LABEL'],
): { readonly edits: readonly Edit[]; readonly isSure: boolean } | undefined {
  const [pair] = node.pairs;
  if (!node.isLegacy || !pair?.value) return undefined;
  const { name, value } = pair;
  const written = node.written(value);
  const state = wordState(written, file.escape);
  // Whatever takes a comment away, or would put it into the value, is left to a person.
  const { start, end } = node.span;
  const comments = node.isContinued ? file.comments.filter(({ span }) => span.start > start && span.end < end) : [];
  const isApart = comments.some(({ span }) => span.start < value.span.start);
  if (!/^[\w./-]+$/.test(node.written(name)) || state === 'open' || isApart) return undefined;
  if (state === 'word') return { edits: [replaceBetween(name, value, '=')], isSure: true };
  const content = contentInQuotes(value, file.escape);
  if (content === undefined) return undefined;
  if (content === written) {
    return { edits: [replaceBetween(name, value, '="'), insertAfter(value, '"')], isSure: !node.isContinued };
  }
  if (comments.length > 0) return undefined;
  return { edits: [replace(pair, `${name.text}="${content}"`)], isSure: !node.isContinued };
}

/** What the builder's splitter makes of a text: one word, several, or one whose quote or escape never ends. */
function wordState(text: string, escape: string): 'word' | 'words' | 'open' {
  let quote = '';
  let hasBlanks = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === escape && quote !== "'") {
      at += 1;
      if (at === text.length) return 'open';
    } else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    else if (quote === '' && /\s/.test(char)) hasBlanks = true;
  }
  if (quote !== '') return 'open';
  return hasBlanks ? 'words' : 'word';
}

/** What has to stand between double quotes to mean the same as the word; variables as they are written. */
function contentInQuotes({ text, parts }: Word, escape: string): string | undefined {
  let rest = text;
  let content = '';
  for (const part of parts) {
    const spelling = spellingsOf(part).find((candidate) => rest.startsWith(candidate));
    if (spelling === undefined) return undefined;
    content += part.kind === 'text' ? inQuotes(spelling, escape) : spelling;
    rest = rest.slice(spelling.length);
  }
  return rest === '' ? content : undefined;
}

function spellingsOf(part: Part): readonly string[] {
  if (part.kind === 'text') return [part.text];
  if (part.kind !== 'variable') return [];
  const { name, operator = '', operand = [] } = part;
  const tail = operand.map((inner) => (inner.kind === 'text' ? inner.text : '"')).join('');
  if (/[\s"'`\\${}]/.test(tail)) return [];
  return operator === '' ? [`\${${name}}`, `$${name}`] : [`\${${name}${operator}${tail}}`];
}

/** An edit in terms of the text: the only form the server, the CLI and the tests ever apply. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** Spells out the edits that lie in the given file, sorted by place. */
export const spell = (file: AnyFile, edits: readonly Edit[]): readonly TextEdit[] =>
  edits.flatMap(({ op, at, and, text }) => spellings[op](file, at.span, text, and?.span)).sort(byPlace);

type Spelling = (file: AnyFile, span: Span, text: string, and?: Span) => readonly TextEdit[];

const spellings = {
  replace: (_, span, text) => [{ span, text }],
  remove: ({ text }, span) => removal(text, span),
  removeJson: ({ text }, span) => [{ span: withComma(text, span), text: '' }],
  before: (_, { start }, text) => [insertion(start, text)],
  after: (_, { end }, text) => [insertion(end, text)],
  property(file, { start, end }, text) {
    const isOnOwnLine = indentAt(file.text, start).length === start - lineStart(file.text, start);
    const gap = isOnOwnLine ? endingAt(file, start) + indentAt(file.text, start) : ' ';
    return [insertion(end, `,${gap}${text}`)];
  },
  between: (_, { end }, text, second) => (second ? [{ span: { start: end, end: second.start }, text }] : []),
  lineBefore(file, { start }, text) {
    const at = lineStart(file.text, start);
    const ending = endingAt(file, start);
    return [insertion(at, indented(text, indentAt(file.text, start), ending) + ending)];
  },
  instructionBefore(file, { start }, text) {
    const ending = endingAt(file, start);
    return [insertion(aboveComments(file, start), indented(text, indentAt(file.text, start), ending) + ending)];
  },
  replaceIn({ text: whole }, { start, end }, text) {
    const [what = '', by = ''] = text.split('\0');
    const at = whole.slice(start, end).indexOf(what);
    return at < 0 ? [] : [{ span: { start: start + at, end: start + at + what.length }, text: by }];
  },
  lineAfter(file, { start, end }, text) {
    const ending = endingAt(file, end);
    return [insertion(lineEnd(file.text, end), ending + indented(text, indentAt(file.text, start), ending))];
  },
  removeLines: ({ text }, { start, end }) => [
    { span: { start: lineStart(text, start), end: nextLine(text, end) }, text: '' },
  ],
  chain(file, span, text) {
    const { leading, indent } = layoutOf(file, span);
    if (!file.text.slice(span.start, span.end).includes('\n')) return [insertion(span.end, ` && ${text}`)];
    const ending = endingAt(file, span.start);
    const joint = leading ? ` ${escapeOf(file)}${ending}${indent}&& ` : ` && ${escapeOf(file)}${ending}${indent}`;
    return [insertion(span.end, joint + text)];
  },
  merge(file, first, _, second = first) {
    const { leading, indent } = layoutOf(file, first);
    const from = lineEnd(file.text, first.end);
    const to = lineStart(file.text, second.start);
    const edits: TextEdit[] = [
      { span: { start: first.end, end: from }, text: `${leading ? '' : ' &&'} ${escapeOf(file)}` },
    ];
    for (let at = nextLine(file.text, from); at < to; at = nextLine(file.text, at)) {
      const next = nextLine(file.text, at);
      if (file.text.slice(at, next).trim() === '') edits.push({ span: { start: at, end: next }, text: '' });
    }
    edits.push({ span: { start: to, end: second.end }, text: leading ? `${indent}&& ` : indent });
    return edits;
  },
  move(file, node, _, target = node) {
    const from = aboveComments(file, node.start);
    const to = nextLine(file.text, node.end);
    const lines = file.text.slice(from, to);
    const ending = endingAt(file, target.end);
    const bare = lines.endsWith('\n') ? lines.slice(0, lines.endsWith('\r\n') ? -2 : -1) : lines;
    return [{ span: { start: from, end: to }, text: '' }, insertion(lineEnd(file.text, target.end), ending + bare)];
  },
  create: (_, span, text) => [{ span, text }],
  entry(file, { start, end }, text) {
    const at = lineEnd(file.text, end);
    return [below(file, at, nested(file, text, columnOf(file.text, start)))];
  },
  entryBelow(file, { start, end }, text) {
    return [below(file, lineEnd(file.text, end), nested(file, text, columnOf(file.text, start) + stepOf(file)))];
  },
  flowEntry(_, { start }, text, last) {
    const words = text.split('\0');
    const value = words.slice(1, -1).reduceRight((inner, key) => `{ ${key}: ${inner} }`, words.at(-1) ?? '');
    const entry = `${words[0] ?? ''}: ${value}`;
    return [last ? insertion(last.end, `, ${entry}`) : insertion(start + 1, ` ${entry} `)];
  },
  item(file, { start, end }, text) {
    const indent = ' '.repeat(columnOf(file.text, start));
    return [below(file, lineEnd(file.text, end), `${indent}- ${text.replaceAll('\n', `\n${indent}  `)}`)];
  },
  flowItem: (_, { start }, text, last) => [last ? insertion(last.end, `, ${text}`) : insertion(start + 1, text)],
  fill({ text: whole }, { start }, text) {
    const before = isBlank(whole[start - 1]) ? '' : ' ';
    return [insertion(start, before + text + (whole[start] === '#' ? ' ' : ''))];
  },
  cut: (_, span) => [{ span, text: '' }],
  removeEntry({ text }, { start, end }, _, next) {
    const from = lineStart(text, start);
    if (text.slice(from, start).trim() === '') {
      const to = nextLine(text, end);
      // The last line takes the break before it along, where it has none of its own.
      const isOpen = to === text.length && !text.endsWith('\n') && from > 0;
      return [{ span: { start: isOpen ? lineEnd(text, lineStart(text, from - 1)) : from, end: to }, text: '' }];
    }
    // Behind the dash of an item, the next key takes its place.
    return next ? [{ span: { start, end: next.start }, text: '' }] : [];
  },
} satisfies Record<string, Spelling>;

/** The text after the edits, which must be sorted and apart; a `Composition` makes them so. */
export function apply(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let done = 0;
  for (const { span, text: insert } of edits) {
    result += text.slice(done, span.start) + insert;
    done = span.end;
  }
  return result + text.slice(done);
}

/** Text edits in one file; without a path in the document at hand. */
export interface FileEdits {
  /** From the root, not from the build context. */
  readonly path?: string | undefined;
  readonly edits: readonly TextEdit[];
}

/** Takes each fix in turn, whole, unless it touches one already taken; the rest wait for the next pass. */
export class Composition {
  readonly #byFile = new Map<string | undefined, TextEdit[]>();

  /** Whether the fix was taken. */
  add(fix: readonly FileEdits[]): boolean {
    if (fix.every(({ edits }) => edits.length === 0)) return false;
    const isApart = fix.every(({ path, edits }) => edits.every(({ span }) => isFree(this.edits(path), span)));
    if (!isApart) return false;
    for (const { path, edits } of fix) {
      const taken = this.#byFile.get(path) ?? [];
      this.#byFile.set(path, taken);
      for (const edit of edits) taken.splice(placeFor(taken, edit.span.start), 0, edit);
    }
    return true;
  }

  /** What was taken for one file, sorted. */
  edits(path?: string): readonly TextEdit[] {
    return this.#byFile.get(path) ?? [];
  }

  /** The other files that are touched. */
  get others(): readonly string[] {
    return [...this.#byFile.keys()].filter((path) => path !== undefined);
  }
}

/** Neighbours that share an offset count as touching: two insertions there would have no order. */
function isFree(sorted: readonly TextEdit[], span: Span): boolean {
  const place = placeFor(sorted, span.start);
  const before = sorted[place - 1];
  const after = sorted[place];
  return (!before || before.span.end < span.start) && (!after || span.end < after.span.start);
}

/** The index of the first edit that starts behind the offset. */
function placeFor(sorted: readonly TextEdit[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.span.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const byPlace = (a: TextEdit, b: TextEdit): number => a.span.start - b.span.start || a.span.end - b.span.end;
const insertion = (at: number, text: string): TextEdit => ({ span: { start: at, end: at }, text });
const isJson = (at: Located): boolean => 'form' in at && at.form === 'json';
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const escapeOf = (file: AnyFile): string => (file.kind === 'dockerfile' ? file.escape : '\\');
const indented = (text: string, indent: string, ending: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : indent + line))
    .join(ending);

/** Keywords as the file writes them: in lower case where the instruction beside them is. */
function inCaseOf({ head }: Instruction, text: string): string {
  if (head.text !== head.text.toLowerCase()) return text;
  return text
    .split('\n')
    .map((line) => line.replace(/^[A-Z]+(?= )/, (keyword) => keyword.toLowerCase()))
    .join('\n');
}

/** Lines below the one that ends at the offset. */
const below = (file: AnyFile, at: number, text: string): TextEdit => {
  const ending = endingAt(file, at);
  return insertion(at, ending + text.replaceAll('\n', ending));
};

/** The keys of a path, each a line and a step further in, and the value behind the last. */
function nested(file: AnyFile, text: string, column: number): string {
  const words = text.split('\0');
  const keys = words.slice(0, -1);
  return keys
    .map((key, depth) => {
      const indent = ' '.repeat(column + depth * stepOf(file));
      const value = depth === keys.length - 1 ? (words.at(-1) ?? '') : '';
      const isBelow = value === '' || value.startsWith('\n');
      const step = ' '.repeat(stepOf(file));
      return `${indent}${key}:${isBelow ? value.replaceAll('\n', `\n${indent}${step}`) : ` ${value}`}`;
    })
    .join('\n');
}

const stepOf = (file: AnyFile): number => ('indent' in file ? file.indent : 2);
const columnOf = (text: string, at: number): number => at - lineStart(text, at);
const inDoubleQuotes = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

const BYTE_ORDER_MARK = '\uFEFF';

/** The start of the line; a byte order mark stays in front of it. */
function lineStart(text: string, at: number): number {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  return start === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : start;
}

/** The start of the first of the comment lines that end right above the line; of the line itself if there are none. */
function aboveComments(file: AnyFile, at: number): number {
  const { text } = file;
  // A directive with anything above it would be a comment like any other.
  const floor = file.kind === 'dockerfile' ? Math.max(0, ...file.directives.map(({ span }) => span.end)) : 0;
  let start = lineStart(text, at);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (above === start || above < floor || !text.slice(above, start).trimStart().startsWith('#')) break;
    start = above;
  }
  return start;
}

/** The end of the line, before its line break. */
function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  if (feed < 0) return text.length;
  return feed > at && text[feed - 1] === '\r' ? feed - 1 : feed;
}

function nextLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? text.length : feed + 1;
}

/** The line break of the line at the offset; a last line without one takes the file's. */
function endingAt(file: AnyFile, at: number): string {
  const feed = file.text.indexOf('\n', at);
  if (feed < 0) return file.lineEnding;
  return file.text[feed - 1] === '\r' ? '\r\n' : '\n';
}

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';

function indentAt(text: string, at: number): string {
  const start = lineStart(text, at);
  let end = start;
  while (isBlank(text[end])) end += 1;
  return text.slice(start, end);
}

const DEFAULT_INDENT = '    ';

/** How the lines of a continued instruction are laid out: where `&&` stands, and the indent of the last line. */
function layoutOf(file: AnyFile, { start, end }: Span): { leading: boolean; indent: string } {
  const lines = file.text.slice(start, end).split('\n');
  const trailing = lines.slice(0, -1).some((line) => {
    const bare = line.trimEnd();
    return bare.endsWith(escapeOf(file)) && bare.slice(0, -1).trimEnd().endsWith('&&');
  });
  const indent = lines.length > 1 ? indentAt(file.text, end) : DEFAULT_INDENT;
  return { leading: !trailing, indent: indent === '' ? DEFAULT_INDENT : indent };
}

/**
 * A word with what set it off. On a continued line it takes the blanks before it; alone on its line it takes the line;
 * as the last of its instruction it takes the continuation that led to it, since that would swallow the next instruction.
 */
function removal(text: string, { start, end }: Span): readonly TextEdit[] {
  const lineFrom = lineStart(text, start);
  let before = start;
  while (before > lineFrom && isBlank(text[before - 1])) before -= 1;
  let after = end;
  while (isBlank(text[after])) after += 1;

  const lineTo = lineEnd(text, end);
  // The end of a value in quotes is the end of what the word stands in.
  const closes = after === end && (text[end] === '"' || text[end] === "'");
  const ends = after >= lineTo;
  const continues = isContinuation(text, after, lineTo);
  const alone = before === lineFrom;

  if (alone && continues) return [{ span: { start: lineFrom, end: nextLine(text, end) }, text: '' }];
  if (alone && closes) {
    const joint = continuationAbove(text, lineFrom);
    const isNext = joint !== undefined && joint.end + lineBreakAt(text, joint.end) === lineFrom;
    return [{ span: { start: isNext ? joint.start : start, end }, text: '' }];
  }
  if (alone && ends) {
    const joint = continuationAbove(text, lineFrom);
    if (joint) {
      const rest: TextEdit = { span: { start: lineFrom, end: nextLine(text, end) }, text: '' };
      return joint.end + lineBreakAt(text, joint.end) === lineFrom
        ? [{ span: { start: joint.start, end }, text: '' }]
        : [{ span: joint, text: '' }, rest];
    }
    return [{ span: { start, end }, text: '' }];
  }
  if (ends || continues || (closes && before < start)) return [{ span: { start: before, end }, text: '' }];
  return [{ span: { start, end: after }, text: '' }];
}

const lineBreakAt = (text: string, at: number): number => (text[at] === '\r' ? 2 : text[at] === '\n' ? 1 : 0);

const isContinuation = (text: string, from: number, to: number): boolean => {
  const rest = text.slice(from, to).trim();
  return rest === '\\' || rest === '`';
};

/** The continuation at the end of the nearest line above that is neither blank nor a comment, with the blanks around it. */
function continuationAbove(text: string, lineFrom: number): Span | undefined {
  let from = lineFrom;
  while (from > 0) {
    const end = lineEnd(text, lineStart(text, from - 1));
    from = lineStart(text, from - 1);
    const line = text.slice(from, end);
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#')) {
      if (from === lineStart(text, 0)) return undefined;
      continue;
    }
    if (!bare.endsWith('\\') && !bare.endsWith('`')) return undefined;
    return { start: from + line.trimEnd().slice(0, -1).trimEnd().length, end };
  }
  return undefined;
}

/** An element of a JSON array with its quotes and the comma that set it off. */
function withComma(text: string, { start, end }: Span): Span {
  let after = end + 1;
  while (isBlank(text[after])) after += 1;
  if (text[after] === ',') {
    after += 1;
    while (isBlank(text[after])) after += 1;
    return { start: start - 1, end: after };
  }
  let before = start - 1;
  while (isBlank(text[before - 1])) before -= 1;
  if (text[before - 1] === ',') before -= 1;
  return { start: before, end: end + 1 };
}
