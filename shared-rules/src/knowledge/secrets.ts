/**
 * Which names of variables speak of a secret. Sources: hadolint's rule DL3064, BuildKit's SecretsUsedInArgOrEnv, Trivy's
 * DS-0031, and the false alarms that their users report.
 */

/** Parts of a name by which hadolint knows a secret, wherever they stand in it. */
const HADOLINT_PARTS = ['api_key', 'client_key', 'password', 'private', 'secret', 'token', 'username'];

/** Whole names that hadolint knows. */
const HADOLINT_NAMES: ReadonlySet<string> = new Set([
  'ACCESS_TOKEN',
  'APPLICATION_KEY',
  'APP_SECRET',
  'AUTH_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'BITTREX_API_KEY',
  'BITTREX_API_SECRET',
  'CF_PASSWORD',
  'CF_USERNAME',
  'CIRCLE_TOKEN',
  'CI_DEPLOY_PASSWORD',
  'CI_DEPLOY_USER',
  'DOCKERHUB_PASSWORD',
  'DOCKER_EMAIL',
  'DOCKER_PASSWORD',
  'DOCKER_USERNAME',
  'FACEBOOK_ACCESS_TOKEN',
  'FACEBOOK_APP_ID',
  'FACEBOOK_APP_SECRET',
  'FIREBASE_API_TOKEN',
  'FIREBASE_TOKEN',
  'FOSSA_API_KEY',
  'GH_ENTERPRISE_TOKEN',
  'GH_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'GITHUB_TOKEN',
  'HEROKU_API_KEY',
  'HEROKU_API_USER',
  'NPM_AUTH_TOKEN',
  'NPM_TOKEN',
  'OKTA_AUTHN_GROUPID',
  'OKTA_CLIENT_ORGURL',
  'OKTA_CLIENT_TOKEN',
  'OKTA_OAUTH2_CLIENTID',
  'OKTA_OAUTH2_CLIENTSECRET',
  'OPENAI_API_KEY',
  'OS_PASSWORD',
  'OS_USERNAME',
  'POSTGRES_PASSWORD',
  'SLACK_TOKEN',
  'STRIPE_API_KEY',
  'STRIPE_DEVICE_NAME',
  'TRAVIS_OS_NAME',
  'TRAVIS_SECURE_ENV_VARS',
  'TRAVIS_SUDO',
  'VAULT_CLIENT_KEY',
  'VAULT_TOKEN',
]);

export const isHadolintName = (name: string): boolean => HADOLINT_NAMES.has(name.toUpperCase());

/** What in the name makes it a secret to hadolint. */
export const hadolintSecret = (name: string): string | undefined =>
  isHadolintName(name) ? name : HADOLINT_PARTS.find((part) => name.toLowerCase().includes(part));

/** Words between underscores by which BuildKit knows a secret. */
const BUILDKIT_WORDS: ReadonlySet<string> = new Set([
  'apikey',
  'auth',
  'credential',
  'credentials',
  'key',
  'password',
  'pword',
  'passwd',
  'secret',
  'token',
]);

/** Whether the name says that it is no secret after all, to BuildKit. */
export const isExemptByName = (name: string): boolean =>
  name.split('_').some((word) => /^(public|file|version)$/i.test(word));

/** What in the name makes it a secret to BuildKit. */
export const buildkitSecret = (name: string): string | undefined =>
  isExemptByName(name) ? undefined : name.split('_').find((word) => BUILDKIT_WORDS.has(word.toLowerCase()));

/** Names that say it all, although none of their words does. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'APPLICATION_KEY',
  'TRAVIS_SECURE_ENV_VARS',
  'COMPOSER_AUTH',
  'PGPASSWORD',
  'MYSQL_PWD',
  'SSHPASS',
]);

const SECRET_WORDS: ReadonlySet<string> = new Set([
  'password',
  'passwd',
  'pword',
  'psw',
  'passphrase',
  'secret',
  'secrets',
  'token',
  'apikey',
  'credential',
  'credentials',
]);

/** Words that make a key a secret one; other keys are public, of a cache, of a database. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'access',
  'account',
  'admin',
  'api',
  'app',
  'auth',
  'aws',
  'client',
  'deploy',
  'encryption',
  'hmac',
  'jwt',
  'license',
  'master',
  'private',
  'secret',
  'service',
  'session',
  'signing',
  'ssh',
  'webhook',
]);

/** Words that say what is told about a secret, rather than the secret itself. */
const DESCRIPTIONS: ReadonlySet<string> = new Set([
  'age',
  'alg',
  'algorithm',
  'alias',
  'allow',
  'arn',
  'audience',
  'backend',
  'chars',
  'checksum',
  'count',
  'dir',
  'directory',
  'disable',
  'disabled',
  'driver',
  'empty',
  'enable',
  'enabled',
  'encoding',
  'endpoint',
  'engine',
  'env',
  'expiration',
  'expires',
  'expiry',
  'file',
  'filename',
  'files',
  'fingerprint',
  'folder',
  'format',
  'header',
  'host',
  'id',
  'ids',
  'interval',
  'issuer',
  'keyring',
  'len',
  'length',
  'lifetime',
  'limit',
  'location',
  'manager',
  'max',
  'method',
  'min',
  'mode',
  'name',
  'names',
  'operator',
  'path',
  'plugin',
  'policy',
  'port',
  'prefix',
  'provider',
  'public',
  'random',
  'realm',
  'region',
  'require',
  'required',
  'ring',
  'rotation',
  'sha256',
  'scope',
  'server',
  'service',
  'size',
  'skip',
  'source',
  'store',
  'suffix',
  'timeout',
  'ttl',
  'type',
  'uri',
  'url',
  'use',
  'version',
]);

