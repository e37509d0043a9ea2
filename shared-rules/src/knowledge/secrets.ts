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
