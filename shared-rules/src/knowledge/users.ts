import type { Family } from '../model/index.js';

/** Programs that give up root before they start the real program. Source: their manuals. */
export const PRIVILEGE_DROPS: readonly string[] = ['gosu', 'su-exec', 'suexec', 'setpriv', 'runuser', 'chpst'];

/** How a distribution makes a system user and its group; undefined where nothing is known to be installed for it. */
export function userCreation(family: Family, name: string): string | undefined {
  switch (family) {
    case 'debian':
      return `groupadd -r ${name} && useradd --no-log-init -r -g ${name} ${name}`;
    case 'redhat':
    case 'suse':
      return `groupadd -r ${name} && useradd -r -g ${name} ${name}`;
    case 'alpine':
      return `addgroup -S ${name} && adduser -S -G ${name} ${name}`;
    case 'none':
    case 'windows':
    case 'unknown':
      return undefined;
  }
}

/** Whether a USER value is root: by name or number, with or without a group. */
export const isRoot = (user: string): boolean => /^(root|0+)(:|$)/.test(user.trim());