/** What in the name makes it a secret, read word by word; undefined for names that only describe one. */
export function secretIn(name: string): string | undefined {
  if (SECRET_NAMES.has(name.toUpperCase())) return name;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_.-]+/);
  const last = words.at(-1) ?? '';
  const found =
    words.find((word) => SECRET_WORDS.has(word)) ?? secretKeyIn(words) ?? (last === 'auth' ? last : undefined);
  if (found === undefined) return undefined;
  // What says "service account key" describes nothing; what comes behind the secret does, and so do some words before it.
  const at = words.indexOf(found.split(' ')[0] ?? '');
  const isDescribed = words.some((word, index) => DESCRIPTIONS.has(word) && (index > at || BEFORE.has(word)));
  return isDescribed ? undefined : found;
}

/** Words that describe also where they stand before the secret. */
const BEFORE: ReadonlySet<string> = new Set([
  'allow',
  'disable',
  'enable',
  'max',
  'min',
  'public',
  'random',
  'require',
  'skip',
  'use',
]);

/** `access key` of AWS_ACCESS_KEY. */
function secretKeyIn(words: readonly string[]): string | undefined {
  const at = words.findIndex((word, index) => word === 'key' && SECRET_KEYS.has(words[index - 1] ?? ''));
  return at < 0 ? undefined : `${words[at - 1] ?? ''} key`;
}

/** Whether a value is plainly no secret: nothing, a switch, a version, a path, an address, a stand-in. */
export function isHarmless(value: string): boolean {
  const text = value.trim();
  if (text === '' || SWITCHES.test(text) || STAND_INS.test(text)) return true;
  return VERSION.test(text) || PATH.test(text) || ADDRESS.test(text);
}

const SWITCHES = /^(true|false|yes|no|on|off|none|null|nil|undefined|unset|disabled?|enabled?|0|1)$/i;
const STAND_INS =
  /^(<.*>|x{3,}|\*+|\.{3}|\W*(dummy|placeholder|fake|example|your|insert|replace|todo|not)\b.*|.*\b(dummy|placeholder))$/i;
const VERSION = /^[~^=v]*\d+(\.\d+)+([-+.][\w.]+)?$/;
const PATH = /^(~|\.{1,2}|[A-Za-z]:)?[\\/][\w.@\\/ -]*$/;
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^@]*$/i;

/** Whether a value is one word of a choice, as in `AUTH=basic`. */
export const isChoice = (value: string): boolean => /^[a-z]{1,12}$/i.test(value);

/**
 * Names of files that hold nothing but secrets, or secrets as a rule. Sources: Trivy's DS-0031, dockle's CIS-DI-0010,
 * GitHub's Ruby, Node and Rails templates for .gitignore.
 */
const SECRET_FILES: ReadonlySet<string> = new Set([
  '.npmrc',
  '.netrc',
  '.pypirc',
  '.git-credentials',
  '.dockercfg',
  '.pgpass',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
  'credentials',
  'credentials.json',
  'credentials.xml',
  'credential.json',
  'password.txt',
  'passwords.txt',
  'secret_token.rb',
  'master.key',
  'kubeconfig',
  '.aws',
  '.ssh',
  '.gnupg',
  '.kube',
  '.azure',
  '.gcloud',
]);

const SECRET_ENDINGS = /\.(pem|key|p12|pfx|jks|keystore|ppk|ovpn|secret|private_key)$/;

/** Files whose ending says secret and whose name says public: certificates, stores of trust, keys of repositories. */
const PUBLIC_NAMES =
  /^(ca|cert|chain|fullchain|root|trust|truststore|cacerts?|bundle|global|rds)\b|cert|chain|bundle|trust|[-_.]ca\b|dhparam|pub|gpg|asc|apt|repo|keyring|release|archive/;

