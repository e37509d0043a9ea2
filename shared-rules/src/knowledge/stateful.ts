import type { ContainerSettings } from '../model/index.js';

/**
 * Servers that keep what they are told, and where: the paths that have to outlive the container.
 * Source: the VOLUME instructions and pages of the images on Docker Hub.
 */

/** The last part of the image's name -> where it keeps its data; the first is the usual one. */
const DATA_PATHS: Readonly<Record<string, readonly string[]>> = {
  postgres: ['/var/lib/postgresql/data', '/var/lib/postgresql'],
  postgis: ['/var/lib/postgresql/data', '/var/lib/postgresql'],
  timescaledb: ['/var/lib/postgresql/data', '/var/lib/postgresql'],
  pgvector: ['/var/lib/postgresql/data', '/var/lib/postgresql'],
  mysql: ['/var/lib/mysql'],
  'mysql-server': ['/var/lib/mysql'],
  mariadb: ['/var/lib/mysql'],
  percona: ['/var/lib/mysql'],
  mongo: ['/data/db'],
  redis: ['/data'],
  valkey: ['/data'],
  rabbitmq: ['/var/lib/rabbitmq'],
  elasticsearch: ['/usr/share/elasticsearch/data'],
  opensearch: ['/usr/share/opensearch/data'],
  cassandra: ['/var/lib/cassandra'],
  couchdb: ['/opt/couchdb/data'],
  neo4j: ['/data'],
  minio: ['/data'],
  jenkins: ['/var/jenkins_home'],
  grafana: ['/var/lib/grafana'],
  'grafana-oss': ['/var/lib/grafana'],
  'grafana-enterprise': ['/var/lib/grafana'],
  prometheus: ['/prometheus'],
  influxdb: ['/var/lib/influxdb2', '/var/lib/influxdb'],
  clickhouse: ['/var/lib/clickhouse'],
  'clickhouse-server': ['/var/lib/clickhouse'],
};

/** Whose image it must be, where others use the same last part for other things. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  postgres: ['', 'library'],
  mysql: ['', 'library'],
  mariadb: ['', 'library'],
  percona: ['', 'library', 'percona'],
  mongo: ['', 'library'],
  redis: ['', 'library'],
  valkey: ['valkey'],
  rabbitmq: ['', 'library'],
  elasticsearch: ['', 'library', 'elasticsearch', 'docker.elastic.co/elasticsearch'],
  opensearch: ['opensearchproject'],
  cassandra: ['', 'library'],
  couchdb: ['', 'library'],
  neo4j: ['', 'library'],
  postgis: ['postgis'],
  timescaledb: ['timescale'],
  pgvector: ['pgvector', 'ankane'],
  minio: ['minio', 'quay.io/minio'],
  jenkins: ['', 'library', 'jenkins'],
  grafana: ['grafana'],
  prometheus: ['prom', 'quay.io/prometheus'],
  influxdb: ['', 'library'],
  clickhouse: ['', 'library'],
  'clickhouse-server': ['clickhouse', 'yandex'],
};

/** Kept in memory unless they are told otherwise, so that losing the disk loses a cache. */
const OFTEN_CACHES: ReadonlySet<string> = new Set(['redis', 'valkey']);

/**
 * Where the image's server keeps its data; undefined for an image that keeps none. By the name without tag: `postgres`,
 * `docker.io/library/postgres`, `bitnami/…` are other images. From PostgreSQL 18 on the data lies a folder higher.
 */
export function dataPathsOf(name: string, tag?: string): readonly string[] | undefined {
  const plain = name.replace(/^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\//, '').toLowerCase();
  const slash = plain.lastIndexOf('/');
  const repository = plain.slice(slash + 1);
  const paths = Object.hasOwn(DATA_PATHS, repository) ? DATA_PATHS[repository] : undefined;
  if (!paths) return undefined;
  const owners = OWNERS[repository];
  if (owners && !owners.includes(slash < 0 ? '' : plain.slice(0, slash))) return undefined;
  const major = Number(/^\d+/.exec(tag ?? '')?.[0] ?? 0);
  return repository === 'postgres' && major >= 18 && major < 100 ? ['/var/lib/postgresql'] : paths;
}

/** Whether the image's server is as often as not a cache that may forget everything. */
export const isOftenCache = (name: string): boolean =>
  OFTEN_CACHES.has(name.slice(name.lastIndexOf('/') + 1).toLowerCase());

/** Variables and flags by which a server is told to keep its data elsewhere. */
const ELSEWHERE = /(?:^|[-_.])(?:pgdata|datadir|data[-_]?dir|dbpath|data|path|dir)(?:=|$)/i;

/** Whether a container may be told to keep its data elsewhere than the image does. */
export const isDataElsewhere = ({ environment, arguments: words = [] }: ContainerSettings): boolean =>
  environment.some(({ name, value }) => ELSEWHERE.test(name.text) && value?.text !== '') ||
  words.some(({ text, literal }) => !literal || ELSEWHERE.test(text.split('=', 1)[0] ?? ''));

/** Whether what is mounted at a path holds a folder, or a part of it. */
export function isMountFor(target: string, path: string): boolean {
  const bare = target.replace(/\/$/, '');
  return bare === path || path.startsWith(`${bare}/`) || bare.startsWith(`${path}/`);
}
