import type { AnyFile, ContainerSettings, Dockerfile, NginxConfig, Stage, YamlScalar } from '../model/index.js';
import { localSources } from './context.js';
import { officialName } from './images.js';

/** Asks the official image to set the number of workers by the limits of the container. Source: 30-tune-worker-processes.sh. */
export const AUTOTUNE = 'NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE';

/** Whether the stage starts from an official image of nginx and leaves its entrypoint in place. */
export function hasOfficialEntrypoint(stage: Stage): boolean {
  const name = stage.rootImage?.resolved?.name ?? stage.rootImage?.name ?? '';
  return isNginxImage(name) && !stage.effective('ENTRYPOINT');
}

export const isNginxImage = (name: string): boolean => officialName(name) === 'nginx' || isUnprivilegedNginx(name);

/** The twin that runs without root: its port, its pid file and its caches are placed for that. */
export const isUnprivilegedNginx = (name: string): boolean =>
  /^((docker\.io|ghcr\.io|quay\.io|public\.ecr\.aws)\/)?(nginxinc|nginx)\/(docker-)?nginx-unprivileged(\/|$)/.test(
    name,
  );

/** Whether the Dockerfile copies the file, wherever its build context begins. */
export function copiesConfig(dockerfile: Dockerfile, { path }: NginxConfig): boolean {
  const full = `/${path}`;
  return [...localSources(dockerfile)].some(({ path: source, isPattern }) => {
    if (source === '') return true;
    const plain = isPattern ? source.slice(0, source.lastIndexOf('/') + 1).replace(/\/$/, '') : source;
    return plain === '' || full.endsWith(`/${plain}`) || full.includes(`/${plain}/`);
  });
}

/** A place where an image is run. */
interface Use {
  readonly file: AnyFile;
  readonly container: ContainerSettings;
}

/** Whether the number of workers is set at start, or the container is bound to processors that nginx counts. */
export function isTuned(dockerfile: Dockerfile | undefined, uses: readonly Use[]): boolean {
  const stage = dockerfile?.finalStage;
  const variable = stage?.result.env.lookup(AUTOTUNE);
  if (stage && hasOfficialEntrypoint(stage) && variable?.kind === 'env' && variable.value !== '') return true;
  return uses.some(
    ({ container }) =>
      container.environment.some(({ name }) => name.text === AUTOTUNE) || container.get('cpuset') !== undefined,
  );
}

/** The smallest limit of the containers, in whole processors, and where it stands. */
export function coresOf(
  uses: readonly Use[],
): { readonly cores: number; readonly node: YamlScalar; readonly path: string } | undefined {
  const limits = uses.flatMap(({ file, container: { cpuLimit } }) =>
    cpuLimit?.value === undefined || cpuLimit.value <= 0
      ? []
      : [{ node: cpuLimit.node, path: file.path, cores: Math.ceil(cpuLimit.value) }],
  );
  return limits.sort((a, b) => a.cores - b.cores)[0];
}