/** Paths where a .pem is a certificate as a rule. */
const CERTIFICATES = /cert|(^|[/_.-])ca([/_.-]|$)|trust/;

/** Where keys of others are kept, by which signatures are checked. */
const KEYRINGS = /keyrings|trusted\.gpg|rpm-gpg|apk\/keys|ca-certificates|pki\/ca-trust/;

/** `.env.example` and the like, which are there to be seen. */
const SAMPLES = /[-_.](examples?|samples?|templates?|tmpl|tpl|dist|defaults?|schema|tests?|ci|dev|development)$/;

function isNamedSecret(path: string, target: string): boolean {
  const bare = path.toLowerCase().replace(/\/+$/, '');
  const slash = bare.lastIndexOf('/');
  const name = bare.slice(slash + 1);
  const folder = bare.slice(bare.lastIndexOf('/', slash - 1) + 1, Math.max(slash, 0));
  if (SAMPLES.test(name) || KEYRINGS.test(`${path} ${target}`)) return false;
  if (SECRET_FILES.has(name) || name === '.env' || name.startsWith('.env.')) return true;
  if (name === 'config.json') return folder === '.docker';
  if (name === 'config') return folder === '.kube';
  if (/^service[-_]?account[\w.-]*\.json$/.test(name)) return true;
  if (name.endsWith('.pem') && CERTIFICATES.test(`${bare} ${target}`)) return false;
  return SECRET_ENDINGS.test(name) && !PUBLIC_NAMES.test(name) && !/\.(pub|crt|cer|asc)$/.test(target);
}

/**
 * Whether a file holds a secret, by its name, by the path that it is copied to and, where it can be read, by its text.
 * A file that may as well take its passwords from the environment is believed only when it is read.
 */
export function isSecretFile(path: string, target = '', text?: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name === 'database.yml') return text !== undefined && /^\s*password:[ \t]*[^\s<#]/m.test(text);
  return isNamedSecret(path, target) && (text === undefined || holdsSecret(name, text));
}

function holdsSecret(name: string, text: string): boolean {
  if (name === '.npmrc') return /_auth|_password/i.test(text);
  if (name.endsWith('.pem') || name.endsWith('.key'))
    return text.includes('PRIVATE KEY') || !text.includes('-----BEGIN');
  if (!name.startsWith('.env')) return true;
  return text.split('\n').some((line) => {
    const [, key = '', value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/.exec(line) ?? [];
    return secretIn(key) !== undefined && !isHarmless(value.trim().replace(/^(["'])(.*)\1$/, '$2'));
  });
}

/** Product, and what its variable for the first password is called. Sources: the images' pages on Docker Hub. */
const PRODUCT_PASSWORDS: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'PostgreSQL',
  POSTGRESQL_PASSWORD: 'PostgreSQL',
  MYSQL_ROOT_PASSWORD: 'MySQL',
  MYSQL_PASSWORD: 'MySQL',
  MARIADB_ROOT_PASSWORD: 'MariaDB',
  MARIADB_PASSWORD: 'MariaDB',
  MONGO_INITDB_ROOT_PASSWORD: 'MongoDB',
  MONGODB_ROOT_PASSWORD: 'MongoDB',
  REDIS_PASSWORD: 'Redis',
  RABBITMQ_DEFAULT_PASS: 'RabbitMQ',
  MINIO_ROOT_PASSWORD: 'MinIO',
  GF_SECURITY_ADMIN_PASSWORD: 'Grafana',
  ELASTIC_PASSWORD: 'Elasticsearch',
  KEYCLOAK_ADMIN_PASSWORD: 'Keycloak',
  KC_BOOTSTRAP_ADMIN_PASSWORD: 'Keycloak',
  DJANGO_SUPERUSER_PASSWORD: 'Django',
  SA_PASSWORD: 'SQL Server',
  MSSQL_SA_PASSWORD: 'SQL Server',
};

/** Variables by which a product lets everybody in, and the values that do not. */
const OPEN_DOORS: Readonly<Record<string, string>> = {
  MYSQL_ALLOW_EMPTY_PASSWORD: 'MySQL',
  MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: 'MariaDB',
  ALLOW_EMPTY_PASSWORD: 'the program',
};

/** The product that a setting gives a password which everybody knows, or none; undefined for other settings. */
export function productWithDefaultPassword(name: string, value: string): string | undefined {
  if (name === 'POSTGRES_HOST_AUTH_METHOD') return value === 'trust' ? 'PostgreSQL' : undefined;
  const door = OPEN_DOORS[name];
  if (door !== undefined) return /^(|0|no|false|off)$/i.test(value) ? undefined : door;
  const product = PRODUCT_PASSWORDS[name] ?? (name.endsWith('_ADMIN_PASSWORD') ? 'the program' : undefined);
  return product === undefined || isHarmless(value) ? undefined : product;
}
