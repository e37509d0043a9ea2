import { chain, fix } from '../edit.js';
import { leavesCache } from '../knowledge/caches.js';
import { verbOf } from '../knowledge/commands.js';
import { argument } from '../knowledge/hadolint.js';
import { keepsOut } from '../knowledge/mounts.js';
import { uncleanedToHadolint } from '../knowledge/peers.js';
import type { Command, Dockerfile, Instructions } from '../model/index.js';
import { say, type Finding } from '../rule.js';

type Run = Instructions['RUN'];

/** A package manager whose cache is to be cleaned by the RUN that fills it. */
export interface Cleaning {
  readonly programs: readonly string[];
  /** The words of the clean-up behind the program. */
  readonly call: string;
  /** The install that the peers report in a RUN. */
  readonly reported: (run: Run, program: string) => Command | undefined;
  /** Whether the cache is kept out of the layer by other means than those that all have in common. */
  readonly isExempt?: (run: Run) => boolean;
  /** Whether the peers take a command for a clean-up, so that another one would change nothing for them. */
  readonly isCleanUp?: (command: Command, program: string) => boolean;
}

/** How hadolint decides: by words of the call, wherever they stand. */
export interface Words {
  /** Mounts with one of these in their target keep the cache out. */
  readonly mounts: readonly string[];
  readonly installs: readonly string[];
  readonly cleans: readonly string[];
  /** Words of an `rm` that count as well. */
  readonly removals: readonly string[];
}

/** Any call with one of the words counts, and the first clean-up has to come after the first install. */
export function byWords({ mounts, installs, cleans, removals }: Words): Pick<Cleaning, 'reported' | 'isCleanUp'> {
  const says = (command: Command, words: readonly string[]): boolean => words.some((word) => argument(command, word));
  const isCleanUp = (command: Command, program: string): boolean =>
    (command.program.text === program && says(command, cleans)) ||
    (command.program.text === 'rm' && says(command, removals));
  return {
    isCleanUp,
    reported: (run, program) =>
      mounts.some((folder) => keepsOut(run, folder))
        ? undefined
        : uncleanedToHadolint(
            run.commands,
            (command) => command.program.text === program && says(command, installs),
            (command) => isCleanUp(command, program),
          ),
  };
}

/** Each RUN that leaves what a package manager has downloaded. */
export function* uncleaned(
  file: Dockerfile,
  { programs, call, reported, isCleanUp, isExempt }: Cleaning,
  { asPeers }: { readonly asPeers: boolean },
): Iterable<Finding> {
  for (const run of file.runs(...programs)) {
    for (const program of programs) {
      const seen = reported(run, program);
      const install = asPeers ? seen : isExempt?.(run) ? undefined : leavesCache(run, [program]);
      if (!install) continue;
      const sudo = install.wrappers.some((wrapper) => wrapper.program.text === 'sudo') ? 'sudo ' : '';
      // hadolint looks at the first clean-up alone, so that another one would not help.
      const isCleaned = asPeers && run.commands.some((command) => isCleanUp?.(command, program));
      const edit = isCleaned ? undefined : chain(run, `${sudo}${program} ${call}`);
      yield {
        at: argument(install, 'install') ?? verbOf(install) ?? install.program,
        message: say`What ${program} downloads for the install stays in the layer.`,
        fix: edit && fix({ title: 'Clean up in the same RUN', changes: ['package caches'] }, edit),
        ...(seen ? {} : { peers: [] }),
      };
    }
  }
}
