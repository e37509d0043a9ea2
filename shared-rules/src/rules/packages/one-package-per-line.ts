import { fix, replaceBetween, type Edit } from '../../edit.js';
import { LISTER_PROGRAMS, packagesOf, type ListedPackage } from '../../knowledge/package-lists.js';
import {
  areOnOneLine,
  columnBehind,
  stretch,
  type Command,
  type Dockerfile,
  type Located,
  type Word,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

const LONGEST_LINE = 100;

export default rule({
  id: 'one-package-per-line',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['packages', 'style'],
  since: 'next',
  summary: 'Write each package of a long list on a line of its own.',
  docs: `
A change to a long line of packages shows as one changed line, in which the reader has to look for the word that is new.
With one package a line, a review shows what came and what went.

The fix breaks the list. Short lists may stay on their line; \`max\` says how long is long.`,
  sources: {
    'Best practices for building, "Sort multi-line arguments"':
      'https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    max: { about: 'How many packages may stand on one line.', type: 'integer', default: 4, min: 2 },
  },
  examples: [
    {
      title: 'Many packages on one line',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y «bash curl git jq make» && rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y \\
            bash \\
            curl \\
            git \\
            jq \\
            make && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A list that runs over the edge, with some lines broken already',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends «a-package-of-a-long-name another-package third»
        RUN apk add \\
            «bash curl \\
            git jq \\
            make»`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends \\
            a-package-of-a-long-name \\
            another-package \\
            third
        RUN apk add \\
            bash \\
            curl \\
            git \\
            jq \\
            make`,
    },
    {
      title: 'Short lists, long ones with one a line, one or two long names',
      good: `
        FROM debian:12
        RUN apt-get install -y bash curl git jq && pip install \\
            django \\
            flask \\
            gunicorn \\
            requests \\
            uvicorn
        RUN apt-get update && apt-get install -y --no-install-recommends a-package-of-a-very-long-name another-package-of-a-long-name`,
    },
    {
      title: 'In a heredoc and in an exec form',
      good: `
        FROM debian:12
        RUN <<EOF
        apt-get install -y bash curl git jq make
        EOF
        RUN ["apt-get", "install", "-y", "bash", "curl", "git", "jq", "make"]`,
    },
    {
      title: 'With another limit',
      options: { max: 6 },
      good: `
        FROM debian:12
        RUN apt-get install -y bash curl git jq make zip`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers('RUN')) {
      if (node.form !== 'shell') continue;
      for (const command of node.commands) {
        const packages = LISTER_PROGRAMS.includes(command.program.text) ? packagesOf(command) : undefined;
        const [first, last] = [packages?.[0], packages?.at(-1)];
        // Within quotes a break may be a part of the text.
        if (!packages || !first || !last || packages.length < 3 || command.script !== node.script) continue;
        const isLong = packages.some(({ word }) => columnBehind(file, word) > LONGEST_LINE);
        if (packages.length <= options.max && !isLong) continue;
        const edits = breaks(file, command, packages);
        if (edits.length === 0) continue;
        yield {
          at: stretch(first.word, last.word),
          message: say`${packages.length} packages share their lines.`,
          fix: fix('Write one package a line', ...edits),
        };
      }
    }
  },
});

/** A break before each package that follows a word on its line. */
function breaks(file: Dockerfile, command: Command, packages: readonly ListedPackage[]): readonly Edit[] {
  const edits: Edit[] = [];
  let before: Located = command.program;
  const listed = new Set<Word>(packages.map(({ word }) => word));
  const isShared = command.args.some((word, index) => {
    const last = command.args[index - 1];
    return listed.has(word) && last !== undefined && listed.has(last) && areOnOneLine(file, last, word);
  });
  if (!isShared) return [];
  for (const word of command.args) {
    if (listed.has(word) && areOnOneLine(file, before, word))
      edits.push(replaceBetween(before, word, ` ${file.escape}${file.lineEnding}    `));
    before = word;
  }
  return edits;
}
