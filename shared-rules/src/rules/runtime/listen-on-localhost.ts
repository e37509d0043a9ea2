import { replaceIn, suggestion, wordsAfter, type Fix } from '../../edit.js';
import { isLoopback, listenersOf, listenEverywhere, type Listener } from '../../knowledge/servers.js';
import { appendedTo, mainCommand, startsIn } from '../../knowledge/start.js';
import { backFrom, type Command, type Located, type Stage, type Variable, type Word } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

const EVERYWHERE = '0.0.0.0';

export default rule({
  id: 'listen-on-localhost',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'network'],
  since: 'next',
  summary: 'Let a server listen on all addresses of the container, not on 127.0.0.1.',
  docs: `
A container has a network of its own, and 127.0.0.1 there is the container itself: nothing outside can reach a server that
listens on it, whatever is published with \`-p\`. It works on the developer's machine and not in the container.

Listen on 0.0.0.0. Several development servers (\`flask run\`, \`runserver\`, \`uvicorn\`) take 127.0.0.1 when they are told
nothing, so they need to be told.

Leave it where the only client is a proxy in the same container or pod: \`behindProxy\` says so for the whole project.`,
  sources: {
    'Publishing and exposing ports':
      'https://docs.docker.com/get-started/docker-concepts/running-containers/publishing-ports/',
    'uvicorn settings': 'https://www.uvicorn.org/settings/#socket-binding',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    behindProxy: {
      type: 'boolean',
      default: false,
      about: 'The servers are reached only from within their container or pod, as behind a sidecar.',
    },
  },
  examples: [
    {
      title: 'An address in the command line',
      bad: `
        FROM python:3.12-slim
        CMD ["gunicorn", "--bind", "«127.0.0.1:8000»", "app:api"]`,
      good: `
        FROM python:3.12-slim
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'In the shell form, behind an equals sign',
      bad: `
        FROM python:3.12-slim
        CMD cd /srv && exec uvicorn app:api --host=«localhost» --port $PORT`,
      good: `
        FROM python:3.12-slim
        CMD cd /srv && exec uvicorn app:api --host=0.0.0.0 --port $PORT`,
    },
    {
      title: 'Development servers that are told nothing',
      bad: `
        FROM python:3.12-slim AS one
        CMD ["«uvicorn»", "app:api"]
        FROM python:3.12-slim AS two
        CMD ["python", "«manage.py»", "runserver"]
        FROM python:3.12-slim AS three
        CMD ["«flask»", "run", "--port", "80"]
        FROM php:8.4-cli AS four
        CMD php «artisan» serve
        FROM python:3.12-slim
        ENTRYPOINT ["python", "-m", "«uvicorn»"]
        CMD ["app:api"]`,
      good: `
        FROM python:3.12-slim AS one
        CMD ["uvicorn", "--host", "0.0.0.0", "app:api"]
        FROM python:3.12-slim AS two
        CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]
        FROM python:3.12-slim AS three
        CMD ["flask", "run", "--host", "0.0.0.0", "--port", "80"]
        FROM php:8.4-cli AS four
        CMD php artisan serve --host=0.0.0.0
        FROM python:3.12-slim
        ENTRYPOINT ["python", "-m", "uvicorn", "--host", "0.0.0.0"]
        CMD ["app:api"]`,
    },
    {
      title: 'In a variable',
      bad: `
        FROM mcr.microsoft.com/dotnet/aspnet:9.0 AS web
        ENV «ASPNETCORE_URLS=http://localhost:8080»
        ENTRYPOINT ["dotnet", "shop.dll"]
        FROM python:3.12-slim
        ENV «FLASK_RUN_HOST=127.0.0.1»
        CMD ["flask", "run"]`,
      good: `
        FROM mcr.microsoft.com/dotnet/aspnet:9.0 AS web
        ENV ASPNETCORE_URLS=http://0.0.0.0:8080
        ENTRYPOINT ["dotnet", "shop.dll"]
        FROM python:3.12-slim
        ENV FLASK_RUN_HOST=0.0.0.0
        CMD ["flask", "run"]`,
    },
    {
      title: 'A port alone, to runserver',
      bad: `
        FROM python:3.12-slim
        CMD python manage.py runserver «8080»`,
      good: `
        FROM python:3.12-slim
        CMD python manage.py runserver 0.0.0.0:8080`,
    },
    {
      title: 'HOST of a Node server, beside PORT',
      bad: `
        FROM node:22
        ENV «HOST=localhost» PORT=3000
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22
        ENV HOST=0.0.0.0 PORT=3000
        CMD ["node", "server.js"]`,
    },
    {
      title: 'All addresses, by words, by a variable or by default',
      good: `
        FROM python:3.12-slim AS one
        CMD ["uvicorn", "app:api", "--host", "0.0.0.0"]
        FROM python:3.12-slim AS two
        ENV FLASK_RUN_HOST=0.0.0.0
        CMD ["flask", "run"]
        FROM python:3.12-slim AS three
        CMD ["streamlit", "run", "app.py"]
        FROM python:3.12-slim AS four
        CMD ["hypercorn", "app:api", "--bind", ":8000"]
        FROM python:3.12-slim AS five
        ENTRYPOINT ["uvicorn", "app:api"]
        CMD ["--host", "::"]
        FROM python:3.12-slim
        CMD python manage.py runserver 0:8000`,
    },
    {
      title: 'What only the run time or a configuration knows',
      good: `
        FROM python:3.12-slim AS one
        CMD uvicorn app:api --host $HOST
        FROM python:3.12-slim AS two
        CMD uvicorn app:api $OPTIONS
        FROM python:3.12-slim AS three
        CMD ["hypercorn", "-c", "hypercorn.toml", "app:api"]
        FROM python:3.12-slim AS four
        CMD ["gunicorn", "app:api"]
        FROM python:3.12-slim
        CMD ["gunicorn", "-b", "unix:/run/app.sock", "app:api"]`,
    },
    {
      title: 'One address of several is reachable',
      good: `
        FROM python:3.12-slim
        CMD ["gunicorn", "-b", "127.0.0.1:8001", "-b", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'Health checks, clients and other uses of the name',
      good: `
        FROM postgres:17
        ENV HOST=localhost
        HEALTHCHECK CMD curl -f http://127.0.0.1:8000/
        CMD ["psql", "--host", "localhost"]`,
    },
    {
      title: 'A proxy in the same container',
      good: `
        FROM python:3.12-slim
        RUN apt-get update && apt-get install -y --no-install-recommends nginx=1.26.3-3 && rm -rf /var/lib/apt/lists/*
        CMD service nginx start && exec gunicorn --bind 127.0.0.1:8000 app:api`,
    },
    {
      title: 'Behind a proxy in the same pod',
      options: { behindProxy: true },
      good: `
        FROM python:3.12-slim
        CMD ["gunicorn", "--bind", "127.0.0.1:8000", "app:api"]`,
    },
    {
      title: 'Stages for development, and during the build',
      good: `
        FROM python:3.12-slim AS dev
        CMD ["flask", "run"]
        FROM python:3.12-slim
        RUN uvicorn app:api & sleep 1 && curl http://localhost:8000/
        CMD ["uvicorn", "app:api", "--host", "0.0.0.0"]`,
    },
  ],
  *check(file, { options }) {
    if (options.behindProxy) return;
    const seen = new Set<Located>();
    for (const { stage, node } of startsIn(file)) {
      if (holdsProxy(stage)) continue;
      const command = mainCommand(node);
      if (!command) continue;
      const more = appendedTo(node, stage);
      const { env } = stage.result;
      const listeners = listenersOf(command, env, more);
      const isHidden = listeners.length > 0 && listeners.every(({ host }) => host !== undefined && isLoopback(host));
      if (isHidden) {
        for (const listener of listeners) yield* tell(command, listener, env.lookup(listener.variable ?? ''), more);
        continue;
      }
      if (listeners.some(({ at, host }) => at !== undefined || host !== undefined)) continue;
      for (const variable of variablesOf(command, stage)) {
        if (!seen.has(variable.setBy)) yield atVariable(variable);
        seen.add(variable.setBy);
      }
    }
  },
});

