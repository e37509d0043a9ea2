import { remove, removeLines, replace, suggestion, type Fix } from '../../edit.js';
import { operandsOf } from '../../knowledge/commands.js';
import { productWithDefaultPassword } from '../../knowledge/secrets.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import {
  pipedFrom,
  type ComposeFile,
  type Command,
  type Dockerfile,
  type Instructions,
  type Pair,
  type Word,
} from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'default-password',
  kinds: ['dockerfile', 'compose'],
  severity: 'error',
  profile: 'recommended',
  tags: ['security', 'secrets', 'users'],
  since: 'next',
  peers: { checkov: ['CKV2_DOCKER_17'], dockle: ['DKL-LI-0001'] },
  summary: 'Do not build a password into the image that every container then has.',
  docs: `
Everybody who has the image knows the password of every container that is made from it, and bots try the usual ones
first. A default is hardly ever changed, and an empty password lets everybody in.

Let the program take its password when it starts, from a variable or a file of a Secret, and refuse to start without one.
Users of the image need no password at all: \`USER\` switches without one. If there has to be a default, the entrypoint
says so at every start, and how to change it.

Leave it where the image is for tests only, and nobody else can reach what it starts.`,
  sources: {
    'CWE-1392: Use of Default Credentials': 'https://cwe.mitre.org/data/definitions/1392.html',
    'Build secrets': 'https://docs.docker.com/build/building/secrets/',
    'Kubernetes Secrets': 'https://kubernetes.io/docs/concepts/configuration/secret/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The password of a database',
      bad: `
        FROM postgres:17
        ENV POSTGRES_PASSWORD=«postgres»
        COPY init.sql /docker-entrypoint-initdb.d/`,
      good: `
        FROM postgres:17
        COPY init.sql /docker-entrypoint-initdb.d/`,
    },
    {
      title: 'Beside other settings, and no password at all',
      bad: `
        FROM mysql:8.4
        ENV MYSQL_DATABASE=shop MYSQL_ROOT_PASSWORD=«"kestrel-71"»
        ENV MYSQL_ALLOW_EMPTY_PASSWORD=«yes»
        ENV POSTGRES_HOST_AUTH_METHOD=«trust»
        EXPOSE 3306`,
      good: `
        FROM mysql:8.4
        ENV MYSQL_DATABASE=shop
        EXPOSE 3306`,
    },
    {
      title: 'The default of an argument, and a setting that the file speaks of elsewhere',
      bad: `
        FROM debian:12
        ARG SHOP_ADMIN_PASSWORD=«admin»
        ENV KEYCLOAK_ADMIN_PASSWORD=«admin»
        RUN ./setup --password $KEYCLOAK_ADMIN_PASSWORD`,
    },
    {
      title: 'Of a user, by pipe, by string, by flag',
      bad: `
        FROM debian:12
        RUN echo «'root:kestrel-71'» | chpasswd
        RUN echo "kestrel-71" | sudo passwd «--stdin» app
        RUN bash -c "chpasswd <<< «app:app»"
        RUN useradd -m -p «'$6$salt$hash'» app && usermod --password «secret» app
        RUN useradd -p "$(openssl passwd -1 «kestrel-71»)" worker`,
    },
    {
      title: 'An empty password, and a server that lets it pass',
      bad: `
        FROM debian:12
        RUN passwd «-d» root
        RUN sed -i «'s/#PermitEmptyPasswords no/PermitEmptyPasswords yes/'» /etc/ssh/sshd_config
        RUN echo «"PermitEmptyPasswords yes"» >> /etc/ssh/sshd_config`,
    },
    {
      title: 'In a Compose file, as a map and as a list',
      kind: 'compose',
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: app
              POSTGRES_PASSWORD: «postgres»
          queue:
            image: rabbitmq:4
            environment:
              - RABBITMQ_DEFAULT_PASS=«guest»`,
      good: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: app
              POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD}
          queue:
            image: rabbitmq:4
            environment:
              - RABBITMQ_DEFAULT_PASS=\${RABBITMQ_DEFAULT_PASS:?set RABBITMQ_DEFAULT_PASS}`,
    },
    {
      title: 'In a Compose file, what comes from outside',
      kind: 'compose',
      good: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_PASSWORD: \${DB_PASSWORD:?}
              POSTGRES_PASSWORD_FILE: /run/secrets/db
              MYSQL_ROOT_PASSWORD:`,
    },
    {
      title: 'A Compose file for development',
      kind: 'compose',
      path: 'compose.dev.yaml',
      good: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_PASSWORD: postgres`,
    },
    {
      title: 'What comes from outside, or locks the account',
      good: `
        FROM debian:12
        ARG PASSWORD
        ARG POSTGRES_PASSWORD=
        ENV POSTGRES_PASSWORD=\${POSTGRES_PASSWORD:?}
        ENV POSTGRES_PASSWORD_FILE=/run/secrets/db MYSQL_ALLOW_EMPTY_PASSWORD=no
        RUN echo "root:$PASSWORD" | chpasswd && echo "app:$HASH" | chpasswd -e
        RUN useradd -p '!' app && usermod -p '*' app && echo 'root:*' | chpasswd -e && passwd -l root
        RUN adduser --disabled-password app && echo "PermitEmptyPasswords no" >> /etc/ssh/sshd_config`,
    },
    {
      title: 'A stand-in that cannot be taken for one',
      good: `
        FROM postgres:17
        ENV POSTGRES_PASSWORD="<set me>"`,
    },
    {
      title: 'A stage for tests, and one that is only copied from',
      good: `
        FROM debian:12 AS build
        RUN echo 'root:kestrel-71' | chpasswd
        FROM debian:12 AS final
        COPY --from=build /app /app
        FROM final AS test
        ENV POSTGRES_PASSWORD=postgres`,
    },
  ],
  *check(file) {
    if (file.kind === 'compose') {
      yield* passwordsOfServices(file);
      return;
    }
    for (const node of file.allWithTriggers('ENV', 'ARG')) {
      if (node.stage && !isRun(file, node)) continue;
      for (const pair of node.pairs) {
        const { name, value } = pair;
        const product = value?.literal ? productWithDefaultPassword(name.text, value.text) : undefined;
        if (!value || product === undefined) continue;
        yield {
          at: value.text === '' ? name : value,
          message: say`Every container of this image starts ${product} with what ${name.text} says here.`,
          fix: removal(file, node, pair),
        };
      }
    }
    for (const command of file.runCommands(
      'chpasswd',
      'passwd',
      'useradd',
      'usermod',
      'openssl',
      'sed',
      'echo',
      'printf',
    )) {
      if (command.instruction && !isRun(file, command.instruction)) continue;
      yield* passwordsIn(command);
    }
  },
});

