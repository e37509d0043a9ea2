import type { Family } from '../model/state.js';

/**
 * What is known of base images without asking a registry. Sources: the images' own Dockerfiles and pages on
 * Docker Hub, gcr.io/distroless, images.chainguard.dev and mcr.microsoft.com.
 */

/** Names (without registry and tag) whose images are made of one distribution, whatever their tag. */
const FAMILY_BY_NAME: Readonly<Record<string, Family>> = {
  debian: 'debian',
  ubuntu: 'debian',
  buildpack: 'debian',
  'buildpack-deps': 'debian',
  alpine: 'alpine',
  fedora: 'redhat',
  centos: 'redhat',
  rockylinux: 'redhat',
  almalinux: 'redhat',
  oraclelinux: 'redhat',
  amazonlinux: 'redhat',
  ubi: 'redhat',
  ubi7: 'redhat',
  ubi8: 'redhat',
  ubi9: 'redhat',
  ubi10: 'redhat',
  'ubi-minimal': 'redhat',
  'ubi-micro': 'redhat',
  'fedora-minimal': 'redhat',
  leap: 'suse',
  tumbleweed: 'suse',
  opensuse: 'suse',
  bci: 'suse',
  busybox: 'unknown',
  nanoserver: 'windows',
  servercore: 'windows',
  windowsservercore: 'windows',
  windows: 'windows',
};

/** Official images that are made from Debian unless their tag says otherwise. */
const DEBIAN_BY_DEFAULT: ReadonlySet<string> = new Set([
  'python',
  'node',
  'ruby',
  'golang',
  'rust',
  'php',
  'perl',
  'openjdk',
  'maven',
  'gradle',
  'tomcat',
  'nginx',
  'httpd',
  'redis',
  'postgres',
  'mysql',
  'mariadb',
  'mongo',
  'rabbitmq',
  'gcc',
  'elixir',
  'erlang',
  'haproxy',
  'memcached',
  'wordpress',
  'drupal',
  'jenkins',
  'eclipse-temurin',
  'swift',
  'julia',
  'r-base',
  'mono',
  'solr',
  'cassandra',
]);

/** Parts of a tag that name the distribution. */
const FAMILY_BY_TAG: Readonly<Record<string, Family>> = {
  windowsservercore: 'windows',
  nanoserver: 'windows',
  servercore: 'windows',
  ltsc20: 'windows',
  alpine: 'alpine',
  bookworm: 'debian',
  bullseye: 'debian',
  buster: 'debian',
  stretch: 'debian',
  trixie: 'debian',
  jessie: 'debian',
  xenial: 'debian',
  bionic: 'debian',
  jammy: 'debian',
  focal: 'debian',
  noble: 'debian',
  slim: 'debian',
  debian: 'debian',
  ubuntu: 'debian',
  fedora: 'redhat',
  centos: 'redhat',
  ubi: 'redhat',
  rocky: 'redhat',
  alma: 'redhat',
  oraclelinux: 'redhat',
  amazonlinux: 'redhat',
  al2023: 'redhat',
  mariner: 'redhat',
  'cbl-mariner': 'redhat',
  azurelinux: 'redhat',
  leap: 'suse',
};

/** A tag names the distribution only as a part of its own, as in 3.12-slim-bookworm. */
const FAMILY_IN_TAG = new RegExp(`(?:^|[-_.])(${Object.keys(FAMILY_BY_TAG).join('|')})`);

