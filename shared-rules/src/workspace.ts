import type { IgnoreFile, Kind, Models } from './model/index.js';

/**
 * The files beside the document, as a rule may ask for them. Paths run from the root of the build context, with
 * forward slashes. What is not there, cannot be read or lies outside the context is undefined.
 */
export interface Workspace {
  read(path: string): string | undefined;
  open<K extends Kind>(path: string, kind: K): Models[K] | undefined;
  /** The names in a folder (`''` is the context's root); folders end in a slash. */
  list(folder: string): readonly string[] | undefined;
  /** The Dockerfile's own `.dockerignore` beside it, else the context's. */
  ignoreFile(): IgnoreFile | undefined;
}
