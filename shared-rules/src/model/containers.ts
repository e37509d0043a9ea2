import type { Located, Word } from './file.js';
import type { YamlMap, YamlNode, YamlScalar, YamlStep } from './yaml.js';

/** An amount as written, and what it comes to: bytes of memory, cores of processor time. */
export interface Amount {
  readonly node: YamlScalar;
  /** Undefined when it holds a variable or is no amount. */
  readonly value: number | undefined;
}

/** One variable that a container gets. */
export interface EnvironmentPair extends Located {
  readonly name: Word;
  /** Absent where the value is taken from elsewhere: the shell, a secret, a field. */
  readonly value?: Word | undefined;
  /** The single value that holds it: the map's value, or the whole item `NAME=value`. */
  readonly node?: YamlScalar | undefined;
}

/** An image reference in a manifest. */
export interface ImageReference {
  readonly node: YamlScalar;
  /** Without tag and digest, as written. */
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** Where something of the outside lies in the container. */
export interface VolumeMount extends Located {
  /** The path in the container; undefined when it is not known. */
  readonly target: string | undefined;
  /** Compose: bind, volume, tmpfs. Kubernetes: the key of the volume's source, as emptyDir; empty when not known. */
  readonly type: string;
  /** The host's path or the volume's name. */
  readonly source?: string | undefined;
}

/** What a Compose service and a container of Kubernetes have in common: how an image is run. */
export interface ContainerSettings {
  /** The name to report and to call it by. */
  readonly name: Word;
  readonly settings: YamlMap;
  /** The single value at the end of a path. */
  get(...path: readonly YamlStep[]): YamlScalar | undefined;
  node(...path: readonly YamlStep[]): YamlNode | undefined;
  /** Whether there is surely nothing at the path, here or by what is taken over from elsewhere. */
  lacks(...path: readonly YamlStep[]): boolean;
  /** Absent where there is none or it holds a template. */
  readonly image?: ImageReference | undefined;
  readonly environment: readonly EnvironmentPair[];
  /** Whether further variables come from files or other objects. */
  readonly hasMoreEnvironment: boolean;
  /** What replaces the image's ENTRYPOINT; undefined where nothing does. */
  readonly entrypoint?: readonly Word[] | undefined;
  /** What replaces the image's CMD. */
  readonly arguments?: readonly Word[] | undefined;
  readonly mounts: readonly VolumeMount[];
  readonly memoryLimit?: Amount | undefined;
  readonly memoryRequest?: Amount | undefined;
  readonly cpuLimit?: Amount | undefined;
  readonly cpuRequest?: Amount | undefined;
}
