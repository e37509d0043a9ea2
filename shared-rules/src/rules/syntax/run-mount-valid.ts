import type { Mount, MountField } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

export default rule({
  id: 'run-mount-valid',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  summary: 'Give a mount only options that its type knows.',
  docs: `
A builder refuses a mount with an option that it does not know, with one that belongs to another type, or with a value
that is none. The options differ by type: \`sharing\` is for caches, \`required\` for secrets and SSH agents, \`size\`
for tmpfs.

Look the option up under the type that the mount is of.`,
  sources: { 'RUN --mount': 'https://docs.docker.com/reference/dockerfile/#run---mount' },
  examples: [
    {
      title: 'A type and options that nobody knows',
      bad: `
        FROM debian:12
        RUN --mount=«type=volume»,target=/a make
        RUN --mount=type=cache,«path=/a» make`,
    },
    {
      title: 'Options of another type',
      bad: `
        FROM debian:12
        RUN --mount=type=cache,target=/a,«required» make
        RUN --mount=type=bind,target=/a,«size=1g» make
        RUN --mount=type=secret,id=a,«sharing=locked» make`,
    },
    {
      title: 'Values that are none, and options without one',
      bad: `
        FROM debian:12
        RUN --mount=type=cache,target=/a,«sharing=often» make
        RUN --mount=type=cache,target=/a,«uid=root» make
        RUN --mount=type=cache,target=/a,«mode=rw» make
        RUN --mount=type=cache,«target» make
        RUN --mount=type=tmpfs,«target=/» make`,
    },
    {
      title: 'A secret without a name',
      bad: `
        FROM debian:12
        RUN «--mount=type=secret,required» make`,
    },
    {
      title: 'A variable where the builder needs a name',
      bad: `
        FROM debian:12
        ARG A=b
        RUN --mount=type=bind,target=/a,«from=$A» make`,
    },
    {
      title: 'Every type with what it knows',
      good: `
        FROM debian:12
        ARG A=/a
        RUN --mount=type=cache,id=a,target=$A,sharing=locked,mode=0755,uid=1,gid=1 make
        RUN --mount=type=cache,target=/a,sharing=$A,uid=$A make
        RUN --mount=type=bind,source=a,dst=/a,rw --mount=target=/b,ro=true make
        RUN --mount=type=secret,id=a,env=B,required=false --mount=type=ssh make
        RUN --mount=type=tmpfs,target=/tmp,size=1g make
        RUN --network=none make`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('RUN')) {
      for (const mount of node.mounts) {
        for (const field of mount.fields) {
          const message = wrongWith(field, mount);
          if (message) yield { at: field, message };
        }
        const { options, type } = mount;
        if (type === 'secret' && !['id', 'source', 'target'].some((key) => options.has(key)))
          yield { at: mount, message: say`The secret has no id, and no path to get one from.` };
      }
      for (const { name, value } of node.flags) {
        const allowed = name === 'network' ? NETWORKS : name === 'security' ? SECURITY : undefined;
        if (allowed && value?.literal === true && !allowed.includes(value.text))
          yield { at: value, message: say`--${name} is one of ${allowed.join(', ')}.` };
      }
    }
  },
});

const NETWORKS = ['default', 'none', 'host'];
const SECURITY = ['sandbox', 'insecure'];

/** By option, the types that know it. Source: Dockerfile reference, "RUN --mount", and BuildKit's parser. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  type: ['bind', 'cache', 'tmpfs', 'secret', 'ssh'],
  target: ['bind', 'cache', 'tmpfs', 'secret', 'ssh'],
  source: ['bind', 'cache', 'tmpfs', 'secret', 'ssh'],
  from: ['bind', 'cache', 'tmpfs', 'ssh'],
  readonly: ['bind', 'cache', 'tmpfs', 'secret', 'ssh'],
  readwrite: ['bind', 'cache', 'tmpfs', 'secret', 'ssh'],
  id: ['bind', 'cache', 'tmpfs', 'secret', 'ssh'],
  sharing: ['cache'],
  required: ['secret', 'ssh'],
  size: ['tmpfs'],
  mode: ['secret', 'ssh', 'cache'],
  uid: ['secret', 'ssh', 'cache'],
  gid: ['secret', 'ssh', 'cache'],
  env: ['secret'],
};

const SWITCHES: ReadonlySet<string> = new Set(['readonly', 'readwrite', 'required']);

function wrongWith({ key, name, value }: MountField, { type }: Mount): Message | undefined {
  const types = TYPES[key];
  if (!types) return say`A mount has no option ${name}.`;
  if (key !== 'type' && !TYPES['type']?.includes(type)) return undefined;
  if (value === undefined)
    return SWITCHES.has(key) && types.includes(type) ? undefined : needsValue(key, name, types, type);
  if (value.includes('$')) return key === 'from' ? say`from takes no variable.` : undefined;
  if (key === 'type') return types.includes(value.toLowerCase()) ? undefined : say`${value} is no type of mount.`;
  if (!types.includes(type)) return say`A mount of type ${type} has no option ${name}.`;
  switch (key) {
    case 'sharing':
      return ['shared', 'private', 'locked'].includes(value) ? undefined : say`sharing is shared, private or locked.`;
    case 'uid':
    case 'gid':
      return /^\d+$/.test(value) ? undefined : say`${key} is a number.`;
    case 'mode':
      return /^[0-7]+$/.test(value) ? undefined : say`The mode is an octal number, such as 0755.`;
    case 'target':
      return type !== 'secret' && /^\/+$/.test(value) ? say`The root folder cannot be mounted over.` : undefined;
    case 'readonly':
    case 'readwrite':
    case 'required':
      return /^(true|false|1|0|t|f)$/i.test(value) ? undefined : say`${name} is true or false.`;
    default:
      return undefined;
  }
}

const needsValue = (key: string, name: string, types: readonly string[], type: string): Message =>
  SWITCHES.has(key) || !types.includes(type)
    ? say`A mount of type ${type} has no option ${name}.`
    : say`${name} needs a value.`;
