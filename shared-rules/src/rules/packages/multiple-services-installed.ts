import { packageName, packagesIn, removesPackages } from '../../knowledge/managers.js';
import { serviceOf, type ServiceKind } from '../../knowledge/services.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { around, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'multiple-services-installed',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'processes'],
  since: 'next',
  summary: 'Give each server an image of its own.',
  docs: `
A web server and a database in one image are started, stopped, scaled and updated together: a crash of one is not seen by
the platform, a new version of one restarts both, and two copies of the web server bring two databases.

Make an image of each, or take the official one, and let them run side by side with Compose or in a pod. nginx before
php-fpm in one image is common; it is only hinted at.`,
  sources: {
    'Run multiple processes in a container': 'https://docs.docker.com/engine/containers/multi-service_container/',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#decouple-applications',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A web server, a database and a cache',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y nginx «mariadb-server»
        RUN apt-get install -y «redis-server»
        CMD ["/start.sh"]`,
    },
    {
      title: 'In a base of the final stage, by versions',
      bad: `
        FROM ubuntu:24.04 AS base
        RUN apt-get update && apt-get install -y apache2
        FROM base
        RUN apt-get install -y «postgresql-16»`,
    },
    {
      title: 'nginx before php-fpm',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache nginx «php84-fpm»`,
    },
    {
      title: 'One server, and clients of others',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y nginx default-mysql-client redis-tools postgresql-client-15`,
    },
    {
      title: 'Two databases are one kind of server, and may be two tools',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y postgresql mariadb-server`,
    },
    {
      title: 'Stages that others only copy from, and stages for development',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y nginx postgresql
        FROM debian:12 AS test
        RUN apt-get update && apt-get install -y nginx postgresql
        COPY --from=build /a /a`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    if (!stage || isForDevelopment(stage, file)) return;
    const found = new Map<ServiceKind, Word>();
    for (const command of file.runCommands()) {
      if (command.instruction?.stage?.ships !== true || command.instruction.isTrigger) continue;
      if (around(command).after.some(removesPackages)) continue;
      for (const word of packagesIn(command)) {
        const kind = serviceOf(packageName(word))?.kind;
        if (kind === undefined || !word.literal || found.has(kind)) continue;
        const [other] = found.values();
        found.set(kind, word);
        if (!other) continue;
        const isPhpPair = found.size === 2 && found.has('PHP') && found.has('web server');
        yield {
          at: word,
          message: say`${packageName(word)} is a server of its own beside ${packageName(other)}.`,
          related: [{ at: other, message: say`The other is installed here.` }],
          ...(isPhpPair ? { severity: 'hint' as const } : {}),
        };
      }
    }
  },
});
