import { insertAfter, suggestion } from '../../edit.js';
import { runOf, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'require-secret-mounts',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'all',
  tags: ['security', 'secrets', 'policy'],
  since: 'next',
  peers: { tally: ['require-secret-mounts'] },
  summary: 'Mount the secret that a team has agreed on wherever a command needs it.',
  docs: `
Without its settings a package manager goes to the public registry, where somebody else may have put a package by the name
of yours; or somebody copies the settings in, with the token, and the image keeps it.

Say in \`commands\` which command wants which secret, as in \`pip id=pipconf,target=/etc/pip.conf\`, and mount it in each RUN
that calls it. Without any entry the rule says nothing.`,
  sources: {
    'RUN --mount=type=secret': 'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
  },
  options: {
    commands: {
      type: 'strings',
      default: [],
      about:
        'Commands and the secrets they want, as `npm id=npmrc,target=/root/.npmrc`; also `env=NAME` and `required=true`.',
    },
  },
  examples: [
    {
      title: 'A file of settings',
      options: { commands: ['npm id=npmrc,target=/root/.npmrc'] },
      bad: `
        FROM node:22
        RUN «npm» ci && npm run build
        RUN ["«npm»", "prune"]`,
      good: `
        FROM node:22
        RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci && npm run build
        RUN --mount=type=secret,id=npmrc,target=/root/.npmrc ["npm", "prune"]`,
    },
    {
      title: 'A variable, and another secret that is mounted',
      options: { commands: ['pip id=index,env=PIP_INDEX_URL,required=true'] },
      bad: `
        FROM python:3.12
        RUN --mount=type=secret,id=other sudo «pip» install flask`,
      good: `
        FROM python:3.12
        RUN --mount=type=secret,id=index,env=PIP_INDEX_URL,required=true --mount=type=secret,id=other sudo pip install flask`,
    },
    {
      title: 'The secret is mounted, and commands that want none',
      options: { commands: ['npm id=npmrc,target=/root/.npmrc', 'nothing'] },
      good: `
        FROM node:22
        RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
        RUN yarn install && nothing
        CMD ["npm", "start"]`,
    },
    {
      title: 'Nothing is agreed on',
      good: `
        FROM node:22
        RUN npm ci`,
    },
  ],
  *check(file, { options }) {
    for (const entry of options.commands) {
      const [program = '', mount = ''] = entry.trim().split(/\s+/);
      const id = mount
        .split(',')
        .find((part) => part.startsWith('id='))
        ?.slice('id='.length);
      if (program === '' || id === undefined || id === '') continue;
      const seen = new Set<Instructions['RUN']>();
      for (const command of file.runCommands(program)) {
        const run = runOf(command);
        if (!run || seen.has(run) || hasSecret(run, id)) continue;
        seen.add(run);
        yield {
          at: command.program,
          message: say`${program} is called without the secret ${id}.`,
          fix: run.isTrigger
            ? undefined
            : suggestion(`Mount ${id}`, insertAfter(run.head, ` --mount=type=secret,${mount}`)),
        };
      }
    }
  },
});

const hasSecret = ({ mounts }: Instructions['RUN'], id: string): boolean =>
  mounts.some(({ type, options }) => type === 'secret' && options.get('id') === id);
