import { backFrom, type Command, type Image, type Instruction, lastOf, type Stage } from '../model/index.js';
import { isOpaque } from './commands.js';
import { isChainguard, isDistroless } from './images.js';

/** Small programs that health checks call, and that some images leave out. */
export type Tool = 'curl' | 'wget' | 'nc' | 'bash';
export const TOOLS: readonly Tool[] = ['curl', 'wget', 'nc', 'bash'];

type Tools = readonly Tool[];
/** What an image has and what it lacks; what is in neither list, nobody can tell. */
interface Holdings {
  readonly has: Tools;
  readonly lacks: Tools;
}

const only = (...has: Tools): Holdings => ({ has, lacks: TOOLS.filter((tool) => !has.includes(tool)) });
const some = (has: Tools, lacks: Tools): Holdings => ({ has, lacks });

/** Language images of Docker Hub that are buildpack-deps without `slim`. */
const BUILDPACK: ReadonlySet<string> = new Set(['python', 'node', 'ruby', 'golang', 'rust', 'gcc', 'perl']);
/** Those whose slim variant is Debian with nothing but the language. */
const SLIM: ReadonlySet<string> = new Set(['python', 'node', 'ruby', 'debian', 'ubuntu', 'perl']);
/** Those whose Alpine variant is Alpine with nothing but the language. */
const BARE_ON_ALPINE: ReadonlySet<string> = new Set(['alpine', 'python', 'node', 'golang', 'rust']);

/** Sources: the images' own Dockerfiles; BusyBox's manual for what Alpine and busybox have. */
function holdingsOf(image: Image): Holdings | undefined {
  const name = (image.resolved?.name ?? image.name).toLowerCase().replace(/^(docker\.io\/)?library\//, '');
  const tag = (image.resolved?.tag ?? image.tag?.text ?? '').toLowerCase();
  const isKnown = image.value !== undefined && !/[${]/.test(name + tag);
  if (!isKnown) return undefined;
  if (name === 'scratch') return only();
  if (isDistroless(name)) return tag.includes('debug') ? undefined : only();
  if (isChainguard(name)) return tag.includes('dev') || image.digest ? undefined : only();
  if (name === 'busybox') return only('wget', 'nc');
  if (name.endsWith('/ubi-minimal') || /\/ubi\d+-minimal$/.test(name)) return some(['curl', 'bash'], ['wget']);
  if (name.includes('/')) return undefined;
  const isAlpine = name === 'alpine' || tag.includes('alpine');
  if (isAlpine) {
    if (name === 'nginx') return tag.includes('slim') ? only('wget', 'nc') : only('curl', 'wget', 'nc');
    if (name === 'php') return some(['curl', 'wget', 'nc'], []);
    return BARE_ON_ALPINE.has(name) ? only('wget', 'nc') : undefined;
  }
  if (/windows|nanoserver/.test(tag)) return undefined;
  if (name === 'debian' || name === 'ubuntu' || (tag.includes('slim') && SLIM.has(name))) return only('bash');
  if (BUILDPACK.has(name)) return tag.includes('slim') ? undefined : some(['curl', 'wget', 'bash'], ['nc']);
  if (name === 'buildpack-deps') return some(['curl', 'wget', 'bash'], []);
  if (name === 'php' || name === 'nginx') return only('curl', 'bash');
  if (name === 'httpd' || name === 'postgres' || name === 'redis') return only('bash');
  return undefined;
}

/** Packages that hold a tool, or a program of the same name. */
const PACKAGES: Readonly<Record<Tool, RegExp>> = {
  curl: /^curl|(^|[-/])curl(-|$)/,
  wget: /^wget|(^|[-/])wget2?(-|$)|^busybox/,
  nc: /netcat|^nmap|ncat|^nc$|^busybox/,
  bash: /(^|\/)bash/,
};

/**
 * Whether an image made of the stage has the tool: what its base image is known to hold, and what the build puts there.
 * Undefined where nobody can tell.
 */
export function hasTool(stage: Stage, tool: Tool): boolean | undefined {
  const holdings = stage.rootImage && holdingsOf(stage.rootImage);
  const isThere = holdings?.has.includes(tool) ? true : holdings?.lacks.includes(tool) ? false : undefined;
  if (isThere !== false) return isThere;
  for (const node of backFrom(stage)) if (mayBring(node, tool)) return undefined;
  return false;
}

function mayBring(node: Instruction, tool: Tool): boolean {
  if (node.keyword === 'ONBUILD') return node.trigger !== undefined && mayBring(node.trigger, tool);
  if (node.keyword === 'RUN') {
    if (node.script?.readable === false || (!node.script && node.form !== 'exec')) return true;
    return node.commands.some((command) => isOpaque(command) || mayInstall(command, tool));
  }
  if (node.keyword !== 'COPY' && node.keyword !== 'ADD') return false;
  const names = [...node.sources, ...(node.target ? [node.target] : [])].map(({ text }) => text.replace(/\/$/, ''));
  if (names.some((name) => PACKAGES[tool].test(lastOf(name)))) return true;
  // A whole system, or a folder of programs.
  return (node.keyword === 'ADD' || node.flag('from') !== undefined) && SYSTEM.has(names.at(-1) ?? '');
}

const SYSTEM: ReadonlySet<string> = new Set([
  '',
  '/bin',
  '/sbin',
  '/usr',
  '/usr/bin',
  '/usr/local',
  '/usr/local/bin',
  '/lib',
]);

const INSTALLING: ReadonlySet<string> = new Set([
  'apt-get',
  'apt',
  'apk',
  'dnf',
  'microdnf',
  'yum',
  'zypper',
  'install_packages',
  'xargs',
]);

function mayInstall({ program, args }: Command, tool: Tool): boolean {
  if (!program.literal) return true;
  // Names that a variable or a pipe holds may be any.
  if (INSTALLING.has(program.text) && args.some(({ literal }) => !literal)) return true;
  if (program.text === 'xargs') return true;
  return args.some(({ text }) => PACKAGES[tool].test(text)) || PACKAGES[tool].test(program.text);
}
