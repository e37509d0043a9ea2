import { insertAfter, insertBefore, replace, suggestion, type Edit, type Fix } from '../edit.js';
import type { AnyFile, Instructions, Located, ShellText, State } from '../model/index.js';
import type { Severity } from '../rule.js';
import type { Diagnostic, ShellAnswers, ShellComment, ShellPosition, ShellQuestion, ShellReplacement } from './api.js';

/** One finding of ShellCheck, put where it belongs. */
export interface ShellFinding extends Omit<Diagnostic, 'rule' | 'fix'> {
  readonly code: string;
  readonly fix: Fix | undefined;
}

/** What ShellCheck is to be asked about a file, and what it has answered so far. */
export class ShellCheckOf {
  readonly #scripts: readonly Asked[];

  constructor(
    private readonly file: AnyFile,
    private readonly answers: ShellAnswers,
    isAsPeers: boolean,
  ) {
    this.#scripts = [...scriptsOf(file, isAsPeers)];
  }

  get unanswered(): readonly ShellQuestion[] {
    const open = new Map<string, ShellQuestion>();
    for (const { question } of this.#scripts) {
      const key = keyOf(question);
      if (!this.answers.has(key)) open.set(key, question);
    }
    return [...open.values()];
  }

  /** Whether all that was asked has been answered, by findings and not by a failure. */
  get isComplete(): boolean {
    return this.#scripts.every(({ question }) => this.answers.get(keyOf(question)) !== undefined);
  }

  *findings(): Iterable<ShellFinding> {
    for (const asked of this.#scripts) {
      for (const comment of this.answers.get(keyOf(asked.question)) ?? []) {
        const finding = this.findingOf(comment, asked);
        if (finding) yield finding;
      }
    }
  }

  private findingOf(comment: ShellComment, { shellText, question, first }: Asked): ShellFinding | undefined {
    if (comment.line < first) return undefined;
    const lines = new Lines(question.script);
    const head = question.script.length - shellText.text.length;
    const place = (from: ShellPosition, to: ShellPosition): readonly [number, number] | undefined => {
      const start = lines.offsetOf(from) - head;
      const end = lines.offsetOf(to) - head;
      return start >= 0 && end >= start ? [start, end] : undefined;
    };
    const range = place(comment, { line: comment.endLine, column: comment.endColumn });
    if (!range) return undefined;
    const code = `SC${comment.code}`;
    return {
      code,
      severity: SEVERITY[comment.level],
      at: spot(shellText, ...range),
      message: { template: '{0}', values: [comment.message] },
      peers: this.file.kind === 'dockerfile' ? [`hadolint/${code}`, `shellcheck/${code}`] : [`shellcheck/${code}`],
      fix: this.fixOf(comment.fix ?? [], shellText, place),
    };
  }

  /** ShellCheck's own fix, where what it replaces stands in the file as it stands in the script. */
  private fixOf(
    replacements: readonly ShellReplacement[],
    shellText: ShellText,
    place: (from: ShellPosition, to: ShellPosition) => readonly [number, number] | undefined,
  ): Fix | undefined {
    const edits: Edit[] = [];
    for (const { replacement, insertsAfter, endLine, endColumn, ...from } of replacements) {
      const range = place(from, { line: endLine, column: endColumn });
      if (!range || /[\r\n]/.test(replacement)) return undefined;
      const [start, end] = range;
      if (start < end) {
        const at = shellText.part(start, end);
        if (this.file.text.slice(at.span.start, at.span.end) !== shellText.text.slice(start, end)) return undefined;
        edits.push(replace(at, replacement));
      } else if (insertsAfter || start === shellText.text.length) {
        if (start > 0) edits.push(insertAfter(shellText.part(start - 1, start), replacement));
      } else edits.push(insertBefore(shellText.part(start, start + 1), replacement));
    }
    return edits.length === 0 ? undefined : suggestion(titleOf(replacements), ...edits);
  }
}

const SEVERITY: Readonly<Record<ShellComment['level'], Severity>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  style: 'hint',
};