/** Files for people at work, by their names. */
const FOR_DEVELOPMENT =
  /(^|[-_./])(dev|devel|development|tests?|testing|ci|local|override|examples?|e2e|integration|\.devcontainer)(?=[-_./])/;

function* passwordsOfServices(file: ComposeFile): Iterable<Finding> {
  if (FOR_DEVELOPMENT.test(file.path)) return;
  for (const service of file.services()) {
    for (const { name, value, node } of service.environment) {
      const product = value?.literal ? productWithDefaultPassword(name.text, value.text) : undefined;
      if (!value || product === undefined) continue;
      const isPlain = node?.isFlow === false && !node.isShared;
      yield {
        at: value,
        message: say`Whoever reads this file knows what ${product} is started with by ${name.text}.`,
        severity: 'warning',
        fix: isPlain
          ? suggestion('Ask for it when it starts', replace(value, `\${${name.text}:?set ${name.text}}`))
          : undefined,
      };
    }
  }
}

/** Whether somebody runs what the stage makes, outside development and tests. */
const isRun = (file: Dockerfile, { stage }: Pick<Instructions['RUN'], 'stage'>): boolean =>
  stage !== undefined && (stage.ships || stage.isOutput) && !isForDevelopment(stage, file);

/** Takes the setting out, where nothing else speaks of it. */
function removal(file: Dockerfile, node: Instructions['ENV' | 'ARG'], pair: Pair): Fix | undefined {
  if (node.keyword !== 'ENV' || node.isTrigger) return undefined;
  const name = pair.name.text;
  const isUsed = [...file.all()].some((other) => other !== node && other.written(other.body).includes(name));
  if (isUsed) return undefined;
  return suggestion(
    `Remove ${name}, and set it when the container starts`,
    node.pairs.length === 1 ? removeLines(node) : remove(pair),
  );
}

const KNOWN = say`Every container of this image has this password.`;

function* passwordsIn(command: Command): Iterable<Finding> {
  const { program, args } = command;
  switch (program.text) {
    case 'chpasswd': {
      const given = command.redirections.find(({ operator }) => operator === '<<<')?.target;
      for (const word of given ? [given] : writtenTo(command)) {
        if (word.literal && /^[^:\s]+:[^!*\s]/.test(word.text)) yield { at: word, message: KNOWN };
      }
      return;
    }
    case 'passwd': {
      const flag = command.flag('--stdin');
      if (flag && writtenTo(command).some(({ literal, text }) => literal && text !== '')) {
        yield { at: flag.word, message: KNOWN };
      }
      const empty = command.flag('-d', '--delete');
      if (empty && !command.has('-l', '--lock')) {
        yield { at: empty, message: say`${operandsOf(command)[0]?.text ?? 'The user'} needs no password to log in.` };
      }
      return;
    }
    case 'useradd':
    case 'usermod': {
      const value = command.flag('-p', '--password')?.value;
      if (value?.literal && !/^[!*]/.test(value.text)) {
        yield value.text === ''
          ? { at: value, message: say`The user needs no password to log in.` }
          : { at: value, message: KNOWN };
      }
      return;
    }
    case 'openssl': {
      const [verb, value] = operandsOf(command);
      if (verb?.text === 'passwd' && value?.literal) yield { at: value, message: KNOWN };
      return;
    }
    default: {
      const word = args.find(({ text }) => /\bPermitEmptyPasswords\s+yes\b/i.test(text) && !text.startsWith('#'));
      if (word) yield { at: word, message: say`sshd lets in users without a password.` };
    }
  }
}

/** What echo and printf write into the command. */
function writtenTo(command: Command): readonly Word[] {
  const source = pipedFrom(command);
  return source && (source.program.text === 'echo' || source.program.text === 'printf') ? operandsOf(source) : [];
}
