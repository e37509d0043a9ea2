import { addLineBefore, suggestion } from '../../edit.js';
import { goesOnAfterFailure, hasErrexit } from '../../knowledge/errexit.js';
import { scriptsIn } from '../../knowledge/start.js';
import type { Script } from '../../model/index.js';
import { rule, say, toldAt, type Finding } from '../../rule.js';

export default rule({
  id: 'entrypoint-script-set-e',
  kinds: ['shell', 'dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['runtime', 'entrypoint'],
  since: 'next',
  summary: 'Begin an entrypoint script with set -e, so that it does not go on after a failure.',
  docs: `
Without \`set -e\` an entrypoint script goes on after a step that failed: the migration did not run, the configuration is
half written, and the server starts on top of it and looks healthy.

Write \`set -e\` below the \`#!\` line, and \`|| true\` behind a command that may fail.`,
  sources: {
    'ENTRYPOINT best practices': 'https://docs.docker.com/build/building/best-practices/#entrypoint',
    'set -e': 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#set',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A migration that may fail',
      bad: `
        #!/bin/sh
        «python» manage.py migrate
        exec gunicorn app:api`,
      good: `
        #!/bin/sh
        set -e
        python manage.py migrate
        exec gunicorn app:api`,
    },
    {
      title: 'Written by a heredoc',
      kind: 'dockerfile',
      bad: `
        FROM debian:12
        COPY --chmod=755 <<'EOF' /entrypoint.sh
        #!/bin/sh
        # first the folders
        «mkdir» -p /data/cache
        exec "$@"
        EOF
        ENTRYPOINT ["/entrypoint.sh"]`,
      good: `
        FROM debian:12
        COPY --chmod=755 <<'EOF' /entrypoint.sh
        #!/bin/sh
        # first the folders
        set -e
        mkdir -p /data/cache
        exec "$@"
        EOF
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'set -e, in one of its spellings',
      good: `
        #!/bin/bash
        set -euo pipefail
        python manage.py migrate
        exec gunicorn app:api`,
    },
    {
      title: 'By the #! line',
      good: `
        #!/bin/sh -e
        python manage.py migrate
        exec gunicorn app:api`,
    },
    {
      title: 'One command',
      good: `
        #!/bin/sh
        echo starting
        exec gunicorn app:api`,
    },
    {
      title: 'Failures that were thought of, and a file that others read in',
      good: `
        PATH=/srv/bin:$PATH
        python manage.py migrate
        export PATH`,
    },
  ],
  *check(file, { workspace }) {
    if (file.kind === 'shell') {
      yield* withoutErrexit(file.script, file.text);
      return;
    }
    for (const { word, script, text, file: other } of scriptsIn(file, (path) => workspace.open(path, 'shell'))) {
      const findings = withoutErrexit(script, text);
      yield* other ? toldAt(word, other, findings) : findings;
    }
  },
});

function* withoutErrexit(script: Script, text: string): Iterable<Finding> {
  const [shebang = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  // What has no such line may be read in by another script.
  if (!shebang.startsWith('#!') || hasErrexit(shebang.split(/\s+/).slice(1))) return;
  const [first] = script.statements;
  const at = script.commands[0]?.program;
  const isHandled = script.commands.some(
    ({ program, args }) =>
      (program.text === 'set' && hasErrexit(args.map(({ text: word }) => word))) ||
      (program.text === 'trap' && args.some(({ text: word }) => word === 'ERR')),
  );
  if (!script.readable || !first || !at || isHandled || !goesOnAfterFailure(script)) return;
  yield {
    at,
    message: say`The script goes on after a command that failed.`,
    fix: suggestion('Begin with set -e', addLineBefore(first, 'set -e')),
  };
}
