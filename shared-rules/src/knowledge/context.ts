import type { Dockerfile, Instructions, Word } from '../model/index.js';
import { isFetched } from './sources.js';

/** A file or folder of the build context that a COPY or ADD names. */
export interface LocalSource {
  readonly copy: Instructions['COPY' | 'ADD'];
  readonly word: Word;
  /** Without dots and slashes at its ends; empty for the whole context. */
  readonly path: string;
  readonly isPattern: boolean;
  /** Whether the final image cannot be built without it. */
  readonly isNeeded: boolean;
}

/** What the file copies from the build context by names that are plain to see; what ONBUILD holds comes from another one. */
export function* localSources(file: Dockerfile): Iterable<LocalSource> {
  for (const copy of file.all('COPY', 'ADD')) {
    if (copy.flag('from')) continue;
    const isNeeded = copy.stage !== undefined && (copy.stage.isFinal || !copy.stage.isOutput);
    for (const word of copy.sources) {
      if (!word.literal || word.text === '' || isFetched(word.text) || TEMPLATE.test(word.text)) continue;
      const path = word.text.replace(/^(?:\.?\/)+/, '').replace(/(?:\/\.?)+$/, '');
      const isWhole = path === '.' || path === '*';
      yield { copy, word, path: isWhole ? '' : path, isPattern: !isWhole && /[*?[]/.test(path), isNeeded };
    }
  }
}

/** A place that another tool fills in before anything is built. */
const TEMPLATE = /\{\{|\}\}|<%|@[A-Z_]+@/;

/** What the workspace knows of the folders around the Dockerfile. */
interface Surroundings {
  readonly isContextSure: boolean;
  has(path: string): boolean | undefined;
  hasAbove(path: string): boolean;
}

/**
 * Whether the folder that is taken for the build context is likely to be it: most of what is copied lies there. Many
 * builds run from a folder above their Dockerfile, which nothing in the Dockerfile says.
 */
export function isLikelyContext(file: Dockerfile, around: Surroundings): boolean {
  if (around.isContextSure) return true;
  let [found, missing] = [0, 0];
  for (const { path, isPattern } of localSources(file)) {
    if (path === '' || isPattern) continue;
    const isThere = around.has(path);
    if (isThere === true) found += 1;
    else if (around.hasAbove(path)) return false;
    else if (isThere === false) missing += 1;
  }
  if (found + missing > 0) return found >= missing;
  return !FOR_DOCKERFILES.test(file.path);
}

/** Folders that hold nothing but Dockerfiles and what belongs to them. */
const FOR_DOCKERFILES =
  /(^|\/)(\.?docker[^/]*|\.?containers?|containerfiles?|images?|build|ci|cd|deploy(ment)?s?|infra[^/]*|ops|dev|\.devcontainer|\.github|\.circleci|tools|scripts|etc|packaging)\/[^/]*$/i;

/** Something that has no place in a build context: it is never needed there, or it is made for the host. */
export interface Unwanted {
  /** The line of .dockerignore that keeps it out. */
  readonly pattern: string;
  /** How it is called in the root of the context. */
  readonly names: RegExp;
  /** Whether it does harm in an image, is mere ballast, or so small that only a new list names it. */
  readonly weight: 'harm' | 'ballast' | 'trifle';
  /** The file that says it may come to be; absent: anywhere. */
  readonly beside?: RegExp;
  /** The programs of which one must run in the build before it can be done without. */
  readonly madeBy?: readonly string[];
  /** The programs that read it. */
  readonly readBy?: readonly string[];
  /** The line that takes back in what the pattern should not have caught. */
  readonly except?: string;
}

const unwanted = (pattern: string, names: RegExp, more: Partial<Unwanted> = {}): Unwanted => ({
  pattern,
  names,
  weight: 'ballast',
  ...more,
});

const PYTHON = /^(requirements.*\.txt|pyproject\.toml|setup\.(py|cfg)|Pipfile|poetry\.lock|uv\.lock|.*\.py)$/;
const JAVASCRIPT = ['npm', 'yarn', 'pnpm', 'bun', 'npx', 'corepack'] as const;
const JVM = ['mvn', 'mvnw', 'gradle', 'gradlew', 'cargo', 'sbt', 'lein'] as const;

/** Sources: the templates of `docker init`, gitignore.io for the names of what tools leave behind. */
const UNWANTED: readonly Unwanted[] = [
  unwanted('.git', /^\.git$/, { weight: 'harm', readBy: ['git', 'make'] }),
  unwanted('.gitignore', /^\.gitignore$/, { weight: 'trifle' }),
  unwanted('.dockerignore', /^\.dockerignore$/, { weight: 'trifle' }),
  unwanted('Dockerfile*', /^Dockerfile/, { weight: 'trifle' }),
  unwanted('compose*.y*ml', /^compose.*\.ya?ml$/, { weight: 'trifle' }),
  unwanted('docker-compose*.y*ml', /^docker-compose.*\.ya?ml$/, { weight: 'trifle' }),
  unwanted('.env*', /^\.env(?!\.(example|sample|template|dist)$)/, { weight: 'harm', except: '!.env.example' }),
  unwanted('.vscode', /^\.vscode$/),
  unwanted('.idea', /^\.idea$/),
  unwanted('**/*.log', /\.log$/, { weight: 'trifle' }),
  unwanted('**/.DS_Store', /^\.DS_Store$/),
  unwanted('**/node_modules', /^node_modules$/, { weight: 'harm', beside: /^package\.json$/, madeBy: JAVASCRIPT }),
  unwanted('coverage', /^coverage$/, { weight: 'trifle', beside: /^package\.json$/ }),
  unwanted('**/__pycache__', /^__pycache__$/, { beside: PYTHON }),
  unwanted('**/*.pyc', /\.pyc$/, { beside: PYTHON }),
  unwanted('.venv', /^\.venv$/, { weight: 'harm', beside: PYTHON }),
  unwanted('venv', /^venv$/, { weight: 'harm', beside: /^venv\/$/ }),
  unwanted('target', /^target$/, { beside: /^(pom\.xml|Cargo\.toml|build\.sbt)$/, madeBy: JVM }),
  unwanted('.gradle', /^\.gradle$/, { beside: /^(build|settings)\.gradle(\.kts)?$/ }),
  unwanted('.terraform', /^\.terraform$/, { weight: 'harm', beside: /^\.terraform\/$/ }),
  unwanted('.aws', /^\.aws$/, { weight: 'harm', beside: /^\.aws\/$/ }),
  unwanted('.ssh', /^\.ssh$/, { weight: 'harm', beside: /^\.ssh\/$/ }),
  unwanted('**/id_rsa*', /^id_rsa/, { weight: 'harm', beside: /^id_rsa/ }),
  unwanted('**/id_ed25519*', /^id_ed25519/, { weight: 'harm', beside: /^id_ed25519/ }),
  unwanted('**/*.key', /\.key$/, { weight: 'harm', beside: /\.key$/ }),
];

/** What of it the build can do without: nothing copies, mounts or reads it, and what the build needs it makes itself. */
export function uselessIn(file: Dockerfile): readonly Unwanted[] {
  const programs = new Set<string>();
  const used = new Set<string>();
  const read = new Set<string>();
  for (const { path } of localSources(file)) addParts(used, path);
  for (const run of file.all('RUN')) {
    for (const { options, from } of run.mounts) if (!from) addParts(used, options.get('source') ?? '');
    for (const { program, args } of run.commands) {
      programs.add(program.text);
      if (program.text !== 'rm') for (const { text } of args) addParts(read, text);
    }
  }
  const names = [...used];
  const words = [...read];
  return UNWANTED.filter(({ names: named, madeBy, readBy = [] }) => {
    if (names.some((name) => named.test(name)) || readBy.some((program) => programs.has(program))) return false;
    return madeBy ? madeBy.some((program) => programs.has(program)) : !words.some((word) => named.test(word));
  });
}

function addParts(to: Set<string>, path: string): void {
  for (const part of path.split('/')) if (part !== '') to.add(part.replace(/[*?]+/g, ''));
}

/** Whether a file or folder is one that people write and keep, rather than one that a build, a tool or a pipeline makes. */
export function isHandWritten(path: string): boolean {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.some((part) => MADE.test(part))) return false;
  return WRITTEN_NAMES.test(name) || WRITTEN_ENDINGS.test(name) || WRITTEN_FOLDERS.test(name);
}

