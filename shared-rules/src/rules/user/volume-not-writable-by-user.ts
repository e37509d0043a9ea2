import { addInstructionBefore, suggestion, type Fix } from '../../edit.js';
import { isOpaque } from '../../knowledge/commands.js';
import { defaultUserOf, dropsRootItself, spareUserOf } from '../../knowledge/images.js';
import { changesPackages } from '../../knowledge/managers.js';
import { inImage, givesAway, meet, volumesOf, writtenBy } from '../../knowledge/paths.js';
import { isRoot, newUser } from '../../knowledge/users.js';
import { anyBefore, type Instruction, type Instructions, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Volume = Instructions['VOLUME'];

export default rule({
  id: 'volume-not-writable-by-user',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['users', 'volumes'],
  since: 'next',
  summary: 'Give the folder of a VOLUME to the user that the image runs as.',
  docs: `
A VOLUME on a folder that nobody has made belongs to root, and the program that runs as another user fails with
"Permission denied" at its first write. A new named volume takes owner and mode from the folder in the image.

Make the folder and give it to the user before VOLUME: \`RUN mkdir -p /data && chown app /data\`.
Kubernetes does not take the owner from the image: there, \`fsGroup\` in the security context does it.

Leave the rule off where the folder is only read, or where the volume always comes with the right owner.`,
  sources: {
    'VOLUME reference': 'https://docs.docker.com/reference/dockerfile/#volume',
    Volumes: 'https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A folder that nobody made',
      bad: `
        FROM debian:12
        RUN useradd -r app
        VOLUME «/data»
        USER app
        CMD ["/server"]`,
      good: `
        FROM debian:12
        RUN useradd -r app
        RUN mkdir -p /data && chown app /data
        VOLUME /data
        USER app
        CMD ["/server"]`,
    },
    {
      title: 'A folder that root made; below USER, by array',
      bad: `
        FROM alpine:3.20
        RUN adduser -S app && mkdir /data /logs && chown app /logs
        USER app
        VOLUME ["«/data»", "/logs"]
        CMD ["/server"]`,
    },
    {
      title: 'By number, in the stage that the final one starts from',
      bad: `
        FROM debian:12 AS base
        VOLUME «/data»
        FROM base
        USER 1000:1000
        CMD ["/server"]`,
      good: `
        FROM debian:12 AS base
        RUN mkdir -p /data && chown 1000:1000 /data
        VOLUME /data
        FROM base
        USER 1000:1000
        CMD ["/server"]`,
    },
    {
      title: 'Given to the user, in one way or another',
      good: `
        FROM debian:12
        RUN mkdir /one && chown app /one && install -d -o app /two && mkdir -m 1777 /three && chmod -R a+w /four
        COPY --chown=app data /five
        RUN chown -R app:app /srv
        VOLUME /one /two /three /four /five /srv/app/data
        USER app`,
    },
    {
      title: 'Made by the user',
      good: `
        FROM debian:12
        RUN useradd -m -d /var/app app
        USER app
        RUN mkdir -p /tmp/cache
        WORKDIR /work
        VOLUME /tmp/cache /work /home/app/.data /var/app/data`,
    },
    {
      title: 'Root, a user that nobody knows, a base whose folders nobody knows',
      good: `
        FROM debian:12 AS one
        VOLUME /data
        FROM debian:12 AS two
        ARG NAME
        VOLUME /data
        USER $NAME
        FROM registry.example.com/team/base:1
        VOLUME /data
        USER app`,
    },
    {
      title: "The base image's own data, and the folder of an installed package",
      good: `
        FROM postgres:17 AS one
        VOLUME /var/lib/postgresql/data
        USER postgres
        FROM debian:12
        RUN apt-get update && apt-get install -y redis-server
        VOLUME /var/lib/redis
        USER redis`,
    },
    {
      title: 'A script that nobody sees may have done it',
      good: `
        FROM debian:12
        RUN ./prepare.sh
        VOLUME /data
        USER app`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const { user } = stage?.result ?? {};
    const setBy = stage?.effective('USER');
    if (!stage || !user?.known || !setBy || isRoot(user.value) || user.value === '' || !startsAsRoot(stage)) return;
    if (stage.start.family === 'windows') return;
    for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
      for (const node of at.instructions) if (node.keyword === 'VOLUME') yield* judged(node, setBy, stage);
    }
  },
});

/** Whether the base is one whose folders are root's, as far as anybody knows. */
function startsAsRoot({ rootImage }: Stage): boolean {
  const base = rootImage?.resolved ?? rootImage;
  if (!rootImage || !base) return false;
  const tag = rootImage.resolved ? rootImage.resolved.tag : rootImage.tag?.text;
  return defaultUserOf(base.name, tag) === 'root' && !dropsRootItself(base.name);
}

function* judged(volume: Volume, user: Instructions['USER'], stage: Stage) {
  for (const [word, path] of volumesOf(volume)) {
    if (isOpen(path) || anyInChain(stage, (node) => mayHandOver(node, path))) continue;
    yield {
      at: word,
      message: say`${path} is root's, and the image runs as ${user.body.text}, who cannot write to it.`,
      related: [{ at: user, message: say`The user is set here.` }],
      fix: handingOver(volume, path, user.body.text),
    };
  }
}

/** Folders that everybody may write to, and homes, which are their users'. */
const isOpen = (path: string): boolean => /^\/((var\/)?tmp|dev|home)(\/|$)/.test(path) || path === '/';

function anyInChain(stage: Stage, passes: (node: Instruction) => boolean): boolean {
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    if (at.instructions.some(passes)) return true;
  }
  return false;
}

/** Whether an instruction gives the folder to another user, or may do so unseen. */
function mayHandOver(node: Instruction, path: string): boolean {
  if (givesAway(node, path)) return true;
  const isUsers = node.state.user.known && !isRoot(node.state.user.value) && node.state.user.value !== '';
  switch (node.keyword) {
    case 'WORKDIR': {
      // The builder makes it for the user in force.
      const folder = inImage(node.path.text, node.state);
      return isUsers && folder !== undefined && meet(folder, path);
    }
    case 'COPY':
      return node.from !== undefined && node.target?.text === '/';
    case 'RUN':
      return node.commands.some((command) => {
        if (isOpaque(command) || (changesPackages(command) && path.startsWith('/var/'))) return true;
        const home = command.flag('-d', '--home-dir', '-h', '--home')?.value;
        if (home && newUser(command)) return meet(home.text, path);
        return isUsers && writtenBy(command).some(({ text }) => meet(inImage(text, node.state) ?? path, path));
      });
    default:
      return false;
  }
}

/** Above VOLUME, where root is at work and the user is there. */
function handingOver(volume: Volume, path: string, user: string): Fix | undefined {
  const { state, stage } = volume;
  if (!state.user.known || !isRoot(state.user.value) || state.family === 'none' || /\s/.test(path)) return undefined;
  const [name = ''] = user.split(':');
  const image = stage?.rootImage;
  const base = image?.resolved ?? image;
  const tag = image?.resolved ? image.resolved.tag : image?.tag?.text;
  const isThere =
    /^\d+$/.test(name) ||
    (base !== undefined && spareUserOf(base.name, tag) === name) ||
    anyBefore(
      (node) => node.keyword === 'RUN' && node.commands.some((command) => newUser(command)?.name.text === name),
    )(volume);
  return isThere && /^[\w.:-]+$/.test(user)
    ? suggestion(
        `Make ${path} and give it to ${name}`,
        addInstructionBefore(volume, `RUN mkdir -p ${path} && chown ${user} ${path}`),
      )
    : undefined;
}
