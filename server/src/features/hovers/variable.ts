import type { LineIndex, NamedVariable } from '@plimsoll/rules';

import { rangeOf } from '../../ranges.js';
import type { Writer } from './writer.js';

/** What the variable stands for here, and who says so. */
export function variableBlocks(
  { isShells, name, variable }: NamedVariable,
  lines: LineIndex,
  writer: Writer,
): readonly string[] {
  if (!variable) {
    const others = isShells ? 'the shell, the base image or the builder' : 'the base image or the builder';
    return [
      `${writer.strong(writer.code(name))}: not set in this Dockerfile before this point; ${others} may know it.`,
    ];
  }
  const line = String(rangeOf(lines, variable.setBy.span).start.line + 1);
  const kind =
    variable.kind === 'env'
      ? 'an ENV, so that it stays in the image'
      : 'an ARG, which `--build-arg` can change and which is gone once the image is built';
  const value =
    variable.value === undefined ? 'its value is known only to the build' : `it is ${writer.code(variable.value)}`;
  return [
    `${writer.strong(writer.code(name))}: ${value}.`,
    writer.prose(
      `Set on line ${line}: ${kind}.${isShells ? ' What the command itself sets by that name goes first.' : ''}`,
    ),
  ];
}
