import { CONFIG_NAMES, HADOLINT_CONFIG_NAMES } from '@plimsoll/rules';
import {
  DidChangeWatchedFilesNotification,
  type Connection,
  type Disposable,
  type FileSystemWatcher,
} from 'vscode-languageserver';

import type { Abilities } from './abilities.js';

/** Asks the client to tell of changes in config files and in what the documents depend on. */
export class Watchers {
  readonly #connection: Connection;
  readonly #abilities: Abilities;
  #wanted = '';
  #registered: Promise<Disposable> | undefined;

  constructor(connection: Connection, abilities: Abilities) {
    this.#connection = connection;
    this.#abilities = abilities;
  }

  /** The paths by the folder that they run from. */
  update(paths: ReadonlyMap<string, ReadonlySet<string>>): void {
    if (!this.#abilities.registersWatchers) return;
    const watchers = [configWatcher, ...this.#watchersOf(paths)];
    const wanted = JSON.stringify(watchers);
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    const before = this.#registered;
    // The new ones stand before the old ones go, so that no change is missed between them.
    this.#registered = this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    this.#replace(before, this.#registered).catch((error: unknown) => {
      this.#connection.console.warn(`Files are not watched: ${String(error)}`);
    });
  }

  async #replace(before: Promise<Disposable> | undefined, after: Promise<Disposable>): Promise<void> {
    await after;
    (await before)?.dispose();
  }

  #watchersOf(paths: ReadonlyMap<string, ReadonlySet<string>>): readonly FileSystemWatcher[] {
    return [...paths]
      .flatMap(([baseUri, asked]) =>
        [...asked].map((path): FileSystemWatcher => {
          const pattern = patternOf(path);
          const globPattern = this.#abilities.hasRelativePatterns ? { baseUri, pattern } : `**/${pattern}`;
          return path.endsWith('/') ? { globPattern, kind: CREATED_OR_DELETED } : { globPattern };
        }),
      )
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
}

const configWatcher: FileSystemWatcher = {
  globPattern: `**/{${[...CONFIG_NAMES, ...HADOLINT_CONFIG_NAMES].join(',')}}`,
};

const CREATED_OR_DELETED = 5;

/** A glob for the path, or for what lies in the folder. A sign that means something in a glob stands for any sign. */
const patternOf = (path: string): string => {
  const plain = path.replace(/^\.?\//, '').replace(/[[\]{}*?!]/g, '?');
  return path.endsWith('/') ? `${plain}*` : plain;
};
