import type { Located } from './file.js';
import type { Shell } from './shell.js';

/** A fact about the build. Unknown is not absent: rules keep silent about what is unknown. */
export type Fact<T> =
  | { readonly known: true; readonly value: T; readonly setBy?: Located | undefined }
  | { readonly known: false; readonly setBy?: Located | undefined };

/** Whose tools a base image carries; decides how users and packages are made. */
export type Family = 'debian' | 'alpine' | 'redhat' | 'suse' | 'windows' | 'none' | 'unknown';

/** What holds just before an instruction runs, inherited through FROM. */
export interface State {
  /** The shell that runs shell forms. `setBy` is the SHELL instruction, absent for the default. */
  readonly shell: Fact<Shell>;
  /** The words that come before a shell-form command: `/bin/sh -c`. */
  readonly shellWords: readonly string[];
  /** `setBy` is the USER instruction; absent when the base image decides. */
  readonly user: Fact<string>;
  /** `setBy` is the last WORKDIR; absent when the base image decides. */
  readonly workdir: Fact<string>;
  readonly env: Environment;
  readonly platform: Fact<string>;
  readonly family: Family;
}

/** Where the value of a name comes from at one point of the build. */
export interface Variable {
  readonly name: string;
  /** ARG lasts for the build, ENV stays in the image. */
  readonly kind: 'arg' | 'env';
  /** Undefined when the value is not known from the text: no default, or built from something unknown. */
  readonly value: string | undefined;
  readonly setBy: Located;
}

/** A chain of settings, each linked to the one before; never copied, so that 5,000 ENV cost 5,000 links. */
export interface Environment {
  /** What the name stands for here; an ENV wins over an ARG of the same name. */
  lookup(name: string): Variable | undefined;
  /** Every variable in force, each name once, latest first. */
  all(): Iterable<Variable>;
}
