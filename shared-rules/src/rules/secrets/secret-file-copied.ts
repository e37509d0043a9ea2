import { insertAfter, remove, removeLines, suggestion, type Fix } from '../../edit.js';
import { baseName, targetsOf } from '../../knowledge/paths.js';
import { isSecretFile } from '../../knowledge/secrets.js';
import { isFetched } from '../../knowledge/sources.js';
import { isRoot } from '../../knowledge/users.js';
import type { Dockerfile, Instructions, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

type Copy = Instructions['COPY' | 'ADD'];

export default rule({
  id: 'secret-file-copied',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['security', 'secrets', 'copy'],
  since: 'next',
  peers: { trivy: ['DS-0031'], dockle: ['CIS-DI-0010'] },
  summary: 'Do not copy files that hold passwords, tokens or private keys into the image.',
  docs: `
Whoever can pull the image can read the file, also when a later instruction removes it: the layer below still has it.
Of a stage that is only copied from, it stays in the build cache, and wherever that is pushed to.

Mount what the build needs for the one RUN that needs it: \`RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\`,
with \`docker build --secret id=npmrc,src=.npmrc\`. What the program needs comes when it starts: as a file of a Secret,
or as a variable. Put the file into \`.dockerignore\`, so that \`COPY . .\` does not take it along. A secret that has been
in an image is known and has to be changed.

Leave the rule off for a file that is only called like a secret.`,
  sources: {
    'Build secrets': 'https://docs.docker.com/build/building/secrets/',
    'Kubernetes Secrets': 'https://kubernetes.io/docs/concepts/configuration/secret/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The token for a package registry, which one RUN needs',
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json package-lock.json «.npmrc» ./
        RUN npm ci`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN --mount=type=secret,id=npmrc,target=/app/.npmrc npm ci`,
    },
    {
      title: 'In an instruction of its own',
      bad: `
        FROM python:3.12
        COPY «.netrc» /root/.netrc
        RUN pip install --no-cache-dir -r requirements.txt`,
      good: `
        FROM python:3.12
        RUN --mount=type=secret,id=netrc,target=/root/.netrc pip install --no-cache-dir -r requirements.txt`,
    },
    {
      title: 'Keys, settings with passwords, folders of credentials; by array, by ADD and for later builds',
      bad: `
        FROM debian:12
        COPY ["«deploy/id_ed25519»", "/root/.ssh/"]
        COPY «.env» «.env.production» «tls/server.key» «server.p12» «config/master.key» /app/
        ADD «.aws» /root/.aws/
        COPY «.docker/config.json» /root/.docker/config.json
        COPY «.kube/config» «service-account.json» /app/
        ONBUILD COPY «.npmrc» /app/`,
    },
    {
      title: 'A file that holds a secret, seen in the file itself',
      files: {
        '.npmrc': '//registry.npmjs.org/:_authToken=abcd\n',
        'config/database.yml': 'production:\n  password: kestrel-71\n',
        '.env': 'DEBUG=false\nDB_PASSWORD="kestrel-71"\n',
      },
      bad: `
        FROM node:22
        ENV NODE_ENV=production
        COPY «.npmrc» «config/database.yml» «.env» /app/
        COPY src /app/src
        RUN npm ci`,
    },
    {
      title: 'A variable that names a file of the context',
      files: { 'deploy/gcp.json': '{}' },
      bad: `
        FROM debian:12
        COPY deploy /app/
        ENV GOOGLE_APPLICATION_CREDENTIALS=«/app/gcp.json»`,
    },
    {
      title: 'A variable for a file that comes when the container starts',
      files: { 'main.py': 'print(1)\n' },
      good: `
        FROM python:3.12
        COPY . /app/
        ENV GOOGLE_APPLICATION_CREDENTIALS=/app/gcp.json AWS_CONFIG_FILE=/run/secrets/aws`,
    },
    {
      title: 'A file that holds no secret, seen in the file itself',
      files: {
        '.npmrc': 'registry=https://registry.npmjs.org\nsave-exact=true\n',
        'config/database.yml': 'production:\n  password: <%= ENV["DB_PASSWORD"] %>\n',
        '.env': 'REACT_APP_TITLE=Shop\n',
        'tls.pem': '-----BEGIN CERTIFICATE-----\n',
      },
      good: `
        FROM node:22
        COPY .npmrc config/database.yml .env tls.pem /app/`,
    },
    {
      title: 'Samples, certificates and public keys',
      good: `
        FROM debian:12
        COPY .env.example .env.sample .env.template .env.dist /app/
        COPY ca.pem cert.pem chain.pem fullchain.pem rds-combined-ca-bundle.pem truststore.jks /etc/ssl/
        COPY tls/*.pem dhparam.pem /etc/ssl/certs/
        COPY id_rsa.pub .ssh/known_hosts /root/.ssh/
        COPY docker.key /etc/apt/keyrings/
        COPY config.json config/database.yml /app/`,
    },
    {
      title: 'From another stage, from elsewhere, and a file that .dockerignore keeps out',
      files: { '.dockerignore': '.env\n' },
      good: `
        FROM debian:12 AS build
        RUN make certs
        FROM debian:12
        COPY --from=build /certs/server.key /etc/ssl/
        ADD https://example.com/repository.key /tmp/
        COPY .env /app/`,
    },
    {
      title: 'A mount leaves nothing behind',
      good: `
        FROM node:22
        RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci`,
    },
  ],
  *check(file, { workspace }) {
    const ignore = workspace.ignoreFile();
    for (const copy of file.allWithTriggers('COPY', 'ADD')) {
      if (copy.flag('from')) continue;
      const target = copy.target?.text ?? '';
      for (const source of copy.sources) {
        const path = copy.valueOf(source) ?? source.text;
        if (isFetched(path) || (!copy.isTrigger && ignore?.ignoring(path))) continue;
        const name = baseName(path);
        if (!isSecretFile(path, target, copy.isTrigger ? undefined : textOf(workspace, path, name))) continue;
        const stays = copy.stage?.ships === true || copy.stage?.isOutput === true;
        yield {
          at: source,
          message: stays
            ? say`${name} becomes part of the image, and whoever can pull it can read it.`
            : say`${name} stays in the build cache, and in whatever that is pushed to.`,
          ...(stays ? {} : { severity: 'warning' as const }),
          fix: mounting(copy, source, name),
        };
      }
    }
    yield* namedByVariables(file, workspace);
  },
});