function* tell(
  command: Command,
  { at, host = '' }: Listener,
  variable: Variable | undefined,
  more: readonly Word[],
): Iterable<Finding> {
  if (at && /^\d+$/.test(at.text)) {
    yield {
      at,
      message: say`A port alone has ${nameOf(command)} listen on ${host}, where nothing outside the container reaches it.`,
      fix: suggestion(`Listen on ${EVERYWHERE}`, replaceIn(at, at.text, `${EVERYWHERE}:${at.text}`)),
    };
  } else if (at) yield { at, message: message(host), fix: everywhere(at, host) };
  else if (variable) yield atVariable(variable);
  else {
    const remedy = listenEverywhere(command, more);
    yield {
      at: scriptOf(command) ?? command.program,
      message: say`Without an address ${nameOf(command)} listens on ${host}, where nothing outside the container reaches it.`,
      fix: remedy && suggestion(`Listen on ${EVERYWHERE}`, wordsAfter(remedy.behind, ...remedy.words)),
    };
  }
}

const message = (host: string) => say`Nothing outside the container reaches a server that listens on ${host}.`;

const atVariable = ({ setBy, value = '' }: Variable): Finding => {
  const host = LOOPBACK.exec(value)?.[0] ?? value;
  return { at: setBy, message: message(host), fix: everywhere(setBy, host, value) };
};

