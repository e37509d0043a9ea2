import { replace, suggestion, type Fix } from '../../edit.js';
import type { Instructions, MountField } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'secret-mount-mode',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'secrets'],
  since: 'next',
  peers: { sonar: ['S6469'] },
  summary: 'Keep a mounted secret from everybody but its owner.',
  docs: `
A secret or an SSH socket whose \`mode\` has a right for the world can be read by every program of the build, whatever user it
runs as: the script of a package that was just installed, for one.

Leave \`mode\` out: a secret is \`0400\` then and a socket \`0600\`, owned by root. Where another user needs it, make that user
the owner by \`uid=1000\`, with no right for the world.`,
  sources: {
    'RUN --mount=type=secret': 'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
    'RUN --mount=type=ssh': 'https://docs.docker.com/reference/dockerfile/#run---mounttypessh',
  },
  examples: [
    {
      title: 'Everybody may read it',
      bad: `
        FROM node:22
        RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,«mode=0444» npm ci`,
      good: `
        FROM node:22
        RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0440 npm ci`,
    },
    {
      title: 'A socket, and a trigger',
      bad: `
        FROM debian:12
        USER root
        RUN --mount=type=ssh,«mode=666» git clone git@example.com:a/b
        ONBUILD RUN --mount=type=secret,«mode=0404»,id=a cat /run/secrets/a`,
      good: `
        FROM debian:12
        USER root
        RUN --mount=type=ssh,mode=660 git clone git@example.com:a/b
        ONBUILD RUN --mount=type=secret,mode=0400,id=a cat /run/secrets/a`,
    },
    {
      title: 'For a user other than root',
      bad: `
        FROM node:22
        USER 1000
        RUN --mount=type=secret,id=npmrc,«mode=0444» npm ci
        RUN --mount=type=secret,id=npmrc,uid=1000,«mode=0444» npm ci`,
      good: `
        FROM node:22
        USER 1000
        RUN --mount=type=secret,id=npmrc,mode=0440,uid=1000 npm ci
        RUN --mount=type=secret,id=npmrc,uid=1000,mode=0440 npm ci`,
    },
    {
      title: 'By its name the number of the user is not known',
      bad: `
        FROM node:22
        USER node
        RUN --mount=type=secret,id=npmrc,«mode=0444» npm ci`,
    },
    {
      title: 'No mode, or none for the world',
      good: `
        FROM node:22
        RUN --mount=type=secret,id=npmrc npm ci
        RUN --mount=type=secret,id=npmrc,mode=0440,gid=1000 npm ci
        RUN --mount=type=ssh,mode=0600 git fetch`,
    },
    {
      title: 'A variable, and a mount that is no secret',
      good: `
        FROM node:22
        ARG MODE=0444
        RUN --mount=type=secret,id=npmrc,mode=$MODE npm ci
        RUN --mount=type=cache,target=/cache,mode=0777 npm ci`,
    },
  ],
  *check(file) {
    for (const run of file.allWithTriggers('RUN')) {
      for (const { type, fields } of run.mounts) {
        if (type !== 'secret' && type !== 'ssh') continue;
        const field = fields.find(({ key }) => key === 'mode');
        if (!field || !/^[0-7]*[1-7]$/.test(field.value ?? '')) continue;
        const what = type === 'ssh' ? 'socket' : 'secret';
        yield {
          at: field,
          message: say`Mode ${field.value ?? ''} opens the ${what} to every user.`,
          fix: narrowed(run, field, fields),
        };
      }
    }
  },
});

/** The mode without rights for the world, with the user who runs the command as the owner. */
function narrowed({ state }: Instructions['RUN'], field: MountField, fields: readonly MountField[]): Fix | undefined {
  const mode = `${field.name}=${(field.value ?? '').slice(0, -1)}0`;
  const isOwned = fields.some(({ key }) => key === 'uid' || key === 'gid');
  const [user = ''] = state.user.known ? state.user.value.split(':') : [];
  const isRoot = user === '' || user === 'root' || user === '0';
  if (!isRoot && !isOwned && !/^\d+$/.test(user)) return undefined;
  const owner = isRoot || isOwned ? '' : `,uid=${user}`;
  return suggestion('Take the rights of the world away', replace(field, mode + owner));
}
