import { operandsOf } from '../../knowledge/commands.js';
import { pathOf } from '../../knowledge/paths.js';
import { isSecretFile, secretIn } from '../../knowledge/secrets.js';
import { holdsToken } from '../../knowledge/tokens.js';
import { pipedFrom, type Command, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'credential-command-in-run',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['security', 'secrets'],
  since: 'next',
  peers: { trivy: ['DS-0031'] },
  summary: 'Do not log in from a RUN with a secret that the build keeps.',
  docs: `
What a RUN is given by an argument or in its text stays in the history of the image, and what a login writes into a file
stays in the layer: \`docker history\` and \`docker save\` show both to whoever can pull the image.

Mount the secret for the RUN: \`RUN --mount=type=secret,id=token,env=TOKEN ...\` puts it into a variable,
\`--mount=type=secret,id=netrc,target=/root/.netrc\` puts it where the tool looks for it, and \`--mount=type=ssh\` lends the
agent's keys. Clouds have better than keys: let the CI job or the workload have an identity of its own.

Nothing is said about a RUN that mounts a secret.`,
  sources: {
    'Build secrets': 'https://docs.docker.com/build/building/secrets/',
    'RUN --mount=type=secret': 'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Clouds',
      bad: `
        FROM debian:12
        ARG KEY
        RUN «aws» configure set aws_access_key_id $KEY && «aws» configure set aws_secret_access_key $KEY
        RUN «gcloud» auth activate-service-account --key-file=/key.json
        RUN «az» login --service-principal -u app -p $KEY --tenant t
        RUN «doctl» auth init -t $KEY`,
    },
    {
      title: 'Registries of images and packages',
      bad: `
        FROM debian:12
        ARG TOKEN
        RUN «docker» login -u ci -p "$TOKEN" registry.example.com
        RUN «helm» registry login -u ci --password "$TOKEN" registry.example.com
        RUN «npm» config set //registry.npmjs.org/:_authToken=$TOKEN && npm ci
        RUN «pip» install --extra-index-url https://ci:$TOKEN@pypi.example.com/simple app
        RUN «twine» upload -u ci -p $TOKEN dist/*`,
    },
    {
      title: 'Addresses, headers and files',
      bad: `
        FROM debian:12
        ARG TOKEN
        ARG SSH_PRIVATE_KEY
        RUN «git» clone https://ci:\${TOKEN}@github.com/team/app.git
        RUN «curl» -fsSL -H "Authorization: token $TOKEN" https://api.example.com/app.tgz -o app.tgz
        RUN «curl» -fsSL -u ci:$TOKEN https://api.example.com/app.tgz -o app.tgz
        RUN «echo» "machine github.com login ci password $TOKEN" > ~/.netrc
        RUN «echo» "$SSH_PRIVATE_KEY" > /root/.ssh/id_rsa
        RUN eval $(ssh-agent) && echo "$SSH_PRIVATE_KEY" | «ssh-add» -`,
    },
    {
      title: 'In a stage that is only copied from, it stays in the cache',
      bad: `
        FROM golang:1.23 AS build
        ARG TOKEN
        RUN «git» clone https://$TOKEN@github.com/team/app.git
        FROM debian:12
        COPY --from=build /app /app`,
    },
    {
      title: 'A secret that is mounted',
      good: `
        FROM debian:12
        ARG TOKEN
        RUN --mount=type=secret,id=token,env=TOKEN git clone https://ci:\${TOKEN}@github.com/team/app.git
        RUN --mount=type=secret,id=token docker login -u ci --password-stdin < /run/secrets/token
        RUN --mount=type=ssh ssh-add -l && git clone git@github.com:team/app.git`,
    },
    {
      title: 'Addresses and headers without a secret, and a token that the RUN fetches itself',
      good: `
        FROM debian:12
        ARG VERSION
        RUN git clone https://git@github.com/team/app.git && git clone https://github.com/team/app-$VERSION.git
        RUN curl -fsSL -H "Accept: application/json" -u anonymous: https://example.com/$VERSION
        RUN T="$(curl -fsSL https://auth.example.com/token)" && curl -H "Authorization: Bearer $T" https://example.com/app
        RUN curl -H "Authorization: Bearer QQ==" https://ghcr.io/v2/app && aws configure set region eu-west-3 && az version
        RUN npm config set '//registry.npmjs.org/:_authToken=\${NPM_TOKEN}'
        RUN npm config set registry https://npm.example.com && echo "registry=https://npm.example.com" > ~/.npmrc`,
    },
    {
      title: 'What is written out in full, which is another rule',
      good: `
        FROM debian:12
        RUN git clone https://ci:kE5-trel_71Q@github.com/team/app.git`,
    },
  ],
  *check(file) {
    for (const command of file.runCommands(...PROGRAMS)) {
      const { instruction } = command;
      if (instruction?.keyword !== 'RUN' || command.substituted) continue;
      if (instruction.mounts.some(({ type }) => type === 'secret' || type === 'ssh')) continue;
      const what = secretGiven(command);
      if (what === undefined) continue;
      const stays = instruction.stage?.ships === true || instruction.stage?.isOutput === true;
      yield {
        at: command.program,
        message: stays
          ? say`The image keeps ${what} that ${command.program.text} is given here.`
          : say`The build cache keeps ${what} that ${command.program.text} is given here.`,
        ...(stays ? {} : { severity: 'warning' as const }),
      };
    }
  },
});

