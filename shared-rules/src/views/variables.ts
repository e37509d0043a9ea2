import type { Dockerfile, Located, Part, Variable, Word } from '../model/index.js';
import { encloses } from '../model/index.js';

/** A variable that a text names, and what it stands for there. */
export interface NamedVariable {
  readonly name: string;
  /** Where it is named: `$NAME`, `${NAME:-default}`. */
  readonly at: Located;
  /** Absent where the Dockerfile does not set it: the base image, the builder or the shell may. */
  readonly variable: Variable | undefined;
  /** Whether a shell reads it, which may have set it itself. */
  readonly isShells: boolean;
}

const REFERENCE = /\$(?:\{(\w+)[^{}]*\}|(\w+))/g;

/** The variable that is named at the offset, if the instruction there, or its shell, puts one in. */
export function variableAt(file: Dockerfile, offset: number): NamedVariable | undefined {
  for (const node of file.all()) {
    const { span } = node;
    if (offset < span.start || offset > span.end) continue;
    const target = node.keyword === 'ONBUILD' && node.trigger ? node.trigger : node;
    const text = file.text.slice(span.start, span.end);
    for (const match of text.matchAll(REFERENCE)) {
      const start = span.start + match.index;
      const at = { span: { start, end: start + match[0].length } };
      if (offset < at.span.start || offset > at.span.end) continue;
      const name = match[1] ?? match[2] ?? '';
      const isRun = 'commands' in target;
      const words = isRun
        ? target.commands.flatMap(({ program, args, redirections, assignments }) => [
            program,
            ...args,
            ...redirections.flatMap(({ target: file }) => file ?? []),
            ...assignments.flatMap(({ value }) => value ?? []),
          ])
        : target.words;
      if (!words.some((word) => encloses(word, at) && names(word, name))) return undefined;
      return { name, at, variable: target.state.env.lookup(name), isShells: isRun };
    }
  }
  return undefined;
}

const names = ({ parts }: Word, name: string): boolean => parts.some((part) => isNamed(part, name));

const isNamed = (part: Part, name: string): boolean =>
  part.kind === 'variable' && (part.name === name || (part.operand ?? []).some((inner) => isNamed(inner, name)));
