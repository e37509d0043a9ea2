import type { Change } from '../edit.js';
import type {
  Assignment,
  Command,
  Dockerfile,
  Instruction,
  Instructions,
  Part,
  Redirection,
  Script,
  Stage,
  State,
  Statement,
  Word,
} from '../model/index.js';

/**
 * What a build does, told apart from how it is written: per stage the effects in order. Two Dockerfiles with equal
 * traces build the same image from the same context.
 */
export interface Trace {
  readonly stages: readonly { readonly name: string; readonly base: string; readonly effects: readonly Effect[] }[];
}

export type Effect =
  /** One program called, or one setting made: words without quotes, variables as `${name}`. */
  | { readonly kind: 'step'; readonly words: readonly string[] }
  /** Steps that hang together: a condition, a pipeline, what stands on both sides of `||`. */
  | { readonly kind: 'group'; readonly label: string; readonly parts: readonly Effect[] }
  /** Where a layer begins, and under what it is made: user, folder, shell, flags. */
  | { readonly kind: 'layer'; readonly under: string };

export const traceOf = (file: Dockerfile): Trace => ({
  stages: file.stages.map((stage) => ({
    name: stage.name?.text.toLowerCase() ?? '',
    base: baseOf(stage),
    effects: [...file.globalArgs, ...stage.instructions.filter((node) => !isReplaced(node))].flatMap(effectsOf),
  })),
});

/** The trace as text, one effect a line, with what the changes allow to differ taken out. */
export const printTrace = (trace: Trace, changes: readonly Change[] = []): string =>
  trace.stages
    .map(({ name, base, effects }) =>
      [`stage ${name} from ${base}`, ...without(effects, changes).map((effect) => `  ${print(effect)}`)].join('\n'),
    )
    .join('\n');

/** Of several CMD, ENTRYPOINT or HEALTHCHECK the last one of a stage is all that is left. */
const isReplaced = (node: Instruction): boolean =>
  (node.keyword === 'CMD' || node.keyword === 'ENTRYPOINT' || node.keyword === 'HEALTHCHECK') &&
  node.stage?.effective(node.keyword) !== node;

function baseOf({ base, from }: Stage): string {
  if (base === undefined) return '';
  const platform = (from?.flag('platform')?.value?.text ?? '').replace(/^\$(\{TARGETPLATFORM\}|TARGETPLATFORM)$/, '');
  return `${platform} ${'kind' in base ? base.word.text : `stage ${base.index}`}`.trim();
}

function effectsOf(node: Instruction): readonly Effect[] {
  switch (node.keyword) {
    case 'RUN':
      return [{ kind: 'layer', under: conditions(node.state, node) }, ...runEffects(node)];
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK':
      return [startEffect(node)];
    case 'COPY':
    case 'ADD':
      return [copyEffect(node)];
    case 'ENV':
    case 'ARG':
    case 'LABEL':
      return node.pairs.map(({ name, value }) => step(node.keyword, name.text, ...(value ? [canonical(value)] : [])));
    case 'WORKDIR':
      return [step('WORKDIR', resolvedFolder(node))];
    case 'MAINTAINER':
      return [step('LABEL', 'maintainer', node.body.text)];
    case 'ONBUILD':
      return node.trigger ? [{ kind: 'group', label: 'ONBUILD', parts: effectsOf(node.trigger) }] : [];
    case 'EXPOSE':
      return [
        step('EXPOSE', ...node.words.map((word) => canonical(word).replace(/\/\w+$/, (name) => name.toLowerCase()))),
      ];
    default:
      return [step(node.keyword, ...flagWords(node), ...node.words.map(canonical))];
  }
}

const step = (...words: readonly string[]): Effect => ({ kind: 'step', words });

/** What a RUN is subject to, besides the ENV and ARG before it, which are effects of their own. */
function conditions({ user, shellWords }: State, node: Instruction): string {
  return [user.known ? user.value : '?', shellWords.join(' '), ...flagWords(node)].join(' ');
}

const flagWords = ({ flags }: Instruction): readonly string[] =>
  // How builds at the same time share a cache is nothing to the build itself.
  flags.map(({ name, value }) => `--${name}=${value ? flagValue(name, canonical(value)) : ''}`).sort();

/** A builder looks stages up in lower case. */
const flagValue = (name: string, text: string): string =>
  name === 'from'
    ? text.toLowerCase()
    : text.replace(/,sharing=\w+/, '').replace(/(?<=(?:^|,)from=)[\w.-]+(?=,|$)/, (stage) => stage.toLowerCase());

function resolvedFolder(node: Instructions['WORKDIR']): string {
  const path = node.valueOf(node.path);
  const { workdir } = node.state;
  if (path === undefined) return canonical(node.path);
  if (/^([\\/]|[A-Za-z]:)/.test(path) || !workdir.known) return cleaned(path);
  return cleaned(`${workdir.value}/${path}`);
}

