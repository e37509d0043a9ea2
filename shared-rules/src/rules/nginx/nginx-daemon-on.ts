import { insertAfter, replace, remove, suggestion, wordsAfter, type Fix } from '../../edit.js';
import { appendedTo, innermost, mainCommand, startsIn, startsOf, type Start } from '../../knowledge/start.js';
import type { Command, Dockerfile, Stage, Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'nginx-daemon-on',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['runtime', 'nginx'],
  since: '0.1.0',
  summary: 'Start servers in the foreground, as nginx with "daemon off;".',
  docs: `
A container lives as long as its process 1. A server that goes into the background leaves nothing behind in the
foreground, so the container ends the moment it has started, and starts again, and ends again.

Keep it in the foreground: \`nginx -g 'daemon off;'\`, \`httpd -DFOREGROUND\`, \`php-fpm -F\`, \`redis-server\` without
\`--daemonize yes\`. What \`service\` starts runs in the background as well.

Images made for a server start it rightly by themselves; nothing is said where the base image is one of those.`,
  sources: {
    'nginx, daemon': 'https://nginx.org/en/docs/ngx_core_module.html#daemon',
    'httpd, -D FOREGROUND': 'https://httpd.apache.org/docs/2.4/programs/httpd.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'nginx',
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y nginx
        CMD ["«nginx»"]`,
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y nginx
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'In shell form, with other options',
      bad: `
        FROM alpine:3.22
        CMD ./configure.sh && «nginx» -p /srv`,
      good: `
        FROM alpine:3.22
        CMD ./configure.sh && nginx -p /srv -g 'daemon off;'`,
    },
    {
      title: 'Apache',
      bad: `
        FROM ubuntu:24.04
        ENTRYPOINT ["«apachectl»", "-k", "start"]`,
      good: `
        FROM ubuntu:24.04
        ENTRYPOINT ["apachectl", "-k", "start", "-DFOREGROUND"]`,
    },
    {
      title: 'Servers that are told to go into the background',
      bad: `
        FROM debian:13 AS php
        CMD ["php-fpm8.4", "«-D»"]
        FROM debian:13 AS redis
        CMD redis-server --daemonize «yes»
        FROM debian:13
        CMD ["mongod", "«--fork»", "--logpath", "/var/log/mongod.log"]`,
      good: `
        FROM debian:13 AS php
        CMD ["php-fpm8.4", "-F"]
        FROM debian:13 AS redis
        CMD redis-server --daemonize no
        FROM debian:13
        CMD ["mongod", "--logpath", "/var/log/mongod.log"]`,
    },
    {
      title: 'Started as a service',
      bad: `
        FROM debian:13 AS one
        CMD «service» nginx start
        FROM debian:13
        CMD ["/etc/init.d/«apache2»", "start"]`,
    },
    {
      title: 'In the foreground already',
      good: `
        FROM debian:13 AS one
        CMD ["nginx", "-g", "pid /tmp/nginx.pid; daemon off;"]
        FROM debian:13 AS two
        ENTRYPOINT ["nginx"]
        CMD ["-g", "daemon off;"]
        FROM debian:13 AS three
        CMD apache2ctl -D FOREGROUND
        FROM debian:13 AS four
        CMD ["php-fpm8.4", "-F"]
        FROM debian:13
        CMD ["redis-server", "--daemonize", "no"]`,
    },
    {
      title: 'The configuration says it, copied or written in the build',
      files: { 'conf/nginx.conf': 'daemon off;\nevents {}\n' },
      good: `
        FROM debian:13 AS copied
        COPY conf/nginx.conf /etc/nginx/nginx.conf
        CMD ["nginx"]
        FROM debian:13
        RUN echo "daemon off;" >> /etc/nginx/nginx.conf
        CMD ["nginx"]`,
    },
    {
      title: 'A configuration that cannot be read',
      good: `
        FROM debian:13 AS build
        FROM debian:13 AS one
        COPY --from=build /nginx.conf /etc/nginx/nginx.conf
        CMD ["nginx"]
        FROM debian:13
        COPY nginx.conf /srv/
        CMD ["nginx", "-c", "/srv/nginx.conf"]`,
    },
    {
      title: 'Images made for the server, and those that nobody knows',
      good: `
        FROM nginx:1.29 AS one
        CMD ["nginx"]
        FROM registry.example.com/team/base:1
        CMD ["nginx"]`,
    },
    {
      title: 'Something else stays in the foreground, and a script in front may see to it',
      good: `
        FROM debian:13 AS one
        CMD service nginx start && tail -f /var/log/nginx/access.log
        FROM debian:13 AS two
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["nginx"]
        FROM debian:13
        CMD ["nginx", "-t"]`,
    },
    {
      title: 'A stage for development, and one whose CMD is replaced',
      good: `
        FROM debian:13 AS dev
        CMD ["nginx"]
        FROM debian:13 AS base
        FROM base
        CMD ["nginx"]
        CMD ["/server"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const { stage, node } of startsIn(file)) {
      if (isMadeForServers(stage) || startsOf(stage)[0] !== node) continue;
      const command = mainCommand(node);
      if (!command?.program.literal || innermost(command, node.commands) !== command) continue;
      const found = goesAway(command, appendedTo(node, stage));
      if (!found) continue;
      const { program, path } = command;
      if (program.text === 'nginx' && staysByConfiguration(file, node, command, stage, workspace)) continue;
      yield {
        at: found.at,
        message: found.message ?? say`${path} goes into the background, and the container ends with it.`,
        fix: found.fix,
      };
    }
  },
});

