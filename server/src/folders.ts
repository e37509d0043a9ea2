import { URI, Utils } from 'vscode-uri';

/** Where a document stands: the folder that all paths run from, and its own path from there. */
export interface Place {
  /** Absent for a document that lies in no folder, such as an untitled one. */
  readonly root: URI | undefined;
  /** With forward slashes. */
  readonly path: string;
}

/** The workspace's folders. A document belongs to the longest that holds it, else to the folder it lies in. */
export class Folders {
  #roots = new Map<string, URI>();

  set(uris: readonly string[]): void {
    this.#roots = new Map(uris.map((uri) => [canonical(uri), URI.parse(uri)]));
  }

  change(added: readonly string[], removed: readonly string[]): void {
    for (const uri of removed) this.#roots.delete(canonical(uri));
    for (const uri of added) this.#roots.set(canonical(uri), URI.parse(uri));
  }

  placeOf(uri: string): Place {
    const parsed = URI.parse(uri);
    if (parsed.scheme !== 'file') return { root: undefined, path: Utils.basename(parsed) };
    const within = [...this.#roots.keys()].filter((root) => pathFrom(root, uri) !== undefined);
    const longest = within.sort((a, b) => b.length - a.length)[0];
    const root = (longest === undefined ? undefined : this.#roots.get(longest)) ?? Utils.dirname(parsed);
    return { root, path: pathFrom(root.toString(), uri) ?? Utils.basename(parsed) };
  }
}

/** The same address for the same file, however a client escapes it. */
export const canonical = (uri: string): string => URI.parse(uri).toString().replace(/\/$/, '');

/** The path from one address to another below it; undefined when it is not below. */
export function pathFrom(root: string, uri: string): string | undefined {
  const folder = `${canonical(root)}/`;
  const target = canonical(uri);
  return target.startsWith(folder) ? decodeURIComponent(target.slice(folder.length)) : undefined;
}
