import { setVariable, suggestion } from '../../edit.js';
import { isChoice, isHarmless, secretIn } from '../../knowledge/secrets.js';
import type { EnvironmentPair } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** Names of files that never leave the machine of whoever develops. */
const FOR_DEVELOPMENT =
  /(?:^|[-_.])(?:dev|devel|development|local|test|tests|testing|ci|e2e|example|sample|override)(?=[-_.])/i;

export default rule({
  id: 'compose-secret-literal',
  kinds: ['compose'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['compose', 'security', 'secrets'],
  since: 'next',
  summary: 'Keep secrets out of the Compose file.',
  docs: `
A password in a Compose file is in the repository for ever, for everybody who may read it, and tends to be the one that
production runs with.

Take it from the environment: \`\${NAME:?set NAME}\` stops with that message where it is not set. Better still are
\`secrets:\`, which come as files under /run/secrets, with the variables \`…_FILE\` that many images read.
A password that everybody guesses, such as \`postgres\` or the name of the user, is reported as information only.
Values that are plainly no secrets are left alone, and so are files for development and tests by their names, such as
\`compose.override.yaml\`.`,
  sources: {
    'Secrets in Compose': 'https://docs.docker.com/compose/how-tos/use-secrets/',
    Interpolation: 'https://docs.docker.com/reference/compose-file/interpolation/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: { allow: { type: 'strings', default: [], about: 'Names that are no secrets, whatever they look like.' } },
  examples: [
    {
      title: 'In a map',
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: app
              POSTGRES_PASSWORD: «hunter2»`,
      good: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: app
              POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD}`,
    },
    {
      title: 'In a list, and in quotes',
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              - POSTGRES_PASSWORD=«hunter2»
              - "API_TOKEN=«s3cr3t4711»"`,
      good: `
        services:
          db:
            image: postgres:17
            environment:
              - POSTGRES_PASSWORD=\${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD}
              - "API_TOKEN=\${API_TOKEN:?set API_TOKEN}"`,
    },
    {
      title: 'Behind an anchor, which is mended nowhere',
      bad: `
        x-db: &db
          DB_PASSWORD: «hunter2»
        services:
          a:
            environment: *db
          b:
            environment:
              <<: *db`,
    },
    {
      title: 'From the environment, from a file, empty, or plainly none',
      good: `
        services:
          db:
            environment:
              POSTGRES_PASSWORD: \${DB_PASSWORD}
              MYSQL_PASSWORD: $$DB_PASSWORD
              MYSQL_ROOT_PASSWORD:
              REDIS_PASSWORD: ""
              DB_PASSWORD_FILE: /run/secrets/db
              MYSQL_ALLOW_EMPTY_PASSWORD: "yes"
              TOKEN_TTL: 3600
              AUTH: basic`,
      options: { allow: ['MYSQL_PASSWORD'] },
    },
    {
      title: 'In a file for development',
      path: 'docker-compose.dev.yml',
      good: `
        services:
          db:
            environment:
              POSTGRES_PASSWORD: hunter2`,
    },
  ],
  *check(file, { options: { allow } }) {
    if (FOR_DEVELOPMENT.test(file.path.slice(file.path.lastIndexOf('/') + 1))) return;
    for (const { environment } of file.services()) {
      for (const pair of environment) {
        const { name, value } = pair;
        const found = secretIn(name.text);
        if (found === undefined || !value?.literal || allow.includes(name.text) || isHarmless(value.text)) continue;
        if (found === 'auth' && isChoice(value.text)) continue;
        const edit = /^\w+$/.test(name.text) && setVariable(pair, `\${${name.text}:?set ${name.text}}`);
        yield {
          at: value,
          severity: isGuessed(value.text, pair, environment) ? 'info' : 'warning',
          message: say`${name.text} stands in the file for everybody to read.`,
          fix: edit ? suggestion('Take it from the environment', edit) : undefined,
        };
      }
    }
  },
});

/** What people write where it does not matter: a word that says password, or what another variable says too. */
const GUESSES =
  /^(?:pass|passw0?rd|pwd|secret|root|admin|user|test|testing|dev|demo|example|local|change_?-?me|postgres|mysql|mariadb|mongo|redis|rabbitmq|guest|minio(?:admin)?|\d{1,6})\d{0,4}$/i;

const isGuessed = (value: string, own: EnvironmentPair, all: readonly EnvironmentPair[]): boolean =>
  GUESSES.test(value) || all.some((other) => other !== own && other.value?.text === value);