/** Whether the base image may keep its server in the foreground by itself. */
const isMadeForServers = ({ rootImage, start: { family } }: Stage): boolean =>
  family === 'windows' ||
  family === 'unknown' ||
  rootImage === undefined ||
  /nginx|openresty|php|httpd|apache|redis|mongo|valkey/i.test(rootImage.resolved?.name ?? rootImage.name);

interface Daemon {
  readonly at: Word;
  readonly message?: Message;
  readonly fix?: Fix | undefined;
}

/** Why the command does not stay in the foreground, if so. */
function goesAway(command: Command, appended: readonly Word[]): Daemon | undefined {
  const { program, args, path } = command;
  const words = [...args, ...appended];
  // What only the build or the start knows may say it.
  if (words.some(({ literal }) => !literal)) return undefined;
  const says = (pattern: RegExp): boolean => words.some(({ text }) => pattern.test(text));
  if (path.startsWith('/etc/init.d/')) return words[0]?.text === 'start' ? { at: program } : undefined;
  const name = program.text.replace(/^(php-fpm)[\d.]{1,5}$/, '$1');
  switch (name) {
    case 'nginx':
      if (says(/daemon +off|^-[tTvVhs?]/) || command.has('-g')) return undefined;
      return { at: program, fix: inForeground(command, appended, '-g', 'daemon off;') };
    case 'httpd':
    case 'apache2':
    case 'apachectl':
    case 'apache2ctl':
      if (says(/FOREGROUND|^-[tSvVXlLMh]$|^(configtest|graceful.*|stop|status|fullstatus|-X)$/)) return undefined;
      return { at: program, fix: inForeground(command, appended, '-DFOREGROUND') };
    case 'php-fpm':
      return toForeground(words);
    case 'mongod':
      return flagged(words, ['--fork']);
    case 'mysqld':
      return flagged(words, ['--daemonize', '-D']);
    case 'redis-server':
      return daemonized(words);
    case 'service':
      return words[1]?.text === 'start' && words.length === 2
        ? { at: program, message: say`What service starts runs in the background, and the container ends at once.` }
        : undefined;
    default:
      return undefined;
  }
}

function flagged(words: readonly Word[], flags: readonly string[]): Daemon | undefined {
  const at = words.find(({ text }) => flags.includes(text));
  return at && { at, fix: suggestion(`Leave out ${at.text}`, remove(at)) };
}

/** The packages of distributions configure it for the background, so leaving the flag out would not do. */
function toForeground(words: readonly Word[]): Daemon | undefined {
  const at = words.find(({ text }) => text === '-D' || text === '--daemonize');
  return at && { at, fix: suggestion('Stay in the foreground', replace(at, '-F')) };
}

function daemonized(words: readonly Word[]): Daemon | undefined {
  const at = words[words.findIndex(({ text }) => text === '--daemonize') + 1];
  return at?.text === 'yes' ? { at, fix: suggestion('Stay in the foreground', replace(at, 'no')) } : undefined;
}

function inForeground(command: Command, appended: readonly Word[], ...words: readonly string[]): Fix | undefined {
  const last = command.args.at(-1) ?? command.program;
  if (appended.length > 0) return undefined;
  const quoted = words.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ');
  return suggestion(
    `Add ${quoted}`,
    last.form === 'json' ? wordsAfter(last, ...words) : insertAfter(last, ` ${quoted}`),
  );
}

/** Whether a configuration may keep nginx in the foreground: one that says so, or one that cannot be read. */
function staysByConfiguration(
  file: Dockerfile,
  { stage }: Start,
  command: Command,
  of: Stage,
  workspace: Workspace,
): boolean {
  if (command.has('-c')) return true;
  for (const run of file.all('RUN', 'COPY', 'ADD')) {
    if (run.stage !== stage && run.stage !== of && !(run.stage && isBelow(of, run.stage))) continue;
    if (run.keyword === 'RUN') {
      if (run.commands.some(({ args }) => args.some(({ text }) => /daemon\b.{0,9}\boff/.test(text)))) return true;
      if (run.heredocs.length > 0) return true;
    } else {
      const isFromElsewhere = run.flag('from') !== undefined || run.heredocs.length > 0;
      if (isFromElsewhere && /nginx|^\/(etc\/?)?$/.test(run.target?.text ?? '')) return true;
    }
  }
  const paths = [...file.contextPathsOf('/etc/nginx/nginx.conf', of)];
  const opened = paths.map((path) => workspace.open(path, 'nginx')).find((config) => config !== undefined);
  if (!opened) return paths.length > 0;
  return [...opened.all('daemon')].some(({ args: [value] }) => value?.text !== 'on') || [...opened.all()].length === 0;
}

/** Whether a stage is based on another. */
function isBelow(stage: Stage, base: Stage): boolean {
  for (let at = stage.base; at && !('kind' in at); at = at.base) if (at === base) return true;
  return false;
}
