import type { Located, Parsed, Word } from './file.js';

/** A configuration file of nginx, or a piece that another one includes. */
export interface NginxConfig extends Parsed<'nginx'> {
  /** The directives at the top. */
  readonly directives: readonly NginxDirective[];
  /** Every directive at any depth in the order of the text, or only those with the given names. */
  all(...names: readonly string[]): Iterable<NginxDirective>;
  /** Whether nginx starts with this file: it has the block `events`, which stands in no file that is included. */
  readonly isMain: boolean;
}

/** `listen 80;`, or `server { … }`. */
export interface NginxDirective extends Located {
  readonly name: Word;
  /** A word with a variable is not literal. */
  readonly args: readonly Word[];
  /** What stands between its braces; absent where there are none. Lua code is not read. */
  readonly block?: readonly NginxDirective[] | undefined;
  readonly parent?: NginxDirective | undefined;
}
