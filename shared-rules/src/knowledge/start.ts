import type { Dockerfile, ShellScript, Stage } from '../model/index.js';
import { dropsRootItself } from './images.js';
import { isForDevelopment } from './stages.js';
import { PRIVILEGE_DROPS } from './users.js';

/** Reads a script of the build context; undefined where it is not there. */
type OpenScript = (path: string) => ShellScript | undefined;

/**
 * Whether an image has its reasons to start as root: it is for people at work, its program drops root by itself, or it
 * is an init system.
 */
export const mayStartAsRoot = (file: Dockerfile, stage: Stage, open: OpenScript): boolean =>
  isForDevelopment(stage, file) || dropsRoot(file, stage, open) || isInit(stage);

const startsOf = (stage: Stage) =>
  [stage.effective('ENTRYPOINT'), stage.effective('CMD')].filter((node) => node !== undefined);

function dropsRoot(file: Dockerfile, stage: Stage, open: OpenScript): boolean {
  const { rootImage } = stage;
  // An ENTRYPOINT of one's own stands in the place of the image's, which would do it.
  if (rootImage && dropsRootItself(rootImage.resolved?.name ?? rootImage.name) && !stage.effective('ENTRYPOINT'))
    return true;
  return startsOf(stage).some(({ commands }) => {
    if (commands.some(({ program }) => PRIVILEGE_DROPS.includes(program.text))) return true;
    const started = commands.flatMap(({ path, subcommand, program }) => [
      path,
      ...(SHELLS.has(program.text) && subcommand?.literal ? [subcommand.text] : []),
    ]);
    return started
      .flatMap((path) => file.contextPathsOf(path, stage))
      .some((path) => {
        const script = open(path);
        return script !== undefined && [...script.commands(...PRIVILEGE_DROPS)].length > 0;
      });
  });
}

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash']);

const INITS: ReadonlySet<string> = new Set(['systemd', 'init']);

const isInit = (stage: Stage): boolean =>
  startsOf(stage).some(({ commands }) => commands[0] !== undefined && INITS.has(commands[0].program.text));
