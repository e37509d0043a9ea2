import { addInstructionBefore, fix, replace, suggestion } from '../../edit.js';
import { gracefulSignalOf, processOf, signalName, signalWord } from '../../knowledge/signals.js';
import { isDevLike } from '../../knowledge/stages.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'prefer-nginx-sigquit',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['runtime', 'signals'],
  since: '0.1.0',
  peers: { tally: ['prefer-nginx-sigquit'] },
  summary: 'Stop nginx by SIGQUIT and other servers by the signal on which they end gracefully.',
  docs: `
On SIGTERM nginx drops every connection at once: each deployment cuts downloads and requests in two. On SIGQUIT it takes
no new ones and ends what it has begun.

Write \`STOPSIGNAL SIGQUIT\`; for php-fpm as well, SIGWINCH for Apache, SIGINT for PostgreSQL, SIGUSR1 for HAProxy.
The official images of these servers set it themselves, so nothing is said where one of them is the base.`,
  sources: {
    'Controlling nginx': 'https://nginx.org/en/docs/control.html',
    'Stopping httpd': 'https://httpd.apache.org/docs/2.4/stopping.html',
    'Shutting down PostgreSQL': 'https://www.postgresql.org/docs/current/server-shutdown.html',
    STOPSIGNAL: 'https://docs.docker.com/reference/dockerfile/#stopsignal',
  },
  examples: [
    {
      title: 'nginx without a signal',
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y nginx
        CMD «["nginx", "-g", "daemon off;"]»`,
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y nginx
        STOPSIGNAL SIGQUIT
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'Another signal',
      bad: `
        FROM alpine:3.22
        STOPSIGNAL «SIGTERM»
        ENTRYPOINT ["/usr/sbin/nginx", "-g", "daemon off;"]`,
      good: `
        FROM alpine:3.22
        STOPSIGNAL SIGQUIT
        ENTRYPOINT ["/usr/sbin/nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'Other servers',
      bad: `
        FROM debian:13 AS web
        CMD «["apache2", "-DFOREGROUND"]»
        FROM debian:13 AS php
        CMD «["php-fpm8.4", "-F"]»
        FROM debian:13
        CMD «["haproxy", "-f", "/etc/haproxy.cfg"]»`,
      good: `
        FROM debian:13 AS web
        STOPSIGNAL SIGWINCH
        CMD ["apache2", "-DFOREGROUND"]
        FROM debian:13 AS php
        STOPSIGNAL SIGQUIT
        CMD ["php-fpm8.4", "-F"]
        FROM debian:13
        STOPSIGNAL SIGUSR1
        CMD ["haproxy", "-f", "/etc/haproxy.cfg"]`,
    },
    {
      title: 'Images that set it themselves',
      good: `
        FROM nginx:1.29 AS one
        CMD ["nginx", "-g", "daemon off;"]
        FROM registry.example.com/team/php:8.4-fpm AS two
        CMD ["php-fpm"]
        FROM httpd:2.4
        CMD ["httpd", "-DFOREGROUND"]`,
    },
    {
      title: 'The signal is there, by any spelling, or in the stage that it starts from',
      good: `
        FROM debian:13 AS base
        STOPSIGNAL quit
        FROM base
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'A shell form, a shell in between, and a script in front',
      good: `
        FROM debian:13 AS one
        CMD nginx -g 'daemon off;'
        FROM debian:13 AS two
        CMD ["sh", "-c", "nginx -g 'daemon off;'"]
        FROM debian:13
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'A variable, and a base image that nobody knows',
      good: `
        FROM debian:13 AS one
        ARG SIGNAL=SIGTERM
        STOPSIGNAL $SIGNAL
        CMD ["nginx"]
        FROM registry.example.com/team/base:1
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'A call that does not serve, and a stage for development',
      good: `
        FROM debian:13 AS check
        CMD ["nginx", "-t"]
        FROM debian:13 AS dev
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'Windows, which knows no signals',
      good: `
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
        CMD ["nginx"]`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      if ((!stage.isOutput && !stage.isBase) || isDevLike(stage) || maySetIt(stage)) continue;
      const started = processOf(stage);
      const wanted = started && gracefulSignalOf(started.command.program.text);
      if (!started || wanted === undefined) continue;
      const { node, command } = started;
      if (command.has('-t', '-T', '-v', '-V', '-h', '--version', '--help')) continue;
      const name = command.program.text;
      const signal = stage.effective('STOPSIGNAL');
      if (!signal && node.stage === stage && node.commandText) {
        yield {
          at: node.commandText,
          message: say`On SIGTERM, which is sent to it here, ${name} drops its connections; on ${wanted} it finishes them.`,
          fix: fix(
            { title: `Stop it by ${wanted}`, changes: ['stop signal'] },
            addInstructionBefore(node, `STOPSIGNAL ${wanted}`),
          ),
        };
      }
      const word = signal?.stage === stage ? signalWord(signal) : undefined;
      // A signal that nothing can answer is another rule.
      const chosen = word && signalName(word.text);
      if (!word || chosen === wanted || chosen === 'SIGKILL' || chosen === 'SIGSTOP') continue;
      yield {
        at: word,
        message: say`On ${wanted} ${name} finishes what it has begun; it is stopped by ${word.text} here.`,
        fix: suggestion(`Stop it by ${wanted}`, replace(word, wanted)),
      };
    }
  },
});

/** Whether the base image may set the signal: it is made for a server, or nobody knows what it is made for. */
const maySetIt = ({ rootImage, start: { family } }: Stage): boolean =>
  family === 'windows' ||
  family === 'unknown' ||
  rootImage === undefined ||
  /nginx|openresty|php|httpd|apache|postgres|haproxy/i.test(rootImage.resolved?.name ?? rootImage.name);