/** The distribution family of an image. `name` may carry a registry. */
export function familyOf(name: string, tag: string | undefined): Family {
  const lower = name.toLowerCase();
  const last = lower.slice(lower.lastIndexOf('/') + 1);
  if (lower === 'scratch') return 'none';
  if (isDistroless(lower) || isChainguard(lower)) return 'none';
  if (/windows|nanoserver|servercore|^mcr\.microsoft\.com\/dotnet\/framework\//.test(lower)) return 'windows';
  const version = (tag ?? '').toLowerCase();
  const byName = FAMILY_BY_NAME[last];
  if (byName) return byName;
  const isDotnet = lower.startsWith('mcr.microsoft.com/dotnet/');
  // Cut down to what a program needs: neither a shell nor a package manager.
  if (isDotnet && /chiseled|distroless/.test(version)) return 'none';
  const byTag = FAMILY_IN_TAG.exec(version)?.[1];
  if (byTag === 'slim' && !isOfficial(lower) && !DEBIAN_BY_DEFAULT.has(last)) return 'unknown';
  if (byTag !== undefined) return FAMILY_BY_TAG[byTag] ?? 'unknown';
  if (isDotnet) return 'debian';
  if (!isOfficial(lower)) return 'unknown';
  return familyOfOther(last, version) ?? (DEBIAN_BY_DEFAULT.has(last) ? 'debian' : 'unknown');
}

/**
 * Images whose distribution depends on the version. openjdk left Debian for Oracle Linux with 12, mysql within 8.0;
 * Corretto stands on Amazon Linux wherever it is put. Sources: the images' pages on Docker Hub.
 */
function familyOfOther(name: string, version: string): Family | undefined {
  if (name === 'amazoncorretto' || version.includes('corretto')) return 'redhat';
  if (name === 'mysql') return version.startsWith('5') || version.includes('oracle') ? 'redhat' : 'unknown';
  if (name === 'wordpress' && version.startsWith('cli')) return 'alpine';
  if (name === 'tomcat' && version.includes('openjdk')) return 'unknown';
  if (name === 'openjdk') return openjdkFamily(Number.parseInt(version, 10));
  const bundled = /openjdk-(\d+)/.exec(version)?.[1];
  return bundled === undefined ? undefined : openjdkFamily(Number(bundled));
}

const openjdkFamily = (major: number): Family => (major >= 12 ? 'redhat' : major >= 6 ? 'debian' : 'unknown');

/** Whether the image is one of the official ones of Docker Hub, by whatever name or mirror. */
export const isOfficial = (name: string): boolean =>
  /^((index\.)?docker\.io\/)?(library\/)?[^/]+$|^(public\.ecr\.aws\/docker|mirror\.gcr\.io)\/library\/[^/]+$/.test(
    name,
  );

export const isDistroless = (name: string): boolean => name.startsWith('gcr.io/distroless/');
export const isChainguard = (name: string): boolean => name.startsWith('cgr.dev/') || name.startsWith('chainguard/');

/** Images of Chainguard that hold no shell. Those for building, and the bases, have one. Source: images.chainguard.dev. */
const SHELL_LESS: ReadonlySet<string> = new Set([
  'static',
  'glibc-dynamic',
  'cc-dynamic',
  'jre',
  'jre-lts',
  'python',
  'nginx',
  'aspnet-runtime',
  'dotnet-runtime',
]);

/** Whether an image is known to hold no shell. */
export function hasNoShell(name: string, tag: string | undefined): boolean {
  const lower = name.toLowerCase();
  const version = (tag ?? '').toLowerCase();
  const last = lower.slice(lower.lastIndexOf('/') + 1);
  if (lower === 'scratch') return true;
  if (isDistroless(lower)) return !version.includes('debug');
  if (/(^|-)dev(-|$)/.test(version)) return false;
  if (isChainguard(lower)) return SHELL_LESS.has(last);
  return familyOf(lower, version) === 'none';
}

/** The user an image runs as by default; undefined when nobody can tell without asking a registry. */
export function defaultUserOf(name: string, tag: string | undefined): string | undefined {
  const lower = name.toLowerCase().replace(/^docker\.io\//, '');
  const version = (tag ?? '').toLowerCase();
  if (lower === 'scratch') return 'root';
  if (isDistroless(lower)) return version.includes('nonroot') ? 'nonroot' : 'root';
  // Their bases for other images have a package manager, and root to use it.
  if (isChainguard(lower)) return /\/(wolfi|chainguard)-base$/.test(lower) ? 'root' : 'nonroot';
  if (lower.startsWith('dhi.io/')) return version.includes('dev') ? 'root' : 'nonroot';
  if (lower.startsWith('nginxinc/nginx-unprivileged')) return 'nginx';
  if (lower === 'bitnami/minideb') return 'root';
  if (lower.startsWith('bitnami/') || lower.startsWith('bitnamilegacy/')) return '1001';
  if (ROOTLESS_TAG.test(version)) return 'nonroot';
  const known = DEFAULT_USERS[lower];
  if (known) return known;
  const last = lower.slice(lower.lastIndexOf('/') + 1);
  return isOfficial(lower) && (DEBIAN_BY_DEFAULT.has(last) || FAMILY_BY_NAME[last] !== undefined) ? 'root' : undefined;
}

/** Tags of images that do without root; those of .NET call it distroless or chiseled. */
const ROOTLESS_TAG = /rootless|nonroot|unprivileged|distroless|chiseled/;

/** Images that set USER themselves. */
const DEFAULT_USERS: Readonly<Record<string, string>> = {
  'jenkins/jenkins': 'jenkins',
  'jenkins/inbound-agent': 'jenkins',
  'grafana/grafana': 'grafana',
  'prom/prometheus': 'nobody',
  'prom/alertmanager': 'nobody',
  'prom/node-exporter': 'nobody',
  'apache/airflow': 'airflow',
  'apache/superset': 'superset',
  'apache/kafka': 'appuser',
  solr: 'solr',
  sonarqube: 'sonarqube',
  'selenium/base': 'seluser',
  'jupyter/base-notebook': 'jovyan',
  'jupyter/minimal-notebook': 'jovyan',
  'jupyter/scipy-notebook': 'jovyan',
  'docker.elastic.co/elasticsearch/elasticsearch': 'elasticsearch',
  'quay.io/keycloak/keycloak': 'keycloak',
  'ghcr.io/puppeteer/puppeteer': 'pptruser',
  'cypress/included': 'root',
  haproxy: 'haproxy',
  varnish: 'varnish',
  memcached: 'memcache',
  'quay.io/jupyter/base-notebook': 'jovyan',
  'opensearchproject/opensearch': 'opensearch',
  'hashicorp/terraform': 'root',
  circleci: 'circleci',
};

/** A user that an image holds for the purpose of running programs without root. */
export function spareUserOf(name: string, tag: string | undefined): string | undefined {
  const lower = name.toLowerCase().replace(/^docker\.io\//, '');
  if (lower === 'node' || lower === 'library/node') return 'node';
  if (isDistroless(lower) || lower === 'scratch') return '65532:65532';
  // The images have the variable since .NET 8.
  const isModern = lower.startsWith('mcr.microsoft.com/dotnet/') && Number.parseInt(tag ?? '', 10) >= 8;
  return isModern ? '$APP_UID' : undefined;
}

/** Official images that start a server by themselves, without a CMD of one's own. */
const SERVERS: ReadonlySet<string> = new Set([
  'nginx',
  'httpd',
  'tomcat',
  'wordpress',
  'drupal',
  'caddy',
  'traefik',
  'registry',
  'nextcloud',
  'adminer',
  'phpmyadmin',
]);

/** Official images whose entrypoint gives up root by itself. Source: their docker-entrypoint.sh. */
const ROOT_DROPPING: ReadonlySet<string> = new Set([
  'postgres',
  'mysql',
  'mariadb',
  'mongo',
  'redis',
  'valkey',
  'rabbitmq',
  'cassandra',
  'couchdb',
  'couchbase',
  'ghost',
  'influxdb',
  'zookeeper',
  'percona',
  'elasticsearch',
  'memcached',
]);

/** The name of an official image without the ways to write its registry; undefined for any other image. */
export const officialName = (name: string): string | undefined => {
  const lower = name.toLowerCase();
  return isOfficial(lower) ? lower.slice(lower.lastIndexOf('/') + 1) : undefined;
};

export const startsServer = (name: string): boolean => SERVERS.has(officialName(name) ?? '');
export const dropsRootItself = (name: string): boolean => ROOT_DROPPING.has(officialName(name) ?? '');

/** Images made for dev containers, where a person works. Source: containers.dev. */
export const isDevContainerBase = (name: string): boolean =>
  /^(mcr\.microsoft\.com\/(vscode\/)?devcontainers\/|ghcr\.io\/devcontainers\/|gitpod\/workspace-)/.test(
    name.toLowerCase(),
  );

/** Official images that expose the port of their server. Source: their Dockerfiles. */
const EXPOSING: ReadonlySet<string> = new Set([
  ...SERVERS,
  'postgres',
  'mysql',
  'mariadb',
  'mongo',
  'redis',
  'valkey',
  'rabbitmq',
  'memcached',
  'cassandra',
  'elasticsearch',
  'influxdb',
  'ghost',
  'solr',
  'sonarqube',
  'haproxy',
  'zookeeper',
]);

/** Whether the image exposes its port itself; of one that is not official, nobody can tell. */
export const exposesItself = (name: string): boolean => {
  const official = officialName(name);
  return official === undefined ? !name.toLowerCase().startsWith('mcr.microsoft.com/') : EXPOSING.has(official);
};

/** Whether the image is one that starts in the root folder. */
export const startsAtTheRoot = (name: string): boolean => AT_ROOT.has(officialName(name) ?? '');

/** Official images without a WORKDIR. Source: their Dockerfiles. */
const AT_ROOT: ReadonlySet<string> = new Set([
  ...[
    'debian',
    'ubuntu',
    'alpine',
    'fedora',
    'centos',
    'rockylinux',
    'almalinux',
    'amazonlinux',
    'oraclelinux',
    'busybox',
  ],
  ...['node', 'python', 'ruby', 'rust', 'perl', 'gcc', 'buildpack-deps', 'nginx', 'postgres', 'mysql', 'mariadb'],
  ...['eclipse-temurin', 'amazoncorretto', 'openjdk', 'haskell', 'elixir', 'erlang'],
]);

/** The slim variant of a full image's tag; undefined where it is slim already or has no such variant. Source: Docker Hub. */
export function slimTag(name: string, tag: string): string | undefined {
  const official = officialName(name) ?? '';
  const [, version = '', suite = ''] = /^(v?\d[\d.]*)(?:-(trixie|bookworm|bullseye))?$/.exec(tag) ?? [];
  if (version === '' || !SLIM_VARIANTS.has(official)) return undefined;
  if (suite === '') return `${version}-slim`;
  return official === 'node' ? `${version}-${suite}-slim` : `${version}-slim-${suite}`;
}

const SLIM_VARIANTS: ReadonlySet<string> = new Set(['python', 'node', 'ruby', 'perl']);

/** Whether the name is one of the official images that are known here. */
export const isKnownImage = (name: string): boolean => {
  const official = officialName(name) ?? '';
  return DEBIAN_BY_DEFAULT.has(official) || FAMILY_BY_NAME[official] !== undefined;
};

/** Whether an image holds root certificates in /etc/ssl/certs. Source: the Dockerfiles of buildpack-deps and golang. */
export function hasCertificates(name: string, tag: string | undefined): boolean {
  const official = officialName(name) ?? '';
  if (official === 'golang') return true;
  return WITH_CERTIFICATES.has(official) && !/slim|alpine/.test(tag ?? '');
}

const WITH_CERTIFICATES: ReadonlySet<string> = new Set(['buildpack-deps', 'rust', 'gcc', 'node', 'python', 'ruby']);
