import type {
  ComposeFile,
  Container,
  Dockerfile,
  IgnoreFile,
  Kind,
  Manifest,
  Models,
  Service,
  YamlScalar,
} from './model/index.js';

/**
 * The files beside the document, as a rule may ask for them. Paths run from the root of the build context, with
 * forward slashes. What is not there, cannot be read or lies outside the context is undefined.
 */
export interface Workspace {
  read(path: string): string | undefined;
  open<K extends Kind>(path: string, kind: K): Models[K] | undefined;
  /** The file of that name in the document's own folder, else in the nearest folder above it. */
  nearest<K extends Kind>(name: string, kind: K): Models[K] | undefined;
  /** The file at a path from the document's own folder, which may lead up from there. */
  beside<K extends Kind>(path: string, kind: K): Models[K] | undefined;
  /** The names in a folder (`''` is the context's root); folders end in a slash. */
  list(folder: string): readonly string[] | undefined;
  /** Whether a file or folder is there; undefined when nobody can tell, since its folder cannot be listed. */
  has(path: string): boolean | undefined;
  /** Whether the context's folder has been told; otherwise it is taken to be the Dockerfile's. */
  readonly isContextSure: boolean;
  /** Whether the path is there from a folder around the context, where the build may run if the context is not sure. */
  hasAbove(path: string): boolean;
  /** The Dockerfile's own `.dockerignore` beside it, else the context's. */
  ignoreFile(): IgnoreFile | undefined;
  /**
   * What runs the image that the document makes or goes into: Compose services that build it, and containers of
   * Kubernetes. Manifests are looked for beside the Dockerfile and above it; nothing where it is in doubt.
   */
  uses(): readonly Use[];
  /** The Dockerfile that a service is built by; undefined where none can be told. */
  builtBy(file: ComposeFile, service: Service): Built | undefined;
}

/** A place where an image is run. `file` is where to point and what to edit (`within`). */
export interface Use {
  readonly file: ComposeFile | Manifest;
  readonly container: Service | Container;
  /** The folder of the build context, from the root; absent where the place does not build the image. */
  readonly context?: string;
  /** The stage that is built, where it is not the last. */
  readonly target?: YamlScalar | undefined;
}

export interface Built {
  /** Its path from the root. */
  readonly path: string;
  /** Whether it is surely not there. */
  readonly isMissing: boolean;
  readonly dockerfile: Dockerfile | undefined;
}
