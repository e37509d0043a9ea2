import type { Instruction, Stage, Word } from '../model/index.js';
import { operandsOf } from './commands.js';
import { isWithin } from './mounts.js';
import { inImage, pathOf, volumesOf } from './paths.js';

/** Folders for what a program keeps while it runs. Source: Filesystem Hierarchy Standard, /var, and use. */
const KEEPING = /^\/(data|var\/(lib|spool)\/[^/]+)(\/|$)/;
/** Folders for what it writes and may lose. */
const WRITING = /^\/var\/(log|cache|run)\/(?!sshd(\/|$))[^/]+(\/|$)/;
/** What package managers keep there. */
const OF_PACKAGES =
  /^\/var\/(lib|cache|log)\/(apt|dpkg|rpm|dnf|yum|zypp|apk|pacman|debconf|man|ldconfig|ucf|systemd|dbus|alternatives|ca-certificates)(\/|$)/;

/** Whether a program is to write to the folder while it runs. */
export const isStateFolder = (path: string): boolean =>
  (KEEPING.test(path) || WRITING.test(path)) && !OF_PACKAGES.test(path);

/** Whether a program keeps something in the folder. */
const isDataFolder = (path: string): boolean => KEEPING.test(path) && !OF_PACKAGES.test(path);

/**
 * The strongest sign that what runs here keeps state: a VOLUME, or a folder for data that is made or filled, of the stage
 * or of those it is based on.
 */
export function signOfState(stage: Stage): Word | undefined {
  let weaker: Word | undefined;
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of at.instructions) {
      if (node.keyword === 'VOLUME') {
        const [word] = volumesOf(node).keys();
        if (word) return word;
      } else weaker ??= folderIn(node);
    }
  }
  return weaker;
}

function folderIn(node: Instruction): Word | undefined {
  switch (node.keyword) {
    case 'WORKDIR': {
      const path = node.path.literal ? inImage(node.path.text, node.state) : undefined;
      return path !== undefined && isStateFolder(path) ? node.path : undefined;
    }
    case 'COPY':
    case 'ADD': {
      // A file that is copied there is as often as not a setting; logs and caches are not copied at all.
      const path = node.target?.literal ? inImage(node.target.text, node.state) : undefined;
      return path !== undefined && isDataFolder(path) ? node.target : undefined;
    }
    case 'RUN':
      return node.commands
        .filter(({ program }) => program.text === 'mkdir')
        .flatMap(operandsOf)
        .find((word) => {
          const path = word.text.startsWith('/') ? pathOf(word, node.state) : undefined;
          const isMounted = node.mounts.some(
            ({ target }) => target !== undefined && path !== undefined && isWithin(path, target),
          );
          return path !== undefined && isStateFolder(path) && !isMounted;
        });
    default:
      return undefined;
  }
}
