import type { Dockerfile, Service, Stage } from '../model/index.js';

/** Reads a Dockerfile of the project; undefined where it is not there. */
type OpenDockerfile = (path: string) => Dockerfile | undefined;

/** The Dockerfile that a Compose service builds, and the stage that it runs. */
export function buildOf(
  { build }: Service,
  open: OpenDockerfile,
): { readonly path: string; readonly dockerfile: Dockerfile; readonly stage: Stage } | undefined {
  if (build?.context === undefined || build.dockerfile === undefined) return undefined;
  const path = joined(build.context, build.dockerfile);
  const dockerfile = path === undefined ? undefined : open(path);
  if (path === undefined || !dockerfile) return undefined;
  const { target } = build;
  const stage = target
    ? dockerfile.stages.find(({ name }) => name?.text.toLowerCase() === target.text.toLowerCase())
    : dockerfile.finalStage;
  return stage && { path, dockerfile, stage };
}

/** The path of a file in a folder, from where the folder is named; undefined where it leads out of there. */
function joined(folder: string, file: string): string | undefined {
  const parts: string[] = [];
  for (const part of (file.startsWith('/') ? file : `${folder}/${file}`).split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return file.startsWith('/') || folder.startsWith('/') ? undefined : parts.join('/');
}
