import type { Comment, Located, Problem, Span } from '../model/file.js';
import type { Language, ProjectFile, Requirement, VersionRange } from '../model/project.js';
import { lineEndingOf, linesOf } from './text.js';
import { readToml, type TomlEntry } from './toml.js';
import { nearestIn, overlap, readVersionRange, versionsNamed, type Interval } from './version-range.js';

/** Reads what a project says of itself, by the name of the file. What cannot be read says nothing. */
export const parseProjectFile = (path: string, text: string): ProjectFile => new ProjectNode(path, text);

/** What a reader finds in a text. */
interface Contents {
  readonly versions?: Readonly<Partial<Record<Language, VersionRange>>>;
  readonly requirements?: readonly Requirement[];
  readonly includes?: ProjectFile['includes'];
  readonly packageManager?: string | undefined;
  readonly scripts?: ReadonlyMap<string, string>;
  readonly tools?: readonly string[];
  readonly isGenerated?: boolean;
  readonly needsSource?: boolean;
}

class ProjectNode implements ProjectFile {
  readonly kind = 'project';
  readonly span: Span;
  readonly lineEnding: '\n' | '\r\n';
  readonly problems: readonly Problem[] = [];
  readonly comments: readonly Comment[] = [];
  private readonly contents: Contents;

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.span = { start: 0, end: text.length };
    this.lineEnding = lineEndingOf(text);
    this.contents = readerOf(path.slice(path.lastIndexOf('/') + 1))(text);
  }

  partAfter(): Located | undefined {
    return undefined;
  }

  partAt(): Located | undefined {
    return undefined;
  }

  versionsOf(language: Language): VersionRange | undefined {
    return this.contents.versions?.[language];
  }

  get requirements(): readonly Requirement[] {
    return this.contents.requirements ?? [];
  }

  get includes(): ProjectFile['includes'] {
    return this.contents.includes ?? [];
  }

  get packageManager(): string | undefined {
    return this.contents.packageManager;
  }

  get scripts(): ReadonlyMap<string, string> {
    return this.contents.scripts ?? NO_SCRIPTS;
  }

  get tools(): readonly string[] {
    return this.contents.tools ?? [];
  }

  get needsSource(): boolean {
    return this.contents.needsSource ?? false;
  }

  get isGenerated(): boolean {
    return this.contents.isGenerated ?? false;
  }
}

const NO_SCRIPTS: ReadonlyMap<string, string> = new Map();

type Reader = (text: string) => Contents;

function readerOf(name: string): Reader {
  switch (name) {
    case 'package.json':
      return readPackageJson;
    case 'pyproject.toml':
    case 'Pipfile':
      return readPythonProject;
    case 'go.mod':
      return readGoModule;
    case '.nvmrc':
    case '.node-version':
      return (text) => readVersionFile('node', text, 1);
    case '.python-version':
    case 'runtime.txt':
      return (text) => readVersionFile('python', text, 2);
    default:
      return name.endsWith('.txt') || name.endsWith('.in') ? readRequirements : readOther(name);
  }
}

