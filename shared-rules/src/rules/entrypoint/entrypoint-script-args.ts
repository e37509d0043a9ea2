import { replace, suggestion } from '../../edit.js';
import { scriptsIn } from '../../knowledge/start.js';
import type { Part, Script, Word } from '../../model/index.js';
import { rule, say, toldAt, type Finding } from '../../rule.js';

export default rule({
  id: 'entrypoint-script-args',
  kinds: ['shell', 'dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'entrypoint'],
  since: 'next',
  summary: 'Hand the arguments of the container on as "$@", in quotes.',
  docs: `
\`$@\` without quotes is cut at every blank and expanded as a pattern: \`docker run image sh -c "echo a b"\` reaches the
program as four words more than were given, and \`*\` becomes the names of files. \`$*\` makes one word of all, or cuts likewise.

Write \`exec "$@"\`. A script that never looks at its arguments throws away what CMD and \`docker run\` give it; that is
told as an information, beside the CMD.`,
  sources: {
    'ENTRYPOINT best practices': 'https://docs.docker.com/build/building/best-practices/#entrypoint',
    'Special parameters': 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_05_02',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Without quotes',
      bad: `
        #!/bin/sh
        set -e
        exec «$@»`,
      good: `
        #!/bin/sh
        set -e
        exec "$@"`,
    },
    {
      title: 'All in one word',
      bad: `
        #!/bin/sh
        if [ "$1" = app ]; then
          shift
          exec node server.js «$*»
        fi
        exec gosu app «\${@}»`,
      good: `
        #!/bin/sh
        if [ "$1" = app ]; then
          shift
          exec node server.js "$@"
        fi
        exec gosu app "$@"`,
    },
    {
      title: 'Written by a heredoc of the Dockerfile',
      kind: 'dockerfile',
      bad: `
        FROM debian:12
        COPY --chmod=755 <<'EOF' /entrypoint.sh
        #!/bin/sh
        exec «$@»
        EOF
        ENTRYPOINT ["/entrypoint.sh"]`,
      good: `
        FROM debian:12
        COPY --chmod=755 <<'EOF' /entrypoint.sh
        #!/bin/sh
        exec "$@"
        EOF
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'A CMD that the script never looks at',
      kind: 'dockerfile',
      files: { 'start.sh': '#!/bin/sh\nexec node server.js\n' },
      bad: `
        FROM node:22
        COPY start.sh /
        ENTRYPOINT ["/start.sh"]
        CMD «["--port", "80"]»`,
    },
    {
      title: 'In quotes, or where blanks do no harm',
      good: `
        #!/bin/bash
        echo starting $@
        args=("$@")
        set -- server "$@"
        exec "$@"`,
    },
    {
      title: 'A script that uses its arguments, and one that others read',
      kind: 'dockerfile',
      files: {
        'one.sh': '#!/bin/sh\ncase "$1" in web) exec web ;; esac\n',
        'two.sh': '#!/bin/sh\n. /lib/start.sh\n',
      },
      good: `
        FROM node:22 AS one
        COPY one.sh /
        ENTRYPOINT ["/one.sh"]
        CMD ["web"]
        FROM node:22
        COPY two.sh /
        ENTRYPOINT ["/two.sh"]
        CMD ["web"]`,
    },
    {
      title: 'No CMD, and none that the script gets',
      kind: 'dockerfile',
      files: { 'start.sh': '#!/bin/sh\nexec node server.js\n' },
      good: `
        FROM node:22 AS one
        COPY start.sh /
        ENTRYPOINT ["/start.sh"]
        FROM node:22
        COPY start.sh /
        CMD ["/start.sh"]`,
    },
  ],
  *check(file, { workspace }) {
    if (file.kind === 'shell') {
      yield* withoutQuotes(file.script);
      return;
    }
    for (const { stage, node, word, script, text, file: other } of scriptsIn(file, (path) =>
      workspace.open(path, 'shell'),
    )) {
      const findings = withoutQuotes(script);
      yield* other ? toldAt(word, other, findings) : findings;
      const cmd = stage.effective('CMD');
      if (node.keyword !== 'ENTRYPOINT' || !cmd?.commandText || cmd.stage !== stage || cmd.argv.length === 0) continue;
      if (!script.readable || looksAtArguments(script, text)) continue;
      yield {
        at: cmd.commandText,
        severity: 'info',
        message: say`${word.text} never looks at its arguments, so this is thrown away.`,
        related: [{ at: word, message: say`This is the script.` }],
      };
    }
  },
});

/** The arguments without quotes, where a program is put in the place of the script. */
function* withoutQuotes({ commands }: Script): Iterable<Finding> {
  for (const command of commands) {
    if (command.program.text !== 'exec') continue;
    for (const word of command.args) {
      if (!isArguments(word) || word.quote !== undefined) continue;
      yield {
        at: word,
        message: say`${word.text} without quotes is cut at every blank.`,
        fix: suggestion('Put it in quotes', replace(word, '"$@"')),
      };
    }
  }
}

function isArguments({ parts }: Word): boolean {
  const [only, ...more]: readonly Part[] = parts;
  return only?.kind === 'variable' && more.length === 0 && only.operator === undefined && /^[@*]$/.test(only.name);
}

/** Whether the script does anything with its arguments, as far as its text and what it reads in can tell. */
const looksAtArguments = ({ commands }: Script, text: string): boolean =>
  /\$\{?[@*#\d]/.test(text) || commands.some(({ program }) => READING.has(program.text) || !program.literal);

const READING: ReadonlySet<string> = new Set(['shift', 'getopts', '.', 'source', 'eval']);