/** Folders are judged by their name. */
const textOf = (workspace: Workspace, path: string, name: string): string | undefined =>
  /^\.(aws|ssh|gnupg|kube|azure|gcloud)$/.test(name) ? undefined : workspace.read(path);

/** Variables that name a file of credentials. Sources: the manuals of the AWS CLI, Google Cloud and Hugging Face. */
const VARIABLES: ReadonlySet<string> = new Set(['AWS_CONFIG_FILE', 'HF_TOKEN_PATH', 'GOOGLE_APPLICATION_CREDENTIALS']);

function* namedByVariables(file: Dockerfile, workspace: Workspace) {
  for (const node of file.all('ENV', 'ARG')) {
    for (const { name, value } of node.pairs) {
      if (!value?.literal || !value.text.startsWith('/') || !node.stage || !VARIABLES.has(name.text)) continue;
      const ignore = workspace.ignoreFile();
      const found = file
        .contextPathsOf(value.text, node.stage)
        .find((path) => !ignore?.ignoring(path) && workspace.has(path) === true);
      if (found === undefined) continue;
      yield { at: value, message: say`${found}, which ${name.text} names, is copied into the image.` };
    }
  }
}

/** Files that package managers look for in the home or beside the project. */
const MOUNTABLE: ReadonlySet<string> = new Set(['.npmrc', '.netrc', '.pypirc']);

/** Mounts the file into the RUN that comes next. A mounted secret is root's, and nobody else can read it. */
function mounting(copy: Copy, source: Word, name: string): Fix | undefined {
  const run = copy.next;
  const { user } = copy.state;
  const target = targetsOf(copy).get(source);
  if (copy.isTrigger || run?.keyword !== 'RUN' || target === undefined || !MOUNTABLE.has(name)) return undefined;
  if (!user.known || !isRoot(user.value) || copy.state.family === 'windows') return undefined;
  return suggestion(
    `Mount ${name} for the RUN that needs it`,
    copy.sources.length === 1 ? removeLines(copy) : remove(source),
    insertAfter(run.head, ` --mount=type=secret,id=${name.slice(1)},target=${target}`),
  );
}
