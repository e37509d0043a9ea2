import { quantityOf } from '../knowledge/resources.js';
import type { Amount, EnvironmentPair, ImageReference, VolumeMount } from '../model/containers.js';
import type { Span, Word } from '../model/file.js';
import type { Container, KubernetesObject, Manifest } from '../model/kubernetes.js';
import type { YamlMap, YamlNode, YamlScalar, YamlStep } from '../model/yaml.js';
import { amountOf, imageOf, ManifestFile, mapsIn, valueOf, wordsOf } from './manifest.js';

/** Reads a file of Kubernetes objects. */
export const parseManifest = (path: string, text: string): Manifest => new ManifestNode(path, text);

/** Where a workload keeps the specification of its pods. Source: the Kubernetes API reference, Workload Resources. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Workloads that must say which pods are theirs. */
const SELECTING: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

class ManifestNode extends ManifestFile implements Manifest {
  readonly kind = 'kubernetes';
  #objects: readonly KubernetesObject[] | undefined;
  #containers: readonly Container[] | undefined;

  constructor(path: string, text: string) {
    super(path, text, true);
  }

  get objects(): readonly KubernetesObject[] {
    return (this.#objects ??= this.yaml.documents.flatMap((document) => objectsIn(document)));
  }

  containers(): readonly Container[] {
    return (this.#containers ??= this.objects.flatMap((workload) => {
      const { podSpec } = workload;
      if (!podSpec) return [];
      const of = (key: string): readonly ContainerNode[] =>
        [...mapsIn(podSpec.node(key))].map(
          (settings) => new ContainerNode(settings, workload, podSpec, key === 'initContainers'),
        );
      return [...of('initContainers'), ...of('containers')];
    }));
  }
}

function objectsIn(node: YamlNode, depth = 0): readonly KubernetesObject[] {
  if (node.type !== 'map') return [];
  const kind = valueOf(node.node('kind'));
  if (!kind || !valueOf(node.node('apiVersion'))) return [];
  if (kind.text.endsWith('List') && depth < 2) {
    return [...mapsIn(node.node('items'))].flatMap((item) => objectsIn(item, depth + 1));
  }
  const path = Object.hasOwn(POD_SPECS, kind.text) ? POD_SPECS[kind.text] : undefined;
  return [
    {
      span: node.span,
      kind,
      name: valueOf(node.node('metadata', 'name')),
      map: node,
      podSpec: path && node.map(...path),
    },
  ];
}

class ContainerNode implements Container {
  readonly span: Span;
  readonly name: Word;
  readonly isInit: boolean;
  readonly isSidecar: boolean;

  constructor(
    readonly settings: YamlMap,
    readonly workload: KubernetesObject,
    readonly podSpec: YamlMap,
    startsFirst: boolean,
  ) {
    this.span = settings.span;
    const name = valueOf(settings.node('name')) ?? valueOf(settings.node('image')) ?? settings.entries[0]?.key;
    this.name = name ?? workload.kind;
    this.isSidecar = startsFirst && settings.get('restartPolicy')?.text === 'Always';
    this.isInit = startsFirst && !this.isSidecar;
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
    const { kind, map } = this.workload;
    return this.settings.lacks('image') || (SELECTING.has(kind.text) && map.lacks('spec', 'selector'));
  }

  get image(): ImageReference | undefined {
    return imageOf(this.get('image'));
  }

  get environment(): readonly EnvironmentPair[] {
    return [...mapsIn(this.node('env'))].flatMap((item) => {
      const name = valueOf(item.node('name'));
      if (!name) return [];
      const value = valueOf(item.node('value'));
      return [value ? { span: item.span, name, value, node: value } : { span: item.span, name }];
    });
  }

  get hasMoreEnvironment(): boolean {
    return !this.lacks('envFrom') || this.node('env')?.isOpen === true || this.settings.isOpen;
  }

  get entrypoint(): readonly Word[] | undefined {
    return wordsOf(this.node('command'));
  }

  get arguments(): readonly Word[] | undefined {
    return wordsOf(this.node('args'));
  }

  get mounts(): readonly VolumeMount[] {
    return [...mapsIn(this.node('volumeMounts'))].map((mount) => {
      const path = valueOf(mount.node('mountPath'));
      const name = valueOf(mount.node('name'));
      return {
        span: mount.span,
        target: path?.literal ? path.text : undefined,
        type: name?.literal ? this.#volumeType(name.text) : '',
        source: name?.text,
      };
    });
  }

  /** The key of a volume's source: `emptyDir`, `configMap`; for a claim of a StatefulSet `persistentVolumeClaim`. */
  #volumeType(name: string): string {
    const claims = mapsIn(this.workload.map.node('spec', 'volumeClaimTemplates'));
    for (const claim of claims) if (claim.get('metadata', 'name')?.text === name) return 'persistentVolumeClaim';
    for (const volume of mapsIn(this.podSpec.node('volumes'))) {
      if (volume.get('name')?.text !== name) continue;
      for (const { key } of volume.all()) if (key.text !== 'name') return key.text;
    }
    return '';
  }

  get memoryLimit(): Amount | undefined {
    return amountOf(this.get('resources', 'limits', 'memory'), quantityOf);
  }
  get memoryRequest(): Amount | undefined {
    return amountOf(this.get('resources', 'requests', 'memory'), quantityOf);
  }
  get cpuLimit(): Amount | undefined {
    return amountOf(this.get('resources', 'limits', 'cpu'), quantityOf);
  }
  get cpuRequest(): Amount | undefined {
    return amountOf(this.get('resources', 'requests', 'cpu'), quantityOf);
  }
}
