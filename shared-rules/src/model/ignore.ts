import type { Located, Parsed } from './file.js';

/** A .dockerignore file, decided as the builder decides it. */
export interface IgnoreFile extends Parsed<'dockerignore'> {
  readonly patterns: readonly IgnorePattern[];
  /** The pattern that keeps the path (from the root of the build context) out of the build; absent when it goes in. */
  ignoring(path: string): IgnorePattern | undefined;
  /** Whether an exception (`!pattern`) may take back something that lies below the path. */
  reopensBelow(path: string): boolean;
}

export interface IgnorePattern extends Located {
  /** The pattern as the builder reads it: cleaned, without `!` and without a leading slash. */
  readonly text: string;
  /** `!pattern`: takes paths back in. */
  readonly negated: boolean;
  /** What looks like a comment and is part of the pattern, since only a `#` at the very start of a line makes one. */
  readonly remark?: { readonly text: string; readonly patternBefore: string } | undefined;
}
