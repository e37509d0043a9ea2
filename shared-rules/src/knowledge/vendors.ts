/** Who publishes images that others run as they are, beside Docker's official ones. Source: Docker Hub, quay.io. */
const VENDORS: ReadonlySet<string> = new Set([
  'apache',
  'bitnami',
  'bitnamilegacy',
  'cloudflare',
  'confluentinc',
  'curlimages',
  'datadog',
  'elastic',
  'envoyproxy',
  'fluent',
  'grafana',
  'hashicorp',
  'istio',
  'jaegertracing',
  'jenkins',
  'keycloak',
  'kong',
  'library',
  'linuxserver',
  'localstack',
  'mailhog',
  'axllent',
  'minio',
  'nginxinc',
  'oauth2-proxy',
  'oliver006',
  'opensearchproject',
  'openzipkin',
  'otel',
  'portainer',
  'postgis',
  'prom',
  'prometheuscommunity',
  'rancher',
  'timescale',
  'traefik',
  'valkey',
  'vault',
  'yandex',
  'clickhouse',
]);

const REGISTRIES = [
  'registry.k8s.io/',
  'k8s.gcr.io/',
  'gcr.io/cloudsql-docker/',
  'gcr.io/cloud-sql-connectors/',
  'gcr.io/google',
  'gcr.io/distroless/',
  'docker.elastic.co/',
  'mcr.microsoft.com/',
  'public.ecr.aws/',
  'quay.io/prometheus',
  'quay.io/keycloak/',
  'quay.io/oauth2-proxy/',
  'quay.io/jetstack/',
  'quay.io/minio/',
];

/** Whether a well-known vendor publishes the image, whatever its tag. */
export function isPublicVendor(name: string): boolean {
  const plain = name.replace(/^(?:docker\.io|index\.docker\.io)\//, '');
  const owner = plain.slice(0, plain.indexOf('/'));
  return VENDORS.has(owner) || REGISTRIES.some((registry) => plain.startsWith(registry));
}
