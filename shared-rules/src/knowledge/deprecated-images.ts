import { officialName } from './images.js';

/** An image that its makers have given up. */
export interface Deprecation {
  /** What became of it, as the end of a sentence that begins with the image. */
  readonly reason: string;
  /** What people use instead. */
  readonly instead: string;
  /** The whole reference to write, where one with the same meaning is sure to exist. */
  readonly reference?: string | undefined;
}

interface Row {
  readonly reason: string;
  readonly instead: string;
  /** The reference that stands for a tag of the old image. */
  readonly move?: (tag: string | undefined) => string | undefined;
}

const temurin = (tag: string | undefined): string | undefined => {
  const [, version = '', kind = '', alpine = ''] =
    /^(8|11|17|21|25)(-jdk|-jre)?(?:-slim|-hotspot)?(-alpine)?$/.exec(tag ?? '') ?? [];
  return version === '' ? undefined : `eclipse-temurin:${version}${kind}${alpine}`;
};

/** Official images of Docker Hub that are marked as deprecated there, each on its own page. */
const OFFICIAL: Readonly<Record<string, Row>> = {
  openjdk: { reason: 'gets no more updates since 2022', instead: 'eclipse-temurin', move: temurin },
  java: { reason: 'was given up in 2017', instead: 'eclipse-temurin' },
  adoptopenjdk: { reason: 'moved to the Eclipse Foundation in 2021', instead: 'eclipse-temurin', move: temurin },
  centos: { reason: 'ended with CentOS Linux in 2024', instead: 'almalinux, rockylinux or quay.io/centos/centos' },
  iojs: { reason: 'was merged into Node.js in 2015', instead: 'node' },
  jenkins: { reason: 'was given up in 2018', instead: 'jenkins/jenkins' },
  mono: { reason: 'has a runtime that .NET has replaced', instead: 'mcr.microsoft.com/dotnet/sdk or runtime' },
  django: { reason: 'was given up in 2016', instead: 'python' },
  rails: { reason: 'was given up in 2016', instead: 'ruby' },
  celery: { reason: 'was given up in 2017', instead: 'python' },
  sentry: { reason: 'was given up in 2020', instead: 'getsentry/sentry' },
  piwik: { reason: 'is called Matomo since 2018', instead: 'matomo' },
  vault: {
    reason: 'is published by HashiCorp itself since 2023',
    instead: 'hashicorp/vault',
    move: same('hashicorp/vault'),
  },
  consul: {
    reason: 'is published by HashiCorp itself since 2023',
    instead: 'hashicorp/consul',
    move: same('hashicorp/consul'),
  },
  owncloud: { reason: 'was given up in 2020', instead: 'owncloud/server' },
  swarm: { reason: 'was given up in 2020', instead: 'the swarm mode of Docker' },
  'nats-streaming': { reason: 'was given up in 2023', instead: 'nats with JetStream' },
  'docker-dev': { reason: 'was given up in 2016', instead: 'docker' },
  'ubuntu-upstart': { reason: 'was given up in 2015', instead: 'ubuntu' },
  'ubuntu-debootstrap': { reason: 'was given up in 2016', instead: 'ubuntu' },
};

/** Images of other makers. */
const OTHERS: readonly (Row & { readonly names: RegExp })[] = [
  {
    names: /^gcr\.io\/google[_-]containers\//,
    reason: 'lies in a registry that moved to registry.k8s.io',
    instead: 'registry.k8s.io',
  },
  // https://github.com/microsoft/containerregistry
  {
    names: /^microsoft\/(dotnet|aspnet|iis|nanoserver|windowsservercore|powershell|mssql-server)[a-z-]*$/,
    reason: 'moved to mcr.microsoft.com in 2018',
    instead: 'the image of the same name on mcr.microsoft.com',
  },
  // https://discuss.circleci.com/t/legacy-convenience-image-deprecation/41034
  {
    names:
      /^circleci\/(android|buildpack-deps|clojure|elixir|golang|jruby|mariadb|mongo|mysql|node|openjdk|php|postgres|python|redis|ruby|rust)$/,
    reason: 'gets no more updates since 2021',
    instead: 'the image of the same name in cimg/',
  },
  { names: /^adoptopenjdk\//, reason: 'moved to the Eclipse Foundation in 2021', instead: 'eclipse-temurin' },
  // https://github.com/Docker-Hub-frolvlad/docker-alpine-glibc
  {
    names: /^frolvlad\/alpine-glibc$/,
    reason: 'puts a foreign C library onto Alpine',
    instead: 'an image with glibc of its own, such as debian:12-slim',
  },
  // https://github.com/mhart/alpine-node
  { names: /^mhart\/alpine-node$/, reason: 'was given up in 2021', instead: 'node with an -alpine tag' },
  // https://github.com/gliderlabs/docker-alpine
  { names: /^gliderlabs\/alpine$/, reason: 'was given up in 2019', instead: 'alpine', move: same('alpine') },
];

function same(name: string): (tag: string | undefined) => string {
  return (tag) => (tag === undefined ? name : `${name}:${tag}`);
}

/** What became of an image, if its makers have given it up. */
export function deprecationOf(name: string, tag: string | undefined): Deprecation | undefined {
  const lower = name.toLowerCase();
  const official = officialName(lower);
  if (official !== undefined) {
    const row = Object.hasOwn(OFFICIAL, official) ? OFFICIAL[official] : undefined;
    // Builds of releases to come are still published.
    if (!row || (official === 'openjdk' && /-(ea|rc)\b/.test(tag ?? ''))) return undefined;
    return { reason: row.reason, instead: row.instead, reference: row.move?.(tag) };
  }
  const path = lower.replace(/^docker\.io\//, '');
  // https://kubernetes.io/blog/2023/03/10/image-registry-redirect/
  if (path.startsWith('k8s.gcr.io/')) {
    const reference = same(`registry.k8s.io/${name.slice(name.indexOf('/') + 1)}`)(tag);
    return { reason: 'lies in a registry that was frozen in 2023', instead: 'registry.k8s.io', reference };
  }
  // https://github.com/bitnami/containers/issues/83267
  if (/^bitnami\/(?!minideb)/.test(path) && tag !== undefined && /\d/.test(tag)) {
    return { reason: 'lost its versioned tags in 2025', instead: 'the image of another maker' };
  }
  const row = OTHERS.find(({ names }) => names.test(path));
  return row && { reason: row.reason, instead: row.instead, reference: row.move?.(tag) };
}