/** The builder does away with what leads nowhere: `/a/./b//` is `/a/b`. */
const cleaned = (path: string): string =>
  (path.startsWith('/') ? '/' : '') +
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** ADD of plain local files does what COPY does. */
function copyEffect(node: Instructions['COPY'] | Instructions['ADD']): Effect {
  const isPlain = node.sources.every(({ text, literal }) => literal && !FETCHED.test(text) && !ARCHIVE.test(text));
  const verb = node.keyword === 'COPY' || isPlain ? 'COPY' : 'ADD';
  const bodies = node.heredocs.map(({ name, body, expands }) => `<<${name} ${expands ? '' : 'as it is '}${body}`);
  return step(verb, ...flagWords(node), ...node.words.map(canonical), ...bodies);
}

const FETCHED = /^(https?|git|ssh):\/\/|^git@|\.git([#?]|$)/;
const ARCHIVE = /\.(tar|tgz|tbz2?|txz|tlz|tpz|tb2|gz|bz2|xz|lzma|lz|z|zst)$/i;

function startEffect(node: Instructions['CMD' | 'ENTRYPOINT' | 'HEALTHCHECK']): Effect {
  const { keyword, form, argv, script, commandText, state } = node;
  const head = [keyword, ...flagWords(node)];
  if (form === 'exec') return step(...head, ...argv.map(({ text }) => text));
  if (commandText === undefined) return step(...head, ...node.words.map(canonical));
  const label = [...head, ...state.shellWords].join(' ');
  // Words that differ only in their quotes are the same to the shell.
  const parts = script?.readable === true ? scriptEffects(script) : [step(commandText.text)];
  return { kind: 'group', label, parts };
}

function runEffects(node: Instructions['RUN']): readonly Effect[] {
  const { script, form, argv } = node;
  if (form === 'exec') return [step(...argv.map(({ text }) => text))];
  if (script?.readable !== true) return [step('shell', node.body.text, ...node.heredocs.map(({ body }) => body))];
  const inputs = form === 'heredoc' ? [] : node.heredocs.map(({ name, body }) => step('input', name, body));
  return [...scriptEffects(script), ...inputs];
}

const scriptEffects = ({ statements }: Script): readonly Effect[] => inOrder(statements);

/** A semicolon behind the last statement separates it from nothing. */
const inOrder = (statements: readonly Statement[]): readonly Effect[] =>
  statements.flatMap((one, index) => chained(one, index === statements.length - 1));

/** A chain of `&&` is one step after the other, as are the RUN instructions of a stage: each only if the last succeeded. */
function chained(statement: Statement, isLast = false): readonly Effect[] {
  const isPlain = statement.terminator !== '&' && (isLast || statement.terminator !== ';');
  if (statement.kind === 'list' && statement.operator === '&&') {
    const parts = [...chained(statement.left), ...chained(statement.right)];
    return isPlain ? parts : [{ kind: 'group', label: statement.terminator, parts }];
  }
  const effect = statementEffect(statement);
  return isPlain ? [effect] : [{ kind: 'group', label: statement.terminator, parts: [effect] }];
}

function statementEffect(statement: Statement): Effect {
  switch (statement.kind) {
    case 'command':
      return commandEffect(statement.command);
    case 'assignment':
      return step('set', ...statement.assignments.map(assignmentText));
    case 'pipeline': {
      const label = statement.negated ? '! |' : '|';
      return { kind: 'group', label, parts: statement.stages.map(statementEffect) };
    }
    case 'list': {
      const parts = [statementEffect(statement.left), statementEffect(statement.right)];
      return { kind: 'group', label: statement.operator, parts };
    }
    case 'compound': {
      const parts = [...statement.conditions, ...statement.bodies].map((body): Effect => ({
        kind: 'group',
        label: 'do',
        parts: inOrder(body),
      }));
      return { kind: 'group', label: statement.construct, parts };
    }
  }
}

function commandEffect({ path, args, assignments, redirections }: Command): Effect {
  return step(...assignments.map(assignmentText), path, ...args.map(canonical), ...redirections.map(redirectionText));
}

const assignmentText = ({ name, value }: Assignment): string => `${name.text}=${value ? canonical(value) : ''}`;
const redirectionText = ({ descriptor, operator, target }: Redirection): string =>
  `${descriptor ?? ''}${operator}${target ? canonical(target) : ''}`;

/** A word as it will be, however it is quoted; a substitution as it is written. */
const canonical = (word: Word): string =>
  word.parts.every(({ kind }) => kind !== 'substitution') ? word.parts.map(partText).join('') : word.text;

function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
      return part.text.replaceAll('$', '\\$');
    case 'variable':
      return `\${${part.name}${part.operator ?? ''}${(part.operand ?? []).map(partText).join('')}}`;
    case 'substitution':
      return '$()';
  }
}

function print(effect: Effect): string {
  switch (effect.kind) {
    case 'step':
      return effect.words.map((word) => JSON.stringify(word)).join(' ');
    case 'group':
      // What is left of a list once a change has taken the rest out of it.
      if (effect.label === ';' && effect.parts.length === 1) return effect.parts.map(print).join('');
      return `${effect.label} (${effect.parts.map(print).join(', ')})`;
    case 'layer':
      return `layer under ${effect.under}`;
  }
}

