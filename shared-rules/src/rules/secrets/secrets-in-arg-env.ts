import { insertAfter, removeLines, suggestion, type Fix } from '../../edit.js';
import { frontendOf, hasOwnFrontend } from '../../knowledge/frontend.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import {
  buildkitSecret,
  hadolintSecret,
  isChoice,
  productWithDefaultPassword,
  isExemptByName,
  isHadolintName,
  isHarmless,
  secretIn,
} from '../../knowledge/secrets.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Dockerfile, Instruction, Instructions, Pair, Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

const PEERS = {
  hadolint: ['DL3064'],
  buildkit: ['SecretsUsedInArgOrEnv'],
  trivy: ['DS-0031'],
  kics: ['Secrets Stored In Dockerfile'],
  dockle: ['CIS-DI-0010'],
  semgrep: ['secret-in-build-arg'],
  sonar: ['S6472'],
} as const;

type Setting = Instructions['ARG' | 'ENV'];

export default rule({
  id: 'secrets-in-arg-env',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'secrets'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Keep secrets out of ARG and ENV.',
  docs: `
What ENV sets stands in the image: whoever can pull it reads it with \`docker inspect\`, and so can every program in the
container. An ARG is no better, since the values of build arguments stay in the history of the image and in its
provenance. Deleting it later helps nobody: the layers below are still there.

While building, mount the secret into the one RUN that needs it:
\`RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci\`, built with \`docker build --secret id=NPM_TOKEN\`.
At run time, hand it over as a file, as \`/run/secrets\` does, or by the environment of the container.

A name is judged by its words and together with its value: files, paths, addresses, versions, switches, empty values and
public keys are no secrets. Names that are none all the same go into \`allow\`.`,
  sources: {
    'Build secrets': 'https://docs.docker.com/build/building/secrets/',
    SecretsUsedInArgOrEnv: 'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    'RUN --mount=type=secret': 'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3064',
      they: 'flags by the name alone',
      we: 'silent where the value can be no secret, or the name only speaks about one',
      why: 'A path, an address or a number of days is no secret.',
    },
    {
      from: 'buildkit/SecretsUsedInArgOrEnv',
      they: 'flags by the name alone',
      we: 'silent where the value can be no secret, or the name only speaks about one',
      why: 'A path, an address or a number of days is no secret.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report whatever hadolint or BuildKit report by the name alone, user names among them.',
    },
    allow: { type: 'strings', default: [], about: 'Names that are no secrets, whatever they look like.' },
    also: { type: 'strings', default: [], about: 'Further names that are secrets.' },
  },
  examples: [
    {
      title: 'A token for one RUN',
      bad: `
        FROM node:22
        ARG «NPM_TOKEN»
        COPY package.json ./
        RUN npm config set //npm.example.com/:_authToken=$NPM_TOKEN && npm ci`,
      good: `
        FROM node:22
        COPY package.json ./
        RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm config set //npm.example.com/:_authToken=$NPM_TOKEN && npm ci`,
    },
    {
      title: 'A password in the image, in either form of ENV, and an argument handed on to it',
      bad: `
        FROM postgres:17
        ENV DB_USER=app «DB_PASSWORD»=kestrel-71
        ENV «API_KEY» b0f1c2
        ARG «SESSION_SECRET»
        ENV «SESSION_SECRET»=$SESSION_SECRET`,
    },
    {
      title: 'The password of a known product, written out, which is another rule',
      good: `
        FROM postgres:17
        ENV POSTGRES_USER=app POSTGRES_PASSWORD=kestrel-71`,
    },
    {
      title: 'A secret as the default of an argument, before FROM as well',
      bad: `
        ARG «DB_PASSWORD»=kestrel-71
        FROM debian:12
        ARG «AWS_SECRET_ACCESS_KEY»=abcd/efgh
        ONBUILD ARG «DEPLOY_TOKEN»`,
    },
    {
      title: 'Used in two places, in a child stage or where an old syntax has no such mount: that takes a person',
      bad: `
        # syntax=docker/dockerfile:1.4
        FROM debian:12 AS base
        ARG «GITHUB_TOKEN»
        RUN curl -H "Authorization: $GITHUB_TOKEN" https://api.example.com
        FROM debian:12
        ARG «GH_TOKEN»
        RUN ./fetch $GH_TOKEN`,
    },
    {
      title: 'A name of your own',
      options: { also: ['LICENCE'] },
      bad: `
        FROM debian:12
        ENV «LICENCE»=abcd-efgh`,
    },
    {
      title: 'Names that only speak about a secret',
      good: `
        FROM debian:12
        ENV DB_PASSWORD_FILE=/run/secrets/db TOKEN_VERSION=v2 PUBLIC_KEY=abcd KEY_ALIAS=main
        ENV TOKEN_URL=https://id.example.com/token SECRET_NAME=db AUTH_MODE=ldap PASSWORD_MIN_LENGTH=12
        ENV TOKENIZERS_PARALLELISM=4 MAX_TOKEN=512 MONKEY=1 GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305
        ARG USERNAME=vscode
        ARG git_key`,
    },
    {
      title: 'Values that are no secrets',
      good: `
        FROM debian:12
        ARG SECRET_TOKEN=
        ENV API_KEY="" AUTH=basic ALLOW_EMPTY_PASSWORD=yes USE_TOKEN=true
        ENV SSH_PRIVATE_KEY=/root/.ssh/id_ed25519 ACCESS_TOKEN=https://id.example.com/token
        ENV TLS_SECRET=\${CERTIFICATES}/tls.key APP_SECRET=1.2.3 SECRET_KEY_BASE=dummy JWT_SECRET="<your secret>"`,
    },
    {
      title: 'An argument before FROM that a stage takes over is reported there',
      bad: `
        ARG VERSION=12
        ARG NPM_TOKEN
        FROM debian:\${VERSION}
        ARG «NPM_TOKEN»
        RUN ./install`,
    },
    {
      title: 'A name that is allowed',
      options: { allow: ['CACHE_TOKEN'] },
      good: `
        FROM debian:12
        ENV CACHE_TOKEN=abcd`,
    },
    {
      title: 'As hadolint and BuildKit judge it: by the name alone',
      profile: 'all',
      bad: `
        ARG «REGISTRY_TOKEN»
        FROM debian:12
        ARG «USERNAME»=vscode
        ENV «SIGNING_KEY»= «HTTP_AUTH»=basic «TOKENIZERS»=4 MONKEY=1
        ENV «DB_PASSWORD_FILE»=/run/secrets/db «TOKEN_VERSION»=v2 «TRAVIS_SUDO»=true
        ENV PUBLIC_KEY=abcd KEY_FILE=/key
        ONBUILD ENV «CLIENT_SECRET»=abcd`,
    },
    {
      title: 'BuildKit looks neither before FROM nor into ONBUILD',
      profile: 'all',
      good: `
        ARG SIGNING_KEY
        FROM debian:12
        ONBUILD ENV SIGNING_KEY=abcd`,
    },
  ],
  *check(file, { options }) {
    const allowed = new Set(options.allow.map((name) => name.toUpperCase()));
    const further = new Set(options.also.map((name) => name.toUpperCase()));
    const isGlobal = new Set<Setting>(file.globalArgs);
    for (const node of file.allWithTriggers('ARG', 'ENV')) {
      const inStage = !isGlobal.has(node) && !node.isTrigger;
      for (const pair of node.pairs) {
        const name = pair.name.text;
        if (allowed.has(name.toUpperCase())) continue;
        const hadolint = hadolintSecret(name);
        const buildkit = inStage ? buildkitSecret(name) : undefined;
        const own = further.has(name.toUpperCase()) ? name : undefined;
        const found = own ?? (options.asPeers ? (hadolint ?? buildkit) : secretOf(node, pair, isGlobal.has(node)));
        if (found === undefined || (!options.asPeers && isDefaultPassword(file, node, pair))) continue;
        yield {
          at: pair.name,
          message: messageFor(node, name, found),
          ...(options.asPeers && isExemptByName(name) && !isHadolintName(name) ? { severity: 'info' as const } : {}),
          fix: node.keyword === 'ARG' ? mounting(file, node, pair) : undefined,
          peers: codesOf(PEERS, {
            hadolint: hadolint !== undefined,
            buildkit: buildkit !== undefined,
            semgrep: node.keyword === 'ARG' && SEMGREP.test(name),
            trivy: node.stage?.isFinal === true,
          }),
        };
      }
    }
  },
});

