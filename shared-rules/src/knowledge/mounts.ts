import type { Instructions } from '../model/index.js';

/** Folders that a RUN fills on a cache or a tmpfs, so that nothing of them stays in the layer. */
export const targetsKeptOut = ({ mounts }: Instructions['RUN']): readonly string[] =>
  mounts.flatMap(({ type, target }) =>
    (type === 'cache' || type === 'tmpfs') && target !== undefined ? [target] : [],
  );

/** Whether a cache or tmpfs has a target with the text in it, as hadolint looks for it. */
export const keepsOut = (run: Instructions['RUN'], fragment: string): boolean =>
  targetsKeptOut(run).some((target) => target.includes(fragment));

/** Whether a cache or tmpfs holds the folder: it, a folder around it, or one that only the build knows. */
export const holds = (run: Instructions['RUN'], folder: string): boolean =>
  targetsKeptOut(run).some((target) => target.includes('$') || isWithin(folder, target) || isWithin(target, folder));

/** Whether a path is the folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  const root = folder.replace(/\/+$/, '');
  return path.replace(/\/+$/, '') === root || path.startsWith(`${root}/`);
}