const LOOPBACK = /localhost|127\.0\.0\.1|\[::1\]|::1/i;

/** Only where the address stands there once. */
const everywhere = (at: Located, host: string, value = host): Fix | undefined =>
  value.split(host).length === 2 ? suggestion(`Listen on ${EVERYWHERE}`, replaceIn(at, host, EVERYWHERE)) : undefined;

const scriptOf = ({ program, subcommand }: Command): Word | undefined =>
  /^(python[\d.]*|php)$/.test(program.text) ? subcommand : undefined;

const nameOf = (command: Command): string => (scriptOf(command) ?? command.program).text;

/** The variables that name an address for a program that is no server by its name. */
function* variablesOf(command: Command, { result: { env } }: Stage): Iterable<Variable> {
  const urls = env.lookup('ASPNETCORE_URLS');
  const addresses = urls?.value?.split(';') ?? [];
  const isHidden = addresses.every((address) =>
    isLoopback(address.replace(/^https?:\/\//, '').replace(/:\d+\/?$/, '')),
  );
  if (urls?.kind === 'env' && addresses.length > 0 && isHidden) yield urls;
  if (!NODE.has(command.program.text) || !env.lookup('PORT')) return;
  for (const name of ['HOST', 'HOSTNAME']) {
    const variable = env.lookup(name);
    if (variable?.kind === 'env' && isLoopback(variable.value ?? '')) yield variable;
  }
}

const NODE: ReadonlySet<string> = new Set(['node', 'npm', 'yarn', 'pnpm', 'bun']);

/** Whether something in the image may hand on what comes in from outside. */
function holdsProxy(stage: Stage): boolean {
  if (PROXY.test(stage.rootImage?.repository ?? '')) return true;
  for (const node of backFrom(stage)) {
    if (node.keyword !== 'RUN' && node.keyword !== 'CMD' && node.keyword !== 'ENTRYPOINT') continue;
    if (node.commands.some(({ program, args }) => [program, ...args].some(({ text }) => PROXY.test(text)))) return true;
  }
  return false;
}

const PROXY =
  /nginx|apache2|httpd|haproxy|caddy|envoy|traefik|supervisor|cloudflared|tailscale|stunnel|socat|varnish|lighttpd|openresty|s6-|runit|ssh/;