/** Whether it is the password of a known product, written out, which `default-password` reports. */
const isDefaultPassword = (file: Dockerfile, { stage }: Setting, { name, value }: Pair): boolean =>
  value?.literal === true &&
  productWithDefaultPassword(name.text, value.text) !== undefined &&
  (!stage || ((stage.ships || stage.isOutput) && !isForDevelopment(stage, file)));

const SEMGREP = /password|secret|token|key|cert|api|auth/i;

const messageFor = ({ keyword }: Setting, name: string, found: string): Message =>
  keyword === 'ENV'
    ? say`${name} is a secret by its name (${found}), and what ENV sets can be read from the image.`
    : say`${name} is a secret by its name (${found}), and build arguments can be read from the history of the image.`;

/** What makes it a secret, by name and value together. */
function secretOf(node: Setting, { name, value }: Pair, isGlobal: boolean): string | undefined {
  const found = secretIn(name.text);
  if (found === undefined) return undefined;
  // An argument without a value is reported in the stage that takes it over.
  if (!value) return isGlobal ? undefined : found;
  if (found === 'auth' && value.literal && isChoice(value.text)) return undefined;
  return isNoSecret(value) ? undefined : found;
}

/** A variable with a path around it is a path; any other variable may hold the secret. */
const isNoSecret = ({ literal, text }: Word): boolean => (literal ? isHarmless(text) : text.includes('/'));