/** What in the build files of other languages refers to modules and packages in folders beside. */
const LOCAL: readonly (readonly [name: RegExp, mark: RegExp])[] = [
  [/^Cargo\.toml$/, /^[ \t]*\[workspace\b|\bpath[ \t]*=[ \t]*"/m],
  [/^pom\.xml$/, /<module>|<systemPath>/],
  [/^settings\.gradle(\.kts)?$/, /^[ \t]*include(Build)?\b/m],
  [/^build\.gradle(\.kts)?$/, /\bproject\([ \t]*["':]|\bfiles\(|fileTree\(/],
  [/^(Gemfile|gems\.rb)$/, /^[ \t]*(gemspec|path|eval_gemfile)\b|\bpath:|:path[ \t]*=>/m],
  [/^composer\.json$/, /"type"[ \t]*:[ \t]*"path"/],
  [/^mix\.exs$/, /\bpath:|\bapps_path\b/],
  [/\.(cs|fs|vb)proj$/, /<ProjectReference\b/],
  [/\.slnx?$/, /./],
];

const readOther =
  (name: string): Reader =>
  (text) => ({ needsSource: LOCAL.some(([names, mark]) => names.test(name) && mark.test(text)) });

class Range implements VersionRange {
  constructor(
    readonly text: string,
    readonly span: Span,
    private readonly intervals: readonly Interval[],
  ) {}

  allows(version: string): boolean {
    const named = versionsNamed(version);
    return named === undefined || this.intervals.some((interval) => overlap(interval, named));
  }

  nearest(version: string, numbers: number): string | undefined {
    const named = versionsNamed(version);
    return named && nearestIn(this.intervals, named, numbers);
  }
}

function rangeOf(text: string, span: Span, read = text): VersionRange | undefined {
  const intervals = readVersionRange(read);
  return intervals && new Range(text, span, intervals);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readPackageJson(text: string): Contents {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return {};
  }
  if (!isObject(json)) return {};
  const { engines, volta, packageManager, scripts, dependencies, optionalDependencies, devDependencies } = json;
  const named = nodeVersionIn(text, 'engines', engines) ?? nodeVersionIn(text, 'volta', volta);
  const requirements = [
    ...requirementsIn(text, 'dependencies', dependencies, false),
    ...requirementsIn(text, 'optionalDependencies', optionalDependencies, false),
    ...requirementsIn(text, 'devDependencies', devDependencies, true),
  ];
  return {
    versions: named ? { node: named } : {},
    requirements,
    packageManager: typeof packageManager === 'string' ? packageManager : undefined,
    scripts: new Map(
      Object.entries(isObject(scripts) ? scripts : {}).flatMap(([name, text]) =>
        typeof text === 'string' ? [[name, text] as const] : [],
      ),
    ),
    needsSource:
      json['workspaces'] !== undefined ||
      [dependencies, optionalDependencies, devDependencies].some((section) => textsOf(section).some(isLocalPackage)) ||
      INSTALL_SCRIPTS.some((name) => runsSource(isObject(scripts) ? scripts[name] : undefined)),
  };
}

const textsOf = (section: unknown): readonly string[] =>
  Object.values(isObject(section) ? section : {}).filter((value) => typeof value === 'string');

const isLocalPackage = (version: string): boolean => /^(file|link|portal|workspace):|^\.{0,2}\//.test(version);

/** The scripts that an install runs. Source: npm's "scripts", "Life Cycle Operation Order". */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare'] as const;

/** Whether a script may read the project; those that set up hooks or check the caller do not. */
const runsSource = (script: unknown): boolean =>
  typeof script === 'string' &&
  !/^(npx )?(husky|is-ci|only-allow|simple-git-hooks|lefthook|echo)\b/.test(script.trim());

function nodeVersionIn(text: string, key: string, section: unknown): VersionRange | undefined {
  const value = isObject(section) ? section['node'] : undefined;
  return typeof value === 'string' ? rangeOf(value, jsonSpan(text, [key, 'node'], value)) : undefined;
}

const requirementsIn = (
  text: string,
  key: string,
  section: unknown,
  isForDevelopment: boolean,
): readonly Requirement[] =>
  Object.entries(isObject(section) ? section : {}).map(([name, value]) => ({
    name,
    isPinned: typeof value === 'string' && /^\d/.test(value),
    isForDevelopment,
    span: jsonSpan(text, [key, name], ''),
  }));

/** Where a value stands in JSON text: behind its keys, each sought behind the one before. */
function jsonSpan(text: string, keys: readonly string[], value: string): Span {
  let at = 0;
  for (const key of keys) at = Math.max(at, text.indexOf(JSON.stringify(key), at));
  const start = value === '' ? at : Math.max(at, text.indexOf(JSON.stringify(value), at));
  return { start, end: start + JSON.stringify(value === '' ? (keys.at(-1) ?? '') : value).length };
}

function readPythonProject(text: string): Contents {
  const entries = readToml(text);
  const find = (section: string, key: string): TomlEntry | undefined =>
    entries.find((entry) => entry.section === section && entry.key === key);
  const entry =
    find('project', 'requires-python') ??
    find('tool.poetry.dependencies', 'python') ??
    find('requires', 'python_version');
  const value = entry?.strings[0];
  const range = value && rangeOf(value.text, value.span);
  const listed = entries
    .filter(({ section, key }) => section === 'project' && key === 'dependencies')
    .flatMap(({ strings }) => strings.flatMap((item) => readRequirement(item.text, item.span) ?? []));
  const tabled = entries
    .filter(({ section, key }) => POETRY.test(section) && key !== 'python')
    .map(({ section, key, span }) => ({
      name: normalName(key),
      isPinned: false,
      isForDevelopment: section !== 'tool.poetry.dependencies' && section !== 'packages',
      span,
    }));
  const tools = ['poetry', 'uv', 'pdm', 'hatch'].filter((tool) =>
    entries.some(({ section }) => section === `tool.${tool}` || section.startsWith(`tool.${tool}.`)),
  );
  // A table in one line: `lib = { path = "../lib" }`.
  const needsSource =
    entries.some(({ section }) => section === 'tool.uv.workspace') ||
    /^[ \t]*[\w."-]+[ \t]*=[ \t]*\{[^}\n]*\b(path|workspace)[ \t]*=/m.test(text);
  return { versions: range ? { python: range } : {}, requirements: [...listed, ...tabled], tools, needsSource };
}

/** Tables whose keys are packages, of Poetry and of Pipenv. */
const POETRY = /^(tool\.poetry\.(group\.[^.]+\.|dev-)?dependencies|(dev-)?packages)$/;

function readGoModule(text: string): Contents {
  let go: VersionRange | undefined;
  const requirements: Requirement[] = [];
  let isOpen = false;
  for (const { start, end } of linesOf(text)) {
    const words = text.slice(start, end).split('//')[0]?.trim().split(/\s+/) ?? [];
    const [first = '', second = ''] = words;
    if (first === 'go' && second !== '') go ??= rangeOf(second, { start, end }, `>=${second}`);
    const named = isOpen ? first : first === 'require' && second !== '(' ? second : '';
    if (isOpen && first === ')') isOpen = false;
    else if (named !== '')
      requirements.push({ name: named, isPinned: true, isForDevelopment: false, span: { start, end } });
    if (first === 'require' && second === '(') isOpen = true;
  }
  return { versions: go ? { go } : {}, requirements, needsSource: /=>[ \t]*\.{1,2}\//.test(text) };
}

/** A file that holds one version: Node counts by majors, Python by minors. */
function readVersionFile(language: Language, text: string, numbers: number): Contents {
  for (const { start, end } of linesOf(text)) {
    const line = text.slice(start, end).split('#')[0]?.trim() ?? '';
    if (line === '') continue;
    const found = /^(?:python-|node-)?v?(\d{1,5}(?:\.\d{1,5}){0,2})$/.exec(line)?.[1];
    const named = found ?? NODE_NAMES[line.replace(/^lts\//, '').toLowerCase()];
    const range = named && rangeOf(line, { start, end }, named.split('.').slice(0, numbers).join('.'));
    return range ? { versions: { [language]: range } } : {};
  }
  return {};
}

/** The names of Node's releases with long support. Source: nodejs.org, "Previous releases". */
const NODE_NAMES: Readonly<Record<string, string>> = {
  dubnium: '10',
  erbium: '12',
  fermium: '14',
  gallium: '16',
  hydrogen: '18',
  iron: '20',
  jod: '22',
  krypton: '24',
};

function readRequirements(text: string): Contents {
  const requirements: Requirement[] = [];
  const includes: ProjectFile['includes'][number][] = [];
  let needsSource = false;
  for (const { start, end } of linesOf(text)) {
    const line = text
      .slice(start, end)
      .replace(/(^|\s)#.*$/, '')
      .trim();
    const option = /^(-r|--requirement|-c|--constraint)(?:\s+|=)(\S+)$/.exec(line);
    if (option) {
      const [, flag = '', path = ''] = option;
      includes.push({ kind: /^(-r|--requirement)$/.test(flag) ? 'requirements' : 'constraints', path });
      continue;
    }
    needsSource ||= /^(-e|--editable)\b|^file:|^\.{1,2}(\/|$|\[)|@[ \t]*file:/.test(line);
    const requirement = readRequirement(line, { start, end });
    if (requirement) requirements.push(requirement);
  }
  const isGenerated = /^#.*(autogenerated|generated by|pip-compile|uv export|poetry export)/im.test(
    text.slice(0, 2000),
  );
  return { requirements, includes, isGenerated, needsSource };
}

/** One requirement as pip reads it: a name, extras, versions, or an address. */
function readRequirement(line: string, span: Span): Requirement | undefined {
  const found = /^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*([^;]*)/.exec(line);
  const name = found?.[1];
  if (!found || name === undefined || /^[A-Za-z+]+:\/\//.test(line) || /^\.{0,2}\//.test(line)) return undefined;
  const rest = found[2] ?? '';
  if (rest !== '' && !/^[=~<>!@(\\]|^--/.test(rest)) return undefined;
  return {
    name: normalName(name),
    isPinned: /[=~]=|^@|--hash/.test(rest),
    isForDevelopment: false,
    span,
  };
}

const normalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
