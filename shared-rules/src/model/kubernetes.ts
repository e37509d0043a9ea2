import type { ContainerSettings } from './containers.js';
import type { Located, Parsed, Word } from './file.js';
import type { YamlMap } from './yaml.js';

/** A file of Kubernetes objects. */
export interface Manifest extends Parsed<'kubernetes'> {
  /** The blanks that one step of nesting takes. */
  readonly indent: number;
  /** Every object, those inside a List too. */
  readonly objects: readonly KubernetesObject[];
  /** Every container of every workload: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob. */
  containers(): readonly Container[];
}

export interface KubernetesObject extends Located {
  readonly kind: Word;
  readonly name?: Word | undefined;
  readonly map: YamlMap;
  /** The pod's specification, in a workload. */
  readonly podSpec?: YamlMap | undefined;
}

export interface Container extends ContainerSettings, Located {
  readonly workload: KubernetesObject;
  readonly podSpec: YamlMap;
  /**
   * Whether it is only a part of one, to be laid over another: it names no image, or its workload selects no pods. What
   * it lacks may stand there, so it surely lacks nothing.
   */
  readonly isPartial: boolean;
  /** It runs before the others, and ends; false for a sidecar, which goes on. */
  readonly isInit: boolean;
  /** It is started with those that run before the others, and goes on beside them. */
  readonly isSidecar: boolean;
}
