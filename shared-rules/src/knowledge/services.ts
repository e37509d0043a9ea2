/** What a server does, so far as several of them in one image are a sign of too much. */
export type ServiceKind = 'web server' | 'database' | 'cache or queue' | 'PHP';

interface Service {
  readonly kind: ServiceKind;
  /** Where it keeps what has to outlive a container. */
  readonly data?: string;
}

const POSTGRES: Service = { kind: 'database', data: '/var/lib/postgresql' };
const MYSQL: Service = { kind: 'database', data: '/var/lib/mysql' };
const MONGO: Service = { kind: 'database', data: '/var/lib/mongodb' };

/** Packages of servers, not of their clients. Sources: the package lists of Debian, Alpine and Fedora. */
const SERVICES: Readonly<Record<string, Service>> = {
  nginx: { kind: 'web server' },
  'nginx-full': { kind: 'web server' },
  'nginx-light': { kind: 'web server' },
  'nginx-extras': { kind: 'web server' },
  'nginx-core': { kind: 'web server' },
  apache2: { kind: 'web server' },
  httpd: { kind: 'web server' },
  caddy: { kind: 'web server' },
  lighttpd: { kind: 'web server' },
  'mysql-server': MYSQL,
  'default-mysql-server': MYSQL,
  'mysql-community-server': MYSQL,
  'mariadb-server': MYSQL,
  postgresql: POSTGRES,
  'postgresql-server': POSTGRES,
  mongodb: MONGO,
  'mongodb-server': MONGO,
  'mongodb-org': MONGO,
  'mongodb-org-server': MONGO,
  'redis-server': { kind: 'cache or queue', data: '/var/lib/redis' },
  redis: { kind: 'cache or queue', data: '/var/lib/redis' },
  valkey: { kind: 'cache or queue', data: '/var/lib/valkey' },
  memcached: { kind: 'cache or queue' },
  'rabbitmq-server': { kind: 'cache or queue', data: '/var/lib/rabbitmq' },
};

/** The server that a package brings; undefined for any other package. */
export function serviceOf(name: string): Service | undefined {
  if (Object.hasOwn(SERVICES, name)) return SERVICES[name];
  if (/^postgresql-?\d[\d.]*(-server)?$/.test(name)) return POSTGRES;
  if (/^mysql-server-\d[\d.]*$/.test(name)) return MYSQL;
  return /^php[\d.]*-fpm$/.test(name) ? { kind: 'PHP' } : undefined;
}
