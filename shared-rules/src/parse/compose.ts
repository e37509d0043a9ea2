import { composeBytesOf, composeCpusOf } from '../knowledge/resources.js';
import type { ComposeFile, PublishedPort, Service, ServiceBuild } from '../model/compose.js';
import type { Amount, EnvironmentPair, ImageReference, VolumeMount } from '../model/containers.js';
import type { Span, Word } from '../model/file.js';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlStep } from '../model/yaml.js';
import { maskBraces } from './image.js';
import { amountOf, imageOf, ManifestFile, pairIn, scalarOf, valueOf, wordsOf } from './manifest.js';
import { pieceOf } from './yaml.js';

/** Reads a Compose file by the Compose specification: https://github.com/compose-spec/compose-spec */
export const parseCompose = (path: string, text: string): ComposeFile => new ComposeNode(path, text);

const BASE_NAME = /^(?:docker-)?compose\.ya?ml$/i;

class ComposeNode extends ManifestFile implements ComposeFile {
  readonly kind = 'compose';
  readonly root: YamlMap | undefined;
  readonly isOverlay: boolean;
  #services: readonly ServiceNode[] | undefined;

  constructor(path: string, text: string) {
    super(path, text, false);
    this.root = this.yaml.documents.find((document): document is YamlMap => document.type === 'map');
    this.isOverlay = !BASE_NAME.test(path.slice(path.lastIndexOf('/') + 1));
  }

  services(): readonly ServiceNode[] {
    return (this.#services ??= [...(this.root?.map('services')?.all() ?? [])].flatMap((entry) =>
      entry.value.type === 'map' ? [new ServiceNode(this, entry, entry.value)] : [],
    ));
  }

  service(name: string): ServiceNode | undefined {
    return this.services().find((service) => service.name.text === name);
  }
}

class ServiceNode implements Service {
  readonly span: Span;
  readonly name: Word;

  constructor(
    private readonly file: ComposeNode,
    readonly entry: YamlEntry,
    readonly settings: YamlMap,
  ) {
    this.span = entry.span;
    this.name = entry.key;
  }

  get(...path: readonly YamlStep[]): YamlScalar | undefined {
    return this.settings.get(...path);
  }

  node(...path: readonly YamlStep[]): YamlNode | undefined {
    return this.settings.node(...path);
  }

  lacks(...path: readonly YamlStep[]): boolean {
    return !this.isPartial && this.settings.lacks(...path);
  }

  get isPartial(): boolean {
    const { settings, file } = this;
    return (
      file.isOverlay || settings.node('extends') !== undefined || (settings.lacks('image') && settings.lacks('build'))
    );
  }

  get image(): ImageReference | undefined {
    return imageOf(this.get('image'));
  }

  get environment(): readonly EnvironmentPair[] {
    return pairsOf(this.node('environment'));
  }

  get hasMoreEnvironment(): boolean {
    return this.isPartial || !this.settings.lacks('env_file') || this.node('environment')?.isOpen === true;
  }

  get entrypoint(): readonly Word[] | undefined {
    return wordsOf(this.node('entrypoint'));
  }

  get arguments(): readonly Word[] | undefined {
    return wordsOf(this.node('command'));
  }

  get mounts(): readonly VolumeMount[] {
    const volumes = this.node('volumes');
    const tmpfs = this.node('tmpfs');
    return [
      ...(volumes?.type === 'list' ? volumes.items.flatMap(({ value }) => mountOf(value) ?? []) : []),
      ...(wordsOf(tmpfs) ?? []).map(({ span, text: path }) => ({
        span,
        type: 'tmpfs',
        target: path.split(':', 1)[0],
      })),
    ];
  }

  get memoryLimit(): Amount | undefined {
    return this.#amount(composeBytesOf, ['deploy', 'resources', 'limits', 'memory'], ['mem_limit']);
  }
  get memoryRequest(): Amount | undefined {
    return this.#amount(composeBytesOf, ['deploy', 'resources', 'reservations', 'memory'], ['mem_reservation']);
  }
  get cpuLimit(): Amount | undefined {
    return this.#amount(composeCpusOf, ['deploy', 'resources', 'limits', 'cpus'], ['cpus']);
  }
  get cpuRequest(): Amount | undefined {
    return this.#amount(composeCpusOf, ['deploy', 'resources', 'reservations', 'cpus']);
  }

