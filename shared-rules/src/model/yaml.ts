import type { Located, Word } from './file.js';

/** A step into a YAML tree: a key of a map, or the place in a list. */
export type YamlStep = string | number;

interface YamlBase extends Located {
  /** Whether it stands in several places, by an anchor on it or around it: an edit here would change them all. */
  readonly isShared: boolean;
  /** Whether a template (`{{ … }}`) may put more into it than is written. */
  readonly isOpen: boolean;
}

export type YamlNode = YamlMap | YamlList | YamlScalar;

/** A single value. `literal` is false when it holds a variable or a template; the span takes in the quotes. */
export interface YamlScalar extends YamlBase, Word {
  readonly type: 'scalar';
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** Whether nothing is written, or `null` or `~`. */
  readonly isNull: boolean;
  /** Whether it stands inside brackets or braces. */
  readonly isFlow: boolean;
}

export interface YamlList extends YamlBase {
  readonly type: 'list';
  /** Written in brackets. */
  readonly isFlow: boolean;
  readonly items: readonly YamlItem[];
}

/** An item with its dash. */
export interface YamlItem extends Located {
  readonly value: YamlNode;
  readonly list: YamlList;
}

export interface YamlMap extends YamlBase {
  readonly type: 'map';
  /** Written in braces. */
  readonly isFlow: boolean;
  /** What is written here; the keys that a merge (`<<`) brings in are not among them. */
  readonly entries: readonly YamlEntry[];
  /** Every key with its value: those written here, then those that merges bring in. */
  all(): Iterable<YamlEntry>;
  /** The entry at the end of a path of keys, aliases and merges followed. */
  entry(...path: readonly YamlStep[]): YamlEntry | undefined;
  /** The value at the end of a path, aliases and merges followed. */
  node(...path: readonly YamlStep[]): YamlNode | undefined;
  /** The single value at the end of a path. */
  get(...path: readonly YamlStep[]): YamlScalar | undefined;
  map(...path: readonly YamlStep[]): YamlMap | undefined;
  list(...path: readonly YamlStep[]): YamlList | undefined;
  /** Whether there is surely nothing at the path: false also where a template may put it there. */
  lacks(...path: readonly YamlStep[]): boolean;
}

export interface YamlEntry extends Located {
  readonly key: YamlScalar;
  readonly value: YamlNode;
  /** The map that it is written in. */
  readonly map: YamlMap;
  /** What the map is the value of; absent in a list and at the top. */
  readonly parent?: YamlEntry | undefined;
  /** Whether the value is an alias: what is read there is written elsewhere. */
  readonly isAlias: boolean;
}