/** Names of what is made. Sources: the .gitignore templates of github/gitignore. */
const MADE =
  /^(target|dist.*|builds?|out(put)?|bin|obj|publish(ed)?|releases?|artifacts?|_.*|node_modules|vendor|coverage|gen(erated)?|\.?(next|nuxt|output|cache|venv)|tmp|temp|wheels?|wheelhouse|public|static|assets|www|html|certs?|ssl|tls|secrets?|credentials?|keys?|data|dumps?|backups?|downloads?|packages?|third[-_]?party|external|submodules?|\.env.*|.*version.*|.*build-?info.*|.*\.(gen|generated|min|bundle|prod|production|local|secrets?)\..*|.*(secret|credential|swagger|openapi|schema|manifest|stats|report).*)$/i;
const WRITTEN_NAMES =
  /^(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements.*\.(txt|in)|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(\.lock)?|setup\.(py|cfg)|go\.(mod|sum)|Cargo\.(toml|lock)|Gemfile(\.lock)?|composer\.(json|lock)|pom\.xml|(build|settings)\.gradle(\.kts)?|gradlew|mvnw|mix\.(exs|lock)|Makefile|Procfile)$/;
const WRITTEN_ENDINGS = /\.(sh|bash|py|rb|go|rs|java|kt|php|pl|c|h|cc|cpp|cs|ex|exs|conf|cfg|ini|toml|csproj|sln)$/;
const WRITTEN_FOLDERS = /^(src|cmd|internal|scripts|conf|config|configs|templates|migrations|tests?)$/;