  #amount(read: (text: string) => number | undefined, ...paths: readonly (readonly string[])[]): Amount | undefined {
    for (const path of paths) {
      const found = amountOf(this.get(...path), read);
      if (found) return found;
    }
    return undefined;
  }

  get build(): ServiceBuild | undefined {
    const entry = this.settings.entry('build');
    if (!entry) return undefined;
    const { value, span } = entry;
    if (value.type === 'scalar') {
      return value.isNull
        ? undefined
        : { span, context: folderOf(value), contextNode: value, dockerfile: 'Dockerfile', args: [] };
    }
    if (value.type !== 'map') return undefined;
    const contextNode = valueOf(value.node('context'));
    const dockerfileNode = valueOf(value.node('dockerfile'));
    const target = valueOf(value.node('target'));
    return {
      span,
      context: contextNode ? folderOf(contextNode) : value.lacks('context') ? '.' : undefined,
      dockerfile: dockerfileIn(value, dockerfileNode),
      contextNode,
      dockerfileNode,
      target,
      args: pairsOf(value.node('args')),
    };
  }

  get ports(): readonly PublishedPort[] {
    const ports = this.node('ports');
    return ports?.type === 'list' ? ports.items.flatMap(({ value }) => portOf(value) ?? []) : [];
  }

  get dependsOn(): Service['dependsOn'] {
    const node = this.node('depends_on');
    if (node?.type === 'list')
      return node.items.flatMap(({ value }) => scalarOf(value) ?? []).map((name) => ({ name }));
    if (node?.type !== 'map') return [];
    return [...node.all()].map(({ key, value }) => ({
      name: key,
      condition: value.type === 'map' ? value.get('condition') : undefined,
    }));
  }
}

/** The folder of a build context; undefined for one that is fetched, or that a variable names. */
function folderOf(node: YamlScalar): string | undefined {
  const { text, literal } = node;
  return !literal ||
    /^(?:https?|git|ssh|docker-image|oci-layout|service):|^git@|^github\.com\//.test(text) ||
    text === ''
    ? undefined
    : text;
}

function dockerfileIn(build: YamlMap, node: YamlScalar | undefined): string | undefined {
  if (!build.lacks('dockerfile_inline')) return undefined;
  if (node) return node.literal ? node.text : undefined;
  return build.lacks('dockerfile') ? 'Dockerfile' : undefined;
}

/** Variables as a map or as a list of `NAME=value`. */
function pairsOf(node: YamlNode | undefined): readonly EnvironmentPair[] {
  if (node?.type === 'list') {
    return node.items.flatMap(({ value }) => (value.type === 'scalar' ? [pairIn(value)] : []));
  }
  if (node?.type !== 'map') return [];
  return [...node.all()].map(({ key, value, span }) => {
    const scalar = valueOf(value);
    return scalar ? { span, name: key, value: scalar, node: scalar } : { span, name: key };
  });
}

function mountOf(value: YamlNode): VolumeMount | undefined {
  if (value.type === 'map') {
    const target = valueOf(value.node('target'));
    const type = valueOf(value.node('type'));
    return {
      span: value.span,
      type: type?.literal ? type.text : '',
      source: valueOf(value.node('source'))?.text,
      target: target?.literal ? target.text : undefined,
    };
  }
  const node = scalarOf(value);
  if (!node) return undefined;
  if (node.text.includes('{{')) return { span: node.span, type: '', target: undefined };
  const { text } = node;
  const parts: string[] = [];
  const masked = maskBraces(text);
  // The colon of a drive letter parts nothing.
  const drive = /^[A-Za-z]:[\\/]/.test(text) ? 2 : 0;
  let from = 0;
  for (let at = drive; at <= text.length; at += 1) {
    if (at < text.length && masked[at] !== ':') continue;
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  const [first = '', second] = parts;
  const target = second ?? first;
  return {
    span: node.span,
    type:
      second === undefined ? 'volume' : /^[./~]|^[A-Za-z]:/.test(first) ? 'bind' : first.includes('$') ? '' : 'volume',
    ...(second === undefined ? {} : { source: first }),
    target: target.includes('$') ? undefined : target,
  };
}

function portOf(value: YamlNode): PublishedPort | undefined {
  if (value.type === 'map') {
    const target = valueOf(value.node('target'));
    if (!target) return undefined;
    return {
      span: value.span,
      word: target,
      target: portNumber(target),
      protocol: value.get('protocol')?.text ?? 'tcp',
    };
  }
  const node = valueOf(value);
  if (!node) return undefined;
  const slash = node.text.lastIndexOf('/');
  const end = slash < 0 ? node.text.length : slash;
  const start = maskBraces(node.text).slice(0, end).lastIndexOf(':') + 1;
  const word = pieceOf(node, start, end);
  return { span: node.span, word, target: portNumber(word), protocol: slash < 0 ? 'tcp' : node.text.slice(slash + 1) };
}

const portNumber = ({ text, literal }: { readonly text: string; readonly literal: boolean }): number | undefined =>
  literal && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