/** The effects without what a fix with these changes may alter. */
function without(effects: readonly Effect[], changes: readonly Change[]): readonly Effect[] {
  const kept = changes.includes('layers') ? withoutLayers(effects) : effects;
  return kept.flatMap((effect) => allow(effect, changes));
}

/** Where a layer follows another under the same conditions, nothing but the layer itself begins. */
function withoutLayers(effects: readonly Effect[]): readonly Effect[] {
  let under: string | undefined;
  let isRun = false;
  return effects.filter((effect) => {
    if (effect.kind !== 'layer') return true;
    const repeats = isRun && effect.under === under;
    under = effect.under;
    isRun = true;
    return !repeats;
  });
}

function allow(effect: Effect, changes: readonly Change[]): readonly Effect[] {
  if (effect.kind === 'layer') return [effect];
  if (effect.kind === 'group') {
    const parts = effect.parts.flatMap((part) => allow(part, changes));
    return parts.length === 0 ? [] : [{ ...effect, parts }];
  }
  // Scripts within words, as behind `sh -c`, are compared word by word as well.
  let words: readonly string[] | undefined =
    changes.length === 0 ? effect.words : effect.words.flatMap((word) => word.split(/\s+|(?=[;&|()`])|(?<=[;&|()`])/));
  for (const change of inTurn(changes)) words = words && ALLOWANCES[change](words);
  return words ? [{ kind: 'step', words }] : [];
}

/** What each change takes out of a step before the comparison; undefined takes the whole step. */
const ALLOWANCES: Readonly<Record<Change, (words: readonly string[]) => readonly string[] | undefined>> = {
  layers: (words) => words,
  confirmation: (words) => words.filter((word) => !ANSWERS.includes(word)),
  // Words are compared piece by piece.
  blanks: (words) => words,
  'package caches': (words) =>
    isCleanUp(words) ? undefined : words.filter((word) => word !== '--no-cache' && word !== '--no-cache-dir'),
  metadata: ([keyword, ...words]) => (keyword === 'LABEL' ? undefined : [keyword ?? '', ...words]),
  'stop signal': (words) => (words[0] === 'STOPSIGNAL' ? undefined : words),
  'heartbeat files': (words) => words.flatMap(withoutHeartbeat),
  'program name': (words) => words.filter((word) => word !== '--with-new-pkgs').map(scriptName),
  'stated defaults': (words) => words.filter((word) => word !== '-XX:+UseContainerSupport'),
  progress: (words) => words.filter((word) => !word.startsWith('--progress=')),
  wrapper: withoutSudo,
  'login records': (words) =>
    words.includes('useradd') ? words.filter((word) => word !== '-l' && word !== '--no-log-init') : words,
  'package order': (words) => [...new Set(words)].sort(),
};

const ANSWERS: readonly string[] = ['-y', '--yes', '--assume-yes', '--assumeyes', '-n', '--batch'];

/** The others look for words by their place, so that the order goes last. */
const inTurn = (changes: readonly Change[]): readonly Change[] =>
  [...changes].sort((a, b) => Number(a === 'package order') - Number(b === 'package order'));

/** The twin for scripts of apt and of its subcommands. */
const scriptName = (word: string): string =>
  word
    .replace(/^(['"])(.*)\1$/, '$2')
    .replace(/^(.*\/|['"(]*)?apt$/, '$1apt-get')
    .replace(/^full-upgrade$/, 'dist-upgrade');

/** The words without sudo and the flags that follow it. */
function withoutSudo(words: readonly string[]): readonly string[] {
  const at = words.indexOf('sudo');
  if (at < 0) return words;
  const rest = words.slice(at + 1);
  const inner = rest.findIndex((word) => !word.startsWith('-'));
  return [...words.slice(0, at), ...withoutSudo(inner < 0 ? [] : rest.slice(inner))];
}

/** Programs that clear their own caches. */
const CLEANERS: ReadonlySet<string> = new Set(
  'apt-get apt yum dnf dnf5 microdnf tdnf zypper npm yarn pip pip3 uv'.split(' '),
);

const isCleanUp = (words: readonly string[]): boolean => {
  const [program, ...args] = words[0] === 'sudo' ? words.slice(1) : words;
  return (
    (program === 'rm' && args.every((word) => word.startsWith('-') || word.startsWith('/var/lib/apt/lists'))) ||
    (CLEANERS.has(program ?? '') && (args[0] === 'cache' || args.some((word) => /^(clean|distclean|cc)$/.test(word))))
  );
};

/** A flag of gunicorn and its folder, as words of their own or within a text. */
function withoutHeartbeat(word: string, index: number, words: readonly string[]): readonly string[] {
  if (word === '--worker-tmp-dir' || words[index - 1] === '--worker-tmp-dir') return [];
  return [word.replace(/["\s]*--worker-tmp-dir[=" ]+[^" ]*"?/, '')];
}
