import type { ContainerSettings } from './containers.js';
import type { Located, Parsed, Word } from './file.js';
import type { YamlEntry, YamlMap, YamlScalar } from './yaml.js';

/** A Compose file. */
export interface ComposeFile extends Parsed<'compose'> {
  /** The whole of it; undefined when there is no map in it. */
  readonly root: YamlMap | undefined;
  /** The blanks that one step of nesting takes. */
  readonly indent: number;
  /** Whether its name says that it is laid over another file, so that what it lacks may stand there. */
  readonly isOverlay: boolean;
  services(): readonly Service[];
  service(name: string): Service | undefined;
}

export interface Service extends ContainerSettings, Located {
  readonly entry: YamlEntry;
  /** Whether more of it stands elsewhere: it extends another, its file is an overlay, or it names neither image nor build. */
  readonly isPartial: boolean;
  readonly build?: ServiceBuild | undefined;
  readonly ports: readonly PublishedPort[];
  /** The services it depends on. */
  readonly dependsOn: readonly { readonly name: Word; readonly condition?: YamlScalar | undefined }[];
}

export interface ServiceBuild extends Located {
  /** The folder of the build context from the folder of the file; undefined where it is remote or not known. */
  readonly context: string | undefined;
  /** The Dockerfile from the context; undefined where it is not known or written right here. */
  readonly dockerfile: string | undefined;
  /** Where the context and the Dockerfile are named, if they are. */
  readonly contextNode?: YamlScalar | undefined;
  readonly dockerfileNode?: YamlScalar | undefined;
  readonly target?: YamlScalar | undefined;
  readonly args: readonly { readonly name: Word; readonly value?: Word | undefined }[];
}

export interface PublishedPort extends Located {
  /** The port in the container; undefined for a variable or a range. */
  readonly target: number | undefined;
  readonly protocol: string;
  /** Where the container's port is written. */
  readonly word: Word;
}