const PROGRAMS: readonly string[] = [
  'aws',
  'gcloud',
  'az',
  'doctl',
  'docker',
  'podman',
  'buildah',
  'skopeo',
  'helm',
  'npm',
  'yarn',
  'pnpm',
  'git',
  'pip',
  'pip3',
  'uv',
  'twine',
  'curl',
  'wget',
  'ssh-add',
  'echo',
  'printf',
];

/** What of a secret the command is given, if it is. Sources: the manuals of the programs. */
function secretGiven(command: Command): string | undefined {
  const verbs = operandsOf(command).map(({ text }) => text);
  const words = verbs.join(' ');
  switch (command.program.text) {
    case 'aws':
      return /^configure set aws_(access_key_id|secret_access_key|session_token) ./.test(words) ? 'the key' : undefined;
    case 'gcloud':
      return words.startsWith('auth activate-service-account') ? 'the key' : undefined;
    case 'az':
      return verbs[0] === 'login' && command.has('-p', '--password', '--federated-token') ? 'the password' : undefined;
    case 'doctl':
      return words.startsWith('auth init') && command.has('-t', '--access-token') ? 'the token' : undefined;
    case 'docker':
    case 'podman':
    case 'buildah':
    case 'skopeo':
      return verbs[0] === 'login' && command.has('-p', '--password') ? 'the password' : undefined;
    case 'helm':
      return words.startsWith('registry login') && command.has('-p', '--password') ? 'the password' : undefined;
    case 'twine':
      return command.has('-p', '--password') ? 'the password' : undefined;
    case 'npm':
    case 'yarn':
    case 'pnpm':
      return verbs[0] === 'config' && verbs[1] === 'set' && operandsOf(command).some(isToken) ? 'the token' : undefined;
    case 'ssh-add':
      return command.has('-l', '-L', '-D', '-d') || (verbs.length === 0 && !pipedFrom(command)) ? undefined : 'the key';
    case 'echo':
    case 'printf':
      return writesSecret(command) ? 'the secret' : undefined;
    default:
      return command.args.some((word) => isAddressWithSecret(word, command)) || hasCredentials(command)
        ? 'the secret'
        : undefined;
  }
}

/** A setting of npm with a token in it. In single quotes the variable is written down as it is, and npm puts it in later. */
const isToken = ({ text, literal }: Word): boolean =>
  /:?_(authToken|auth|password)\b/.test(text) && !(literal && text.includes('${'));

/** An address with a password or a token in it that comes from outside. What is written out is found by its shape. */
const isAddressWithSecret = (word: Word, command: Command): boolean => {
  const user = /^[^\s]*https?:\/\/([^\s/@]+)@/.exec(word.text)?.[1];
  return user !== undefined && !holdsToken(word.text) && namesSecret(user, command);
};

/** Whether a text puts in a variable that is an argument or a setting of the build. */
function namesSecret(text: string, { state }: Command): boolean {
  const names = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? '');
  return names.some((name) => state.env.lookup(name) !== undefined && !/user|login|host|version/i.test(name));
}

function hasCredentials(command: Command): boolean {
  if (command.program.text !== 'curl' && command.program.text !== 'wget') return false;
  const header = command.flags.find(
    ({ name, value }) => /^(-H|--header)$/.test(name) && /^authorization:/i.test(value?.text ?? ''),
  )?.value;
  const user = command.flag('-u', '--user', '--password', '--http-password', '--oauth2-bearer')?.value;
  return [header, user].some((word) => {
    if (!word || holdsToken(word.text)) return false;
    if (!word.literal) return namesSecret(word.text, command);
    return word === header ? /:\s*\S+\s+[\w.+/=-]{12,}$/.test(word.text) : /:[^\s]{6,}$/.test(word.text);
  });
}

/** Whether a file of credentials is written, with a secret put in. */
const writesSecret = ({ args, redirections, state }: Command): boolean =>
  args.some(({ parts, text }) =>
    /\b_?password\b|_authToken/i.test(text)
      ? parts.some(({ kind }) => kind === 'variable')
      : parts.some(
          (part) =>
            part.kind === 'variable' && (secretIn(part.name) !== undefined || /ssh.*key|_key$/i.test(part.name)),
        ),
  ) &&
  redirections.some(({ operator, target }) => {
    const path = target && operator.startsWith('>') ? (pathOf(target, state) ?? target.text) : undefined;
    return path !== undefined && !path.startsWith('/dev/') && isSecretFile(path);
  });
