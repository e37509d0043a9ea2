import { removeStep, suggestion, wordsAfter } from '../../edit.js';
import { installsPackages, isInstallToParfum } from '../../knowledge/apt.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { runOf, runsAnyway, type Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'apt-single-install',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['packages', 'layers'],
  since: 'next',
  peers: { parfum: ['ruleMoreThanOneInstall'] },
  summary: 'Install the packages of a stage by one call of apt-get.',
  docs: `
Each call of \`apt-get install\` reads the lists and works out what depends on what anew, and two lists of packages are harder to
keep in order than one.

Name all packages in one call. Where something has to come between, as a repository, nothing is said.`,
  sources: {
    'Best practices for building, "apt-get"': 'https://docs.docker.com/build/building/best-practices/#apt-get',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: two calls in a file are one too many.',
    },
  },
  differs: [
    {
      from: 'parfum/ruleMoreThanOneInstall',
      they: 'counts over the whole file',
      we: 'flags a call right behind another with the same flags',
      why: 'What comes between, as a repository or a removal, may need the order.',
    },
  ],
  examples: [
    {
      title: 'Two calls, one after the other',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && apt-get «install» -y git`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl git`,
    },
    {
      title: 'Over several lines, behind sudo',
      bad: `
        FROM debian:12
        RUN sudo apt-get update && \\
            sudo apt-get install -y \\
              # for the health check
              curl && \\
            sudo apt-get «install» -y git jq`,
      good: `
        FROM debian:12
        RUN sudo apt-get update && \\
            sudo apt-get install -y \\
              # for the health check
              curl git jq`,
    },
    {
      title: 'One call a stage',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        FROM debian:12
        RUN apt-get update && apt-get install -y git`,
    },
    {
      title: 'Something comes between',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && apt-get update && apt-get install -y git
        RUN apt-get update && apt-get install -y gcc && make && apt-get purge -y gcc && apt-get install -y jq
        RUN apt-get update && apt-get install -y gnupg && add-apt-repository ppa:x && apt-get install -y x`,
    },
    {
      title: 'Branches, and other flags',
      good: `
        FROM debian:12
        RUN apt-get update && if [ -n "$A" ]; then apt-get install -y a; else apt-get install -y b; fi
        RUN apt-get update && apt-get install -y a && apt-get install -y --no-install-recommends b && apt-get install -y -t stable c`,
    },
    {
      title: 'As docker-parfum judges it: one call a file',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN apt-get update && if true; then apt-get install a; else apt-get «install» -y b; fi
        FROM debian:12
        RUN apt install -y c`,
    },
    {
      title: 'A single call',
      profile: 'all',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y a && apt-get update && apt-get purge -y b`,
    },
  ],
  *check(file, { options }) {
    if (options.asPeers) {
      const [, second] = [...file.runCommands('apt-get', 'apt')].filter(isInstallToParfum);
      if (second)
        yield { at: verbOf(second) ?? second.program, message: say`Another call has installed packages already.` };
      return;
    }
    for (const run of file.runs('apt-get', 'apt')) {
      const wrapping = new Set(run.commands.flatMap(({ wrappers }) => wrappers));
      const calls = run.commands.filter((command) => !wrapping.has(command));
      for (const [index, second] of calls.entries()) {
        const first = calls[index - 1];
        const verb = verbOf(second);
        if (!first || !verb || runOf(second) !== run || !isSameInstall(first, second)) continue;
        const last = objectsOf(first).at(-1);
        const gone = removeStep(run, second);
        const names = objectsOf(second).map(({ text }) => text);
        const isPlain = names.every((name) => /^[\w.+:=~/-]+$/.test(name)) && last?.literal === true;
        yield {
          at: verb,
          message: say`The call before this one installs packages in the same way.`,
          fix: gone && isPlain ? suggestion('Install them in one call', wordsAfter(last, ...names), gone) : undefined,
          ...(isInstallToParfum(second) ? {} : { peers: [] }),
        };
      }
    }
  },
});

const flagsOf = ({ assignments, flags, program, wrappers }: Command): string =>
  [
    ...assignments.map(({ name }) => name.text),
    program.text,
    wrappers.map((wrapper) => wrapper.program.text),
    ...flags.map(({ word }) => word.text).sort(),
  ].join(' ');

/** Whether two calls install with the same flags, whatever happens. */
const isSameInstall = (first: Command, second: Command): boolean =>
  [first, second].every((command) => installsPackages(command) && runsAnyway(command)) &&
  flagsOf(first) === flagsOf(second);