const titleOf = (replacements: readonly ShellReplacement[]): string =>
  replacements.every(({ replacement }) => replacement === '"') ? 'Put it in double quotes' : 'Apply ShellCheck’s fix';

/** Something to underline even where ShellCheck points between two characters. */
function spot(shellText: ShellText, start: number, end: number): Located {
  const from = Math.min(start, Math.max(0, shellText.text.length - 1));
  return shellText.part(from, Math.max(end, from + 1));
}

/** A script of the file as ShellCheck is asked about it. The lines before `first` are not the user's. */
interface Asked {
  readonly shellText: ShellText;
  readonly question: ShellQuestion;
  readonly first: number;
}

function* scriptsOf(file: AnyFile, isAsPeers: boolean): Iterable<Asked> {
  if (file.kind === 'shell' && file.shellText) {
    const dialect = dialectOf(file.shellText.interpreter);
    const { text } = file.shellText;
    if (dialect) yield { shellText: file.shellText, question: { dialect, script: text }, first: 1 };
  }
  if (file.kind !== 'dockerfile') return;
  for (const run of file.allWithTriggers('RUN')) {
    const asked = askedOf(run, isAsPeers);
    if (asked) yield asked;
  }
}

function askedOf({ shellText, state }: Instructions['RUN'], isAsPeers: boolean): Asked | undefined {
  const dialect = shellText && dialectOf(shellText.interpreter, isAsPeers ? undefined : state);
  if (!shellText || !dialect || shellText.text.trim() === '') return undefined;
  // A `#!` below the declarations would be one in the wrong place.
  const text = shellText.text.startsWith('#!') ? `# ${shellText.text.slice(2)}` : shellText.text;
  const head = declarationsOf(state);
  return { shellText, question: { dialect, script: `${head}\n${text}` }, first: 2 };
}

/** The name that ShellCheck knows a shell by. What `sh` is, the distribution of the image says. */
function dialectOf(interpreter: string, state?: State): ShellQuestion['dialect'] | undefined {
  const name = interpreter.slice(interpreter.lastIndexOf('/') + 1);
  switch (name) {
    case 'bash':
    case 'dash':
    case 'ksh':
      return name;
    case 'ash':
    case 'busybox':
      return 'busybox';
    case 'sh':
      return (state && SH[state.family]) ?? 'sh';
    default:
      return undefined;
  }
}

const SH: Readonly<Partial<Record<State['family'], ShellQuestion['dialect']>>> = {
  debian: 'dash',
  alpine: 'busybox',
  redhat: 'bash',
  suse: 'bash',
};

/**
 * One line that declares what the image and the build define. A value that only the build knows is read from
 * somewhere, so that ShellCheck neither misses the variable nor takes its value for known.
 */
function declarationsOf({ env }: State): string {
  const unknown: string[] = [...PREDEFINED];
  const known: string[] = [];
  for (const { name, kind, value } of env.all()) {
    if (!/^[A-Za-z_]\w*$/.test(name)) continue;
    if (kind === 'env' && value !== undefined && !/['\r\n]/.test(value)) known.push(`export ${name}='${value}'`);
    else unknown.push(name);
  }
  return [`read -r ${unknown.join(' ')}`, ...known].join('; ');
}

/** Build arguments that need no ARG. */
const PREDEFINED = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'];

/** The answer to a question is found by its text. */
export const keyOf = ({ dialect, script }: ShellQuestion): string => `${dialect}\n${script}`;

/** Lines and columns as ShellCheck counts them, from 1 and in code points, as offsets. */
class Lines {
  readonly #lines: readonly string[];
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#lines = text.split('\n');
    let at = 0;
    this.#starts = this.#lines.map((line) => {
      const start = at;
      at += line.length + 1;
      return start;
    });
  }

  offsetOf({ line, column }: ShellPosition): number {
    const text = this.#lines[line - 1];
    if (text === undefined) return this.#lines.join('\n').length;
    let offset = 0;
    for (let left = column - 1; left > 0 && offset < text.length; left -= 1)
      offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
    return (this.#starts[line - 1] ?? 0) + offset;
  }
}
