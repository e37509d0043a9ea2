import type { ComposeFile, Service } from '../model/index.js';
import { isWithin } from './mounts.js';

/** What is asked of the files beside the Dockerfile. */
interface Files {
  list(folder: string): readonly string[] | undefined;
  open(path: string, kind: 'compose'): ComposeFile | undefined;
}

const NAME = /^(docker-)?compose([.-][\w.-]+)?\.ya?ml$/;

/** The services that Compose files in the root of the build context build. Source: the Compose specification, "Compose file". */
function* servicesBeside(files: Files): Iterable<Service> {
  for (const name of files.list('') ?? []) {
    if (!NAME.test(name)) continue;
    for (const service of files.open(name, 'compose')?.services() ?? []) if (service.build) yield service;
  }
}

/** Whether a Compose file beside the Dockerfile gives a service that it builds the variable. */
export const isSetByCompose = (variable: string, files: Files): boolean =>
  [...servicesBeside(files)].some(({ environment }) => environment.some(({ name }) => name.text === variable));

/** Whether a Compose file beside the Dockerfile mounts memory over the path. */
export const isMemoryByCompose = (path: string, files: Files): boolean =>
  [...servicesBeside(files)].some(({ mounts }) =>
    mounts.some(({ type, target }) => type === 'tmpfs' && target !== undefined && isWithin(path, target)),
  );
