import type { Located, Parsed, Word } from './file.js';

/** A devcontainer.json: in which container people work on the project. Variables (`${localEnv:…}`) are not literal. */
export interface DevContainer extends Parsed<'devcontainer'> {
  /** The Dockerfile, from the folder of this file: `build.dockerfile`, or `dockerFile` as it was once called. */
  readonly dockerfile?: JsonProperty | undefined;
  /** The folder of the build context, from the folder of this file. */
  readonly context?: JsonProperty | undefined;
  /** The stage to build, where it is not the last. */
  readonly target?: JsonProperty | undefined;
  /** Whether it takes a ready image. */
  readonly usesImage: boolean;
  readonly build?: Located | undefined;
  /** The last property of `build`, behind which another one can be put; absent where there is none. */
  readonly lastOfBuild?: Located | undefined;
}

/** A property whose value is a string. */
export interface JsonProperty extends Located {
  readonly value: Word;
}
