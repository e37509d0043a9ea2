import type { ContainerSettings, Dockerfile, Word } from '../model/index.js';
import { startsOf } from './start.js';

/** The words that start a container: those of the manifest, else those of the Dockerfile that it is built by. */
export function startWords(container: ContainerSettings, dockerfile: Dockerfile | undefined): readonly string[] {
  const texts = (words: readonly Word[] | undefined): readonly string[] => words?.map(({ text }) => text) ?? [];
  const own = [...texts(container.entrypoint), ...texts(container.arguments)];
  if (own.length > 0) return own;
  const stage = dockerfile?.finalStage;
  return stage
    ? startsOf(stage).flatMap(({ commands }) => commands.flatMap(({ program, args }) => [program.text, ...texts(args)]))
    : [];
}

/** Whether gunicorn is started with its heartbeat files where nobody has told it otherwise. */
export function keepsHeartbeatOnDisk(words: readonly string[], { environment }: ContainerSettings): boolean {
  const isGunicorn = words.some((word) => /(?:^|\/)gunicorn$/.test(word));
  const isTold = words.some((word) => /^(?:--worker-tmp-dir|-c|--config|-c.+)(?:=|$)/.test(word));
  return isGunicorn && !isTold && !environment.some(({ name }) => name.text === 'GUNICORN_CMD_ARGS');
}
