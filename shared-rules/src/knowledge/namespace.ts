import type { Manifest } from '../model/index.js';

/** The files beside a manifest, as a workspace hands them out. */
export interface Neighbours {
  list(folder: string): readonly string[] | undefined;
  open(path: string, kind: 'kubernetes'): Manifest | undefined;
}

const MOST = 30;

/**
 * Whether a namespace's own rules lie in the file or beside it, so that what a container lacks may be filled in:
 * LimitRange sets defaults, ResourceQuota demands figures.
 */
export function hasObject(file: Manifest, neighbours: Neighbours, ...kinds: readonly string[]): boolean {
  const isMeant = ({ objects }: Manifest): boolean => objects.some(({ kind }) => kinds.includes(kind.text));
  if (isMeant(file)) return true;
  const names = (neighbours.list('') ?? []).filter((name) => /\.ya?ml$/i.test(name)).slice(0, MOST);
  return names.some((name) => {
    const beside = neighbours.open(name, 'kubernetes');
    return beside !== undefined && isMeant(beside);
  });
}
