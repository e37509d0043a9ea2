import { operandsOf, removedBy } from '../../knowledge/commands.js';
import { isWithin } from '../../knowledge/mounts.js';
import { baseName, pathOf, targetsOf } from '../../knowledge/paths.js';
import { isSecretFile, secretIn } from '../../knowledge/secrets.js';
import { isFetched } from '../../knowledge/sources.js';
import type { Command, Instruction, Located, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'secret-removed-in-later-layer',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['security', 'secrets', 'layers'],
  since: 'next',
  summary: 'Do not rely on a later rm to take a secret out of the image.',
  docs: `
Each instruction makes a layer, and a later \`rm\` only hides the file: \`docker save\` shows the layer below with the
secret in it. Of a stage that is only copied from, the layer stays in the build cache.

Mount the secret for the one RUN that needs it, \`RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\`: it is never
part of a layer, and there is nothing to remove. A file that the RUN itself makes has to go in the same RUN.
A secret that has been in an image is known and has to be changed.

Leave the rule off for a file that is only called like a secret.`,
  sources: {
    'Build secrets': 'https://docs.docker.com/build/building/secrets/',
    'Understanding the image layers':
      'https://docs.docker.com/get-started/docker-concepts/building-images/understanding-image-layers/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A key for a private repository',
      bad: `
        FROM node:22
        COPY id_rsa /root/.ssh/id_rsa
        RUN npm ci && rm «/root/.ssh/id_rsa»`,
    },
    {
      title: 'A path from the working directory, the home folder, and a folder around it',
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json .npmrc ./
        COPY .netrc /root/
        RUN npm ci && rm -f «.npmrc» «~/.netrc»
        COPY .ssh /root/.ssh
        RUN rm -rf «$HOME/.ssh»`,
    },
    {
      title: 'Written by a RUN from an argument',
      bad: `
        FROM node:22
        ARG NPM_TOKEN
        RUN echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > ~/.npmrc
        RUN npm ci
        RUN rm «/root/.npmrc»`,
    },
    {
      title: 'Set by npm and git themselves',
      bad: `
        FROM node:22
        RUN npm config set //registry.npmjs.org/:_authToken=abcd
        RUN git config --global url."https://$TOKEN@github.com/".insteadOf https://github.com/
        RUN npm ci && rm -f «~/.npmrc» «~/.gitconfig»`,
    },
    {
      title: 'In the stage that another starts from, and in one that is only copied from',
      bad: `
        FROM golang:1.23 AS build
        COPY .netrc /root/.netrc
        FROM build AS test
        RUN go mod download && rm «/root/.netrc»
        FROM debian:12
        COPY --from=test /app /app`,
    },
    {
      title: 'Made and removed in one RUN',
      good: `
        FROM node:22
        ARG NPM_TOKEN
        RUN echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > ~/.npmrc && npm ci && rm ~/.npmrc`,
    },
    {
      title: 'A file without a secret, and another one than was copied',
      files: { '.npmrc': 'registry=https://registry.npmjs.org\n' },
      good: `
        FROM node:22
        COPY .npmrc /root/
        COPY id_rsa /root/.ssh/
        COPY known_hosts /root/.ssh/
        RUN echo "registry=https://npm.example.com" > /app/.npmrc
        RUN echo '//registry.npmjs.org/:_authToken=\${NPM_TOKEN}' > /srv/.npmrc
        RUN npm ci && rm /srv/.npmrc /root/.npmrc /root/.ssh/known_hosts /tmp/id_rsa /app/.npmrc $FILES`,
    },
    {
      title: 'A mounted secret, and a file that another stage has',
      good: `
        FROM debian:12 AS build
        COPY id_rsa /root/.ssh/
        FROM debian:12
        RUN --mount=type=secret,id=key,target=/root/.ssh/id_rsa git clone git@example.com:team/app.git
        RUN rm -rf /root/.ssh`,
    },
    {
      title: 'A file that .dockerignore keeps out',
      files: { '.dockerignore': '.env\n' },
      good: `
        FROM debian:12
        COPY .env /app/.env
        RUN rm /app/.env`,
    },
  ],
  *check(file, { workspace }) {
    const ignore = workspace.ignoreFile();
    const read = (path: string): string | undefined => (ignore?.ignoring(path) ? '' : workspace.read(path));
    const madeIn = new Map<Stage, readonly Made[]>();
    for (const stage of file.stages) {
      const inherited = stage.base && !('kind' in stage.base) ? madeIn.get(stage.base) : undefined;
      const made: Made[] = [...(inherited ?? [])];
      const isStay = stage.ships || stage.isOutput;
      for (const node of stage.instructions) {
        for (const { word, path } of node.keyword === 'RUN' && made.length > 0 ? removedIn(node.commands) : []) {
          const found = made.find((secret) => isWithin(secret.path, path));
          if (!found) continue;
          yield {
            at: word,
            message: say`The layer that brought ${baseName(found.path)} keeps it; removing it here only hides it.`,
            ...(isStay ? {} : { severity: 'warning' as const }),
            related: [{ at: found.at, message: say`It comes into the image here.` }],
          };
        }
        made.push(...madeBy(node, read));
      }
      madeIn.set(stage, made);
    }
  },
});

interface Made {
  readonly path: string;
  readonly at: Located;
}
type Read = Workspace['read'];

function madeBy(node: Instruction, read: Read): readonly Made[] {
  if (node.keyword === 'RUN') {
    const made = node.commands.flatMap(writtenBy);
    if (made.length === 0) return made;
    const gone = removedIn(node.commands);
    return made.filter(({ path: own }) => !gone.some(({ path }) => isWithin(own, path)));
  }
  if ((node.keyword !== 'COPY' && node.keyword !== 'ADD') || node.flag('from')) return [];
  return [...targetsOf(node)].flatMap(([source, path]) => {
    const from = node.valueOf(source) ?? '';
    const isSecret =
      !isFetched(from) && (isSecretFile(from, path, read(from)) || (isSecretFile(path) && read(from) === undefined));
    return isSecret ? [{ path, at: source }] : [];
  });
}

/** Files of secrets that a command writes: by redirection, or as npm and git do. */
function writtenBy(command: Command): readonly Made[] {
  const { program, args, redirections, state } = command;
  const found = (path: string | undefined, at: Located): readonly Made[] => (path === undefined ? [] : [{ path, at }]);
  const home = (name: string): readonly Made[] =>
    state.user.known && /^(root|0)(:|$)/.test(state.user.value) ? found(`/root/${name}`, command) : [];
  if (
    program.text === 'npm' &&
    operandsOf(command).some((word) => word.text.includes(':_authToken') && !isNamedOnly(word))
  )
    return home('.npmrc');
  if (program.text === 'git' && command.has('--global') && args.some(isAddressWithSecret)) return home('.gitconfig');
  if (redirections.length === 0 || !args.some(speaksOfSecret)) return [];
  return redirections.flatMap(({ operator, target }) => {
    const path = target && operator.startsWith('>') ? pathOf(target, state) : undefined;
    return path !== undefined && isSecretFile(path) ? found(path, command) : [];
  });
}

const isAddressWithSecret = ({ text }: Word): boolean =>
  /^url\.\w+:\/\/[^/\s@]+@/.test(text) && !text.includes('//git@');

/** What is written holds a secret if it has one put in, or says so. */
const speaksOfSecret = (word: Word): boolean =>
  (/_auth|password/i.test(word.text) && !isNamedOnly(word)) ||
  word.parts.some((part) => part.kind === 'variable' && secretIn(part.name) !== undefined);

/** In single quotes a variable is written down as it is, and whoever reads the file puts it in. */
const isNamedOnly = ({ literal, text }: Word): boolean => literal && text.includes('${');

const removedIn = (commands: readonly Command[]): readonly { readonly word: Word; readonly path: string }[] =>
  commands.flatMap((command) =>
    removedBy(command).flatMap((word) => {
      const path = pathOf(word, command.state);
      return path === undefined ? [] : [{ word, path: path.replace(/\/\*$/, '') }];
    }),
  );
