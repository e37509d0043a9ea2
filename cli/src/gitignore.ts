import ignore, { type Ignore } from 'ignore';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInside, pathFrom } from './roots.js';

/** What the .gitignore files of a root say. Each is read once. */
export class GitIgnore {
  private readonly files = new Map<string, Promise<Ignore | undefined>>();

  constructor(private readonly root: string) {}

  /**
   * Whether git would leave the path out. Only the .gitignore files in `from` and below count for a folder that was
   * named on purpose; without `from`, all of them from the root down do.
   */
  async ignores(path: string, isFolder: boolean, from = this.root): Promise<boolean> {
    for (let folder = dirname(path); isInside(folder, from); folder = dirname(folder)) {
      const verdict = (await this.at(folder))?.test(`${pathFrom(folder, path)}${isFolder ? '/' : ''}`);
      if (verdict?.ignored) return true;
      if (verdict?.unignored) return false;
      if (folder === dirname(folder)) break;
    }
    return false;
  }

  /** Whether the path or a folder that it lies in is left out. */
  async hides(path: string, isFolder: boolean): Promise<boolean> {
    for (
      let at = path, folder = isFolder;
      at !== this.root && isInside(at, this.root);
      at = dirname(at), folder = true
    ) {
      if (await this.ignores(at, folder)) return true;
    }
    return false;
  }

  private at(folder: string): Promise<Ignore | undefined> {
    const known = this.files.get(folder);
    if (known) return known;
    const reading = readFile(join(folder, '.gitignore'), 'utf8').then(
      (text) => ignore().add(text),
      () => undefined,
    );
    this.files.set(folder, reading);
    return reading;
  }
}
