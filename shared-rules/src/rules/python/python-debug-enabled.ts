import { mainCommandsOf } from '../../knowledge/start.js';
import { remove, replace, suggestion } from '../../edit.js';
import { environmentOf, environmentPair, pythonStage } from '../../knowledge/python.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, CommandFlag } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** A variable that switches something on which is meant for development, and what it reads in production. */
interface Switch {
  readonly name: string;
  readonly on: RegExp;
  readonly off?: string;
  /** Whether only Python reads it by this name. */
  readonly isPython?: boolean;
}

const YES = /^(1|true|yes|on)$/i;

/** Sources: the documentation of Django, Flask, Python, Node.js, Rails, Spring Boot and ASP.NET Core. */
const SWITCHES: readonly Switch[] = [
  { name: 'DEBUG', on: YES, off: '0', isPython: true },
  { name: 'DJANGO_DEBUG', on: YES, off: '0' },
  { name: 'FLASK_DEBUG', on: YES, off: '0' },
  { name: 'FLASK_ENV', on: /^development$/i, off: 'production' },
  { name: 'PYTHONDEVMODE', on: /^1$/ },
  { name: 'NODE_ENV', on: /^dev(elopment)?$/i, off: 'production' },
  { name: 'RAILS_ENV', on: /^development$/i, off: 'production' },
  { name: 'RACK_ENV', on: /^development$/i, off: 'production' },
  { name: 'SPRING_PROFILES_ACTIVE', on: /(^|,)dev(elopment)?(,|$)/i },
  { name: 'ASPNETCORE_ENVIRONMENT', on: /^development$/i, off: 'Production' },
  { name: 'DOTNET_ENVIRONMENT', on: /^development$/i, off: 'Production' },
];

/** Flags for development, by program. Sources: the programs' own help. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  uvicorn: ['--reload'],
  gunicorn: ['--reload'],
  hypercorn: ['--reload'],
  flask: ['--debug', '--reload'],
  celery: ['--autoreload'],
  node: ['--inspect', '--inspect-brk', '--inspect-wait'],
};

export default rule({
  id: 'python-debug-enabled',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['python', 'node', 'security', 'runtime'],
  since: 'next',
  peers: { sonar: ['S4507'] },
  summary: 'Do not ship an image with its debug mode switched on.',
  docs: `
In debug mode a server answers an error with its source code, its settings and, in Flask, a console in which anybody can
run Python. It also keeps every query in memory, reloads at every change, and is slow.

Ship the image for production; who develops switches it on with \`docker run -e DEBUG=1\`, or builds a stage of its own,
called \`dev\`, about which nothing is said. Note that \`ENV DEBUG=0\` is text: \`bool(os.environ["DEBUG"])\` is true for it,
compare with "1" instead.`,
  sources: {
    'Flask, "Debug Mode"': 'https://flask.palletsprojects.com/en/stable/quickstart/#debug-mode',
    'Django, DEBUG': 'https://docs.djangoproject.com/en/stable/ref/settings/#debug',
    'Node.js inspector': 'https://nodejs.org/en/learn/getting-started/debugging#security-implications',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A variable of Python',
      bad: `
        FROM python:3.13-slim
        ENV PORT=8000 DEBUG=«True»
        CMD ["gunicorn", "app:api"]`,
      good: `
        FROM python:3.13-slim
        ENV PORT=8000 DEBUG=0
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'Variables of other languages, set in the stage that it starts from',
      bad: `
        FROM node:22 AS base
        ENV NODE_ENV="production"
        ENV NODE_ENV=«"development"»
        ENV ASPNETCORE_ENVIRONMENT=«Development»
        FROM base
        CMD ["npm", "start"]`,
      good: `
        FROM node:22 AS base
        ENV NODE_ENV="production"
        ENV NODE_ENV=production
        ENV ASPNETCORE_ENVIRONMENT=Production
        FROM base
        CMD ["npm", "start"]`,
    },
    {
      title: 'Profiles and modes that only their users can replace',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV SPRING_PROFILES_ACTIVE=«dev,metrics»
        ENV PYTHONDEVMODE=«1»
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'Flags of servers',
      bad: `
        FROM python:3.13-slim
        ENTRYPOINT ["uvicorn", "app:api", "«--reload»", "--host", "0.0.0.0"]`,
      good: `
        FROM python:3.13-slim
        ENTRYPOINT ["uvicorn", "app:api", "--host", "0.0.0.0"]`,
    },
    {
      title: 'The inspector of Node.js, with an address',
      bad: `
        FROM node:22
        CMD exec node «--inspect=0.0.0.0:9229» server.js`,
      good: `
        FROM node:22
        CMD exec node server.js`,
    },
    {
      title: 'Switched off, or set anew',
      good: `
        FROM python:3.13-slim
        ENV DEBUG=1 FLASK_ENV=development
        ENV DEBUG=0 FLASK_ENV=production FLASK_DEBUG=false
        CMD ["flask", "run", "--no-debug", "--no-reload"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM python:3.13 AS dev
        ENV DEBUG=1
        CMD ["flask", "run", "--debug"]`,
    },
    {
      title: 'Another stage than the final one',
      good: `
        FROM node:22 AS build
        ENV NODE_ENV=development
        RUN npm run build
        FROM nginx:1.27
        COPY --from=build /dist /usr/share/nginx/html`,
    },
    {
      title: 'By a build argument',
      good: `
        FROM python:3.13-slim
        ARG DEBUG=1
        ARG MODE=development
        ENV FLASK_ENV=$MODE
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'DEBUG where no Python runs',
      good: `
        FROM debian:12
        ENV DEBUG=1
        CMD ["/srv/server"]`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    if (!stage || isForDevelopment(stage, file)) return;
    const isPythonic = pythonStage(file) !== undefined;
    for (const { name, on, off, isPython } of SWITCHES) {
      if (isPython && !isPythonic) continue;
      const value = environmentPair(stage, name)?.value;
      if (!value?.literal || !on.test(value.text) || !environmentOf(stage, name)) continue;
      yield {
        at: value,
        message: say`${name} is ${value.text} in the image for production.`,
        fix: off === undefined ? undefined : suggestion(`Set it to ${off}`, replace(value, off)),
      };
    }
    for (const command of mainCommandsOf(stage)) {
      for (const flag of debugFlags(command)) {
        yield {
          at: flag.word,
          message: say`${flag.name} is for development.`,
          // Next to a value of its own the flag is not alone to go.
          fix: flag.value && flag.value !== flag.word && !flag.word.text.includes('=') ? undefined : dropping(flag),
        };
      }
    }
  },
});

const debugFlags = ({ program, flags }: Command): readonly CommandFlag[] =>
  flags.filter(({ name }) => FLAGS[program.text]?.includes(name));

const dropping = ({ name, word }: CommandFlag) => suggestion(`Remove ${name}`, remove(word));