/**
 * Mounts the secret into the one RUN that uses it, and takes the argument out. Not where anything else in sight speaks of
 * the name, nor where the builder that the file asks for knows no secrets in the environment (before 1.10).
 */
function mounting(file: Dockerfile, arg: Instructions['ARG'], { name, value }: Pair): Fix | undefined {
  const { stage, pairs, isTrigger } = arg;
  const hasValue = value !== undefined && value.text !== '';
  if (!stage?.from || isTrigger || pairs.length !== 1 || hasValue) return undefined;
  if (stage.isBase || stage.start.family === 'windows' || !knowsSecrets(file)) return undefined;
  const [run, ...more] = stage.instructions.filter((node) => node.keyword === 'RUN' && speaksOf(node, name.text));
  if (run?.keyword !== 'RUN' || more.length > 0 || !uses(run, name.text)) return undefined;
  if (stage.instructions.indexOf(run) < stage.instructions.indexOf(arg)) return undefined;
  const others = [...file.globalArgs, ...stage.instructions].filter((node) => node !== arg && node !== run);
  if (others.some((node) => speaksOf(node, name.text))) return undefined;
  return suggestion(
    `Mount ${name.text} as a secret`,
    removeLines(arg),
    insertAfter(run.head, ` --mount=type=secret,id=${name.text},env=${name.text}`),
  );
}

const speaksOf = (node: Instruction, name: string): boolean =>
  node.written(node.body).includes(name) ||
  node.flags.some(({ value }) => value?.text.includes(name) === true) ||
  node.heredocs.some(({ body }) => body.includes(name));

const uses = ({ commands, script }: Instructions['RUN'], name: string): boolean =>
  script !== undefined &&
  commands.some(({ args, assignments }) =>
    [...args, ...assignments.map(({ value }) => value)].some((word) =>
      word?.parts.some((part) => part.kind === 'variable' && part.name === name),
    ),
  );

/** Whether the syntax that the file asks for has `env=` for secrets; without a directive, today's builders do. */
const knowsSecrets = (file: Dockerfile): boolean =>
  !hasOwnFrontend(file) && (frontendOf(file)?.minor ?? Infinity) >= 10;
