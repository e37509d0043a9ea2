import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Colors } from '../streams.js';

/** What a file was and what it would be. Without `before` it would be new. */
export interface Change {
  readonly shown: string;
  readonly before?: string;
  readonly after: string;
}

/** A unified diff that `git apply` and `patch -p1` take, empty where nothing changes. */
export const unifiedDiff = (changes: readonly Change[], colors: Colors): string =>
  changes.map((change) => colored(patchOf(change), colors)).join('');

function patchOf({ shown, before, after }: Change): string {
  const from = before === undefined ? '/dev/null' : `a/${shown}`;
  return createTwoFilesPatch(from, `b/${shown}`, before ?? '', after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

function colored(patch: string, colors: Colors): string {
  if (!colors.isColorSupported) return patch;
  return patch
    .split('\n')
    .map((line) => {
      if (line.startsWith('---') || line.startsWith('+++')) return colors.bold(line);
      if (line.startsWith('@@')) return colors.cyan(line);
      if (line.startsWith('+')) return colors.green(line);
      return line.startsWith('-') ? colors.red(line) : line;
    })
    .join('\n');
}
