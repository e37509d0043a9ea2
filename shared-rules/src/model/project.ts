import type { Located, Parsed } from './file.js';

export type Language = 'node' | 'python' | 'go';

/** A file in which a project says what it is made with: package.json, go.mod, requirements.txt, .nvmrc and the like. */
export interface ProjectFile extends Parsed<'project'> {
  /** The versions of a language that the project asks for. */
  versionsOf(language: Language): VersionRange | undefined;
  /** The packages that it names, in its own order. */
  readonly requirements: readonly Requirement[];
  /** Further files that it refers to: `-r` and `-c` of a requirements file. */
  readonly includes: readonly { readonly kind: 'requirements' | 'constraints'; readonly path: string }[];
  /** The package manager that package.json asks for: `pnpm@9.1.0`. */
  readonly packageManager: string | undefined;
  /** The scripts of a package.json, by name. */
  readonly scripts: ReadonlyMap<string, string>;
  /** What manages the dependencies of a pyproject.toml, where it says so. */
  readonly tools: readonly string[];
  /**
   * Whether an install of what it names takes more of the project than such files: workspaces, packages in folders
   * beside, scripts of its own that run on install.
   */
  readonly needsSource: boolean;
  /** Whether a program wrote it, as `pip-compile` does. */
  readonly isGenerated: boolean;
}

/** A package that a project asks for. */
export interface Requirement extends Located {
  /** In lower case, with dashes for underscores and dots where the language does not tell them apart. */
  readonly name: string;
  /** Whether it names one version, by number, hash or address. */
  readonly isPinned: boolean;
  /** Whether it is wanted for work on the project alone. */
  readonly isForDevelopment: boolean;
}

export interface VersionRange extends Located {
  /** As the project writes it. */
  readonly text: string;
  /** Whether it takes any of the versions that a number stands for: `20` is each of 20.0.0, 20.0.1, 20.1.0 … */
  allows(version: string): boolean;
  /** The version of so many numbers that is in the range and nearest to the one given. */
  nearest(version: string, numbers: number): string | undefined;
}
