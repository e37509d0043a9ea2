import { productWithDefaultPassword } from '../../knowledge/secrets.js';
import { startedScripts } from '../../knowledge/start.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Script } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'default-password-without-warning',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['security', 'secrets', 'entrypoint'],
  since: 'next',
  summary: 'Let the entrypoint say at every start that a default password is in force.',
  docs: `
Who starts the container does not read its Dockerfile: a default password that nothing speaks of is never changed, and
everybody who has the image knows it.

Better have none (see \`default-password\`). If there must be one, let the entrypoint print at every start that it is in
force, and how to change it.`,
  sources: {
    'CWE-1392: Use of Default Credentials': 'https://cwe.mitre.org/data/definitions/1392.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An entrypoint that says nothing about it',
      files: { 'entrypoint.sh': '#!/bin/sh\necho "starting"\nexec app "$@"\n' },
      bad: `
        FROM debian:12
        ENV APP_ADMIN_USER=admin «APP_ADMIN_PASSWORD=admin»
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'In the stage that the final one starts from',
      files: { 'entrypoint.sh': '#!/bin/sh\nexec app "$@"\n' },
      bad: `
        FROM postgres:17 AS base
        ENV «POSTGRES_PASSWORD=postgres»
        FROM base
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'An entrypoint that warns',
      files: {
        'entrypoint.sh':
          '#!/bin/sh\necho "WARNING: the default password is in use, set APP_ADMIN_PASSWORD" >&2\nexec app\n',
      },
      good: `
        FROM debian:12
        ENV APP_ADMIN_PASSWORD=admin
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'No entrypoint that can be read, and no default',
      good: `
        FROM debian:12 AS one
        ENV APP_ADMIN_PASSWORD=admin
        ENTRYPOINT ["/entrypoint.sh"]
        FROM debian:12
        ENV APP_ADMIN_PASSWORD=
        CMD ["app"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    if (!stage || isForDevelopment(stage, file)) return;
    const scripts = [...startedScripts(file, stage, (path) => workspace.open(path, 'shell'))];
    if (scripts.length === 0 || scripts.some(({ script }) => speaksOfPassword(script))) return;
    for (const node of file.all('ENV')) {
      if (!node.stage?.ships) continue;
      for (const pair of node.pairs) {
        const { name, value } = pair;
        if (!value?.literal || productWithDefaultPassword(name.text, value.text) === undefined) continue;
        yield {
          at: pair,
          message: say`Nothing says at the start that ${name.text} has a default which everybody knows.`,
        };
      }
    }
  },
});

/** Whether the script prints something about a password. */
const speaksOfPassword = ({ commands }: Script): boolean =>
  commands.some(
    ({ program, args }) =>
      (/^(echo|printf|cat|logger)$/.test(program.text) || /log|warn|info/i.test(program.text)) &&
      args.some(({ text }) => /passw/i.test(text)),
  );
