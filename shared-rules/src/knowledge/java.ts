import {
  ancestry,
  type Assignment,
  type Command,
  type ComposeFile,
  type ContainerSettings,
  type Dockerfile,
  type EnvironmentPair,
  type Image,
  type Instruction,
  type Manifest,
  type OptionList,
  type Pair,
  type ProgramOption,
  type ShellScript,
  type Stage,
  type Word,
} from '../model/index.js';
import { optionsIn } from '../model/index.js';
import { objectsOf } from './commands.js';
import { installs, managerOf } from './managers.js';
import { isDevLike } from './stages.js';
import { appendedTo, startedScripts } from './start.js';

/** Variables that the VM or its launcher reads by itself. Sources: java(1), the JVMTI specification, the manual of OpenJ9. */
const READ_BY_JVM: ReadonlySet<string> = new Set([
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  '_JAVA_OPTIONS',
  'OPENJ9_JAVA_OPTIONS',
  'IBM_JAVA_OPTIONS',
]);

/** Variables that start scripts hand on to the VM. Sources: the scripts of Tomcat, Gradle, Jetty, Red Hat's images, Kafka, Elasticsearch. */
const READ_BY_SCRIPTS: ReadonlySet<string> = new Set([
  'JAVA_OPTS',
  'JAVA_OPTIONS',
  'JAVA_ARGS',
  'JAVA_OPTS_APPEND',
  'JVM_OPTS',
  'JVM_ARGS',
  'CATALINA_OPTS',
  'KAFKA_OPTS',
  'KAFKA_HEAP_OPTS',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  'ES_JAVA_OPTS',
  'LS_JAVA_OPTS',
]);

/** Variables for the VMs of build tools. Sources: the scripts of Maven, Gradle, sbt, Ant and Leiningen. */
const READ_BY_BUILD_TOOLS: ReadonlySet<string> = new Set([
  'MAVEN_OPTS',
  'GRADLE_OPTS',
  'SBT_OPTS',
  'ANT_OPTS',
  'LEIN_JVM_OPTS',
]);

/** Whether a variable holds options for a Java VM. */
export const isJvmVariable = (name: string): boolean =>
  READ_BY_JVM.has(name) || READ_BY_SCRIPTS.has(name) || READ_BY_BUILD_TOOLS.has(name);

/** Whether the options are for a VM that the image runs in production rather than for one of its build. */
export function isForProduction({ name, instruction }: OptionList): boolean {
  if (READ_BY_BUILD_TOOLS.has(name) || instruction?.keyword === 'RUN') return false;
  const stage = instruction?.stage;
  return !stage || ((stage.ships || stage.isOutput) && !isDevLike(stage));
}

/** The kinds of files in which options for a VM are read. */
type WithOptions = Dockerfile | ShellScript | ComposeFile | Manifest;

const LISTS = new WeakMap<WithOptions, readonly OptionList[]>();

/** Every list of options for a Java VM in the file: calls of `java`, and variables that a VM is given. */
export function jvmOptionLists(file: WithOptions): readonly OptionList[] {
  const known = LISTS.get(file);
  if (known) return known;
  const lists = readLists(file);
  LISTS.set(file, lists);
  return lists;
}

function readLists(file: WithOptions): readonly OptionList[] {
  switch (file.kind) {
    case 'dockerfile':
      return inDockerfile(file);
    case 'shell':
      return inScript(file);
    case 'compose':
      return file.services().flatMap(inContainer);
    case 'kubernetes':
      return file.containers().flatMap(inContainer);
  }
}

function inContainer(container: ContainerSettings): readonly OptionList[] {
  const lists: OptionList[] = [];
  for (const pair of container.environment) {
    const { name, value } = pair;
    if (!value || !isJvmVariable(name.text)) continue;
    const { options, isOpen } = optionsIn(value);
    const shown = mayEdit(pair) ? options : options.map((option) => ({ ...option, word: undefined }));
    lists.push({ name: name.text, options: shown, isOpen, at: value, operands: [], setting: pair, container });
  }
  const [program, ...words] = [...(container.entrypoint ?? []), ...(container.arguments ?? [])];
  if (program && /(^|\/)java$/.test(program.text)) {
    const among = optionsAmong(words);
    // A word of its own may stand in quotes, which stay.
    const options = among.options.map((option) => {
      const word = option.word?.part(0);
      return { ...option, at: word ?? option.at, word };
    });
    lists.push({ ...among, options, name: 'java', at: program, container });
  }
  return lists;
}

/** Whether the value stands in one place only, and as it is written. */
const mayEdit = ({ node }: EnvironmentPair): boolean =>
  node !== undefined && !node.isShared && !node.isOpen && node.style !== 'block';

function inDockerfile(file: Dockerfile): readonly OptionList[] {
  const lists: OptionList[] = [];
  for (const node of file.allWithTriggers('ENV')) for (const pair of node.pairs) addSetting(pair, node, lists);
  for (const node of file.all('CMD', 'ENTRYPOINT')) {
    for (const { assignments } of node.commands) {
      for (const assignment of assignments) addSetting(assignment, node, lists);
    }
  }
  for (const command of file.runCommands(...SETTING_PROGRAMS)) {
    for (const assignment of command.assignments) addSetting(assignment, command.instruction, lists);
    if (EXPORTS.has(command.program.text)) {
      for (const word of command.args) addSetting(assignmentIn(word), command.instruction, lists);
    }
  }
  for (const command of file.commands('java', 'javaw')) if (isJava(command)) lists.push(optionsOf(command));
  return lists;
}

function inScript(file: ShellScript): readonly OptionList[] {
  const lists: OptionList[] = [];
  for (const command of file.script.commands) {
    for (const assignment of command.assignments) addSetting(assignment, undefined, lists);
    if (EXPORTS.has(command.program.text)) {
      for (const word of command.args) addSetting(assignmentIn(word), undefined, lists);
    }
    if (isJava(command)) lists.push(optionsOf(command));
  }
  for (const { assignments } of assignmentsIn(file.script.statements)) {
    for (const assignment of assignments) addSetting(assignment, undefined, lists);
  }
  return lists;
}

const EXPORTS: ReadonlySet<string> = new Set(['export', 'declare', 'readonly', 'local', 'typeset']);

/** Programs of a build before which a variable for a VM may be set, or which set one. */
const SETTING_PROGRAMS = ['export', 'java', 'mvn', 'mvnw', 'gradle', 'gradlew', 'sbt', 'ant', 'lein'];

/** `NAME=value` as it stands behind `export`. */
function assignmentIn(word: Word): Assignment | undefined {
  const equals = word.text.indexOf('=');
  const name = equals > 0 ? word.part(0, equals) : undefined;
  return name && { span: word.span, name, value: word.part(equals + 1) ?? word };
}

type Statements = ShellScript['script']['statements'];

function* assignmentsIn(statements: Statements): Iterable<{ readonly assignments: readonly Assignment[] }> {
  for (const statement of statements) {
    switch (statement.kind) {
      case 'assignment':
        yield statement;
        break;
      case 'list':
        yield* assignmentsIn([statement.left, statement.right]);
        break;
      case 'pipeline':
        yield* assignmentsIn(statement.stages);
        break;
      case 'compound':
        for (const part of [...statement.conditions, ...statement.bodies]) yield* assignmentsIn(part);
        break;
      case 'command':
        break;
    }
  }
}

function addSetting(setting: Pair | Assignment | undefined, instruction: Instruction | undefined, to: OptionList[]) {
  if (!setting?.value || !isJvmVariable(setting.name.text)) return;
  const { options, isOpen } = optionsIn(setting.value);
  to.push({ name: setting.name.text, options, isOpen, at: setting.value, operands: [], setting, instruction });
}

/** Whether the command is a call of the launcher that runs something. */
export const isJava = ({ program, substituted }: Command): boolean =>
  !substituted && (program.text === 'java' || program.text === 'javaw');

/** Options whose value is the next word. Source: java(1). */
const WITH_VALUE: ReadonlySet<string> = new Set([
  '-cp',
  '-classpath',
  '--class-path',
  '-p',
  '--module-path',
  '--upgrade-module-path',
  '--add-modules',
  '--add-opens',
  '--add-exports',
  '--add-reads',
  '--patch-module',
  '--limit-modules',
  '--source',
]);

/** Options that name what is run: what comes behind their value is not for the VM. */
const RUNNING: ReadonlySet<string> = new Set(['-jar', '-m', '--module']);

function optionsOf(command: Command): OptionList {
  const { program, instruction } = command;
  const words = [...command.args, ...appendedWords(command)];
  return { ...optionsAmong(words), name: program.text, at: program, command, instruction };
}

/** The options that come before what is run. */
function optionsAmong(words: readonly Word[]): Pick<OptionList, 'options' | 'isOpen' | 'operands'> {
  const options: ProgramOption[] = [];
  let isOpen = false;
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at];
    if (!word) break;
    const { text, literal } = word;
    if (RUNNING.has(text)) {
      at += 2;
      break;
    }
    if (WITH_VALUE.has(text)) at += 1;
    else if (/^(-|XX:[+-]?\w)/.test(text)) options.push({ text, literal, index: at, at: word, word });
    else if (!literal || text.startsWith('@') || text.startsWith('$')) isOpen = true;
    else break;
  }
  return { options, isOpen, operands: words.slice(at) };
}

/** What CMD appends to a call that stands in an ENTRYPOINT itself. */
const appendedWords = ({ instruction, script }: Command): readonly Word[] =>
  instruction?.keyword === 'ENTRYPOINT' && instruction.stage && !script
    ? appendedTo(instruction, instruction.stage)
    : [];

/** The calls of `java` that an image starts with; none where a script or another program stands in front. */
export function javaStartsOf(stage: Stage): readonly OptionList[] {
  const entrypoint = stage.effective('ENTRYPOINT');
  const node = entrypoint && entrypoint.commands.length > 0 ? entrypoint : stage.effective('CMD');
  const command = node?.commands.find(isJava);
  return command && runsSomething(command) ? [optionsOf(command)] : [];
}

const runsSomething = (command: Command): boolean => !command.has('-version', '--version', '-help', '--help', '-h');

/** The stage and those it is based on, as many as are worth looking at. */
const chainOf = (stage: Stage): readonly Stage[] => ancestry(stage).slice(0, MAXIMUM_CHAIN);

const MAXIMUM_CHAIN = 100;

/** Options that hold together, and whether there may be more of them, which only the run time knows. */
interface OptionsInForce {
  readonly lists: readonly OptionList[];
  readonly isOpen: boolean;
}

/** The options that hold when the image starts `java`: those of the call, and those of every variable for a VM. */
export function optionsAtStart(file: Dockerfile, stage: Stage): OptionsInForce | undefined {
  const starts = javaStartsOf(stage);
  return starts.length === 0 ? undefined : inForce(starts, variablesOf(file, stage));
}

/** The same for a call of `java` in a script that the image starts, and the word that names the script. */
export function optionsInStartScript(
  file: Dockerfile,
  stage: Stage,
  open: (path: string) => ShellScript | undefined,
): (OptionsInForce & { readonly word: Word; readonly call: Word; readonly path?: string | undefined }) | undefined {
  for (const { word, script, file: own } of startedScripts(file, stage, open)) {
    const command = script.commands.find((one) => isJava(one) && runsSomething(one));
    if (!command || !script.readable) continue;
    const settings = own ? jvmOptionLists(own).filter(({ setting }) => setting !== undefined) : [];
    const options = inForce([optionsOf(command)], [...variablesOf(file, stage), ...settings]);
    return { ...options, word, call: command.program, path: own?.path };
  }
  return undefined;
}

/** The variables for a VM that are set in the stage and in those it is based on. */
function variablesOf(file: Dockerfile, stage: Stage): readonly OptionList[] {
  const chain = new Set(chainOf(stage));
  return jvmOptionLists(file).filter(
    ({ instruction, name }) =>
      instruction?.keyword === 'ENV' &&
      instruction.stage &&
      chain.has(instruction.stage) &&
      !READ_BY_BUILD_TOOLS.has(name),
  );
}

/** What a variable of a call stands for is known where it is set for a VM. */
function inForce(starts: readonly OptionList[], variables: readonly OptionList[]): OptionsInForce {
  const isOpen = variables.some((list) => list.isOpen) || starts.some((list) => opensOtherThan(list, variables));
  return { lists: [...starts, ...variables], isOpen };
}

function opensOtherThan({ command, operands }: OptionList, variables: readonly OptionList[]): boolean {
  const names = new Set(variables.map(({ name }) => name));
  const args = command?.args ?? [];
  const end = args.findIndex((word) => RUNNING.has(word.text) || operands.includes(word));
  return args.slice(0, end < 0 ? undefined : end).some(({ text, literal, parts }, index) => {
    if (text.startsWith('@')) return true;
    if (literal) return text.startsWith('$');
    if (WITH_VALUE.has(args[index - 1]?.text ?? '')) return false;
    return !text.startsWith('-') && parts.some((part) => part.kind !== 'variable' || !names.has(part.name));
  });
}

/** Options that bound the heap. Source: java(1). */
export const isHeapLimit = ({ text }: ProgramOption): boolean =>
  /^-(Xmx|mx|XX:(MaxHeapSize|MaxRAMPercentage|MaxRAMFraction|MaxRAM|DefaultMaxRAMFraction)\b)/i.test(text);

/** Whether the VM may know MaxRAMPercentage and the limits of its container: since Java 10 and 8u191 (JDK-8146115). */
export const mayKnowContainers = (java: JavaVersion | undefined): boolean =>
  !java || isAtLeast(java, 10, 191) !== false;

/** Whether it surely does. */
export const knowsContainers = (java: JavaVersion | undefined): boolean =>
  java !== undefined && isAtLeast(java, 10, 191) === true;

/** Whether an image runs Java, by its name and tag. */
export function isJavaReference({ name, tag }: { readonly name: string; readonly tag?: string | undefined }): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  return JDK_IMAGES.test(last) || JAVA_SERVERS.has(last) || javaOfReference(name, tag) !== undefined;
}

/** Whether a container gives the VM such an option, or may do so where nobody sees it. */
export const setsOptions = (
  file: ComposeFile | Manifest,
  container: ContainerSettings,
  isMeant: (option: ProgramOption) => boolean,
): boolean =>
  container.hasMoreEnvironment ||
  container.entrypoint !== undefined ||
  jvmOptionLists(file).some((list) => list.container === container && (list.isOpen || list.options.some(isMeant)));

/** A Java version as far as a tag or a package tells it. */
export interface JavaVersion {
  readonly major: number;
  /** 392 of 8u392, 16 of 11.0.16; absent where the tag moves on with every update. */
  readonly update?: number | undefined;
}

/** Names (last part) of images whose tag begins with the Java version. Source: their pages on Docker Hub and quay.io. */
const JDK_IMAGES =
  /^(openjdk|java|eclipse-temurin|amazoncorretto|adoptopenjdk|sapmachine|ibmjava|ibm-semeru-runtimes|zulu-openjdk.*|liberica-open(jdk|jre)-.*|jdk|jdk-community|native-image-community|graalvm-community|java\d+.*|openjdk-?\d+.*)$/;

/** Images that run Java whatever else their tag says. */
const JAVA_SERVERS: ReadonlySet<string> = new Set([
  'tomcat',
  'jetty',
  'tomee',
  'websphere-liberty',
  'open-liberty',
  'wildfly',
  'maven',
  'gradle',
]);

const IN_NAME = /(?:^|[-/_])(?:jdk|jre|java|openjdk)-?(\d{1,2})(?!\d)/;
const IN_TAG =
  /(?:^|[-_.])(?:jdk|jre|java|openjdk|temurin|corretto|amazoncorretto|semeru|ibmjava|zulu|sapmachine|liberica)[-_]?(?=\d)(.{1,40})/;

/** What an image's name and tag say of its Java. */
export function javaOfImage(image: Image): JavaVersion | undefined {
  return javaOfReference(image.resolved?.name ?? image.name, image.resolved?.tag ?? image.tag?.text);
}

function javaOfReference(written: string, version = ''): JavaVersion | undefined {
  const name = written.toLowerCase();
  const tag = version.toLowerCase();
  if (name.includes('$') || tag.includes('$')) return undefined;
  const last = name.slice(name.lastIndexOf('/') + 1);
  const fromTag = versionIn(IN_TAG.exec(tag)?.[1] ?? (JDK_IMAGES.test(last) ? tag.replace(/^open-/, '') : ''));
  const major = Number(IN_NAME.exec(name)?.[1] ?? NaN);
  return isMajor(major) && fromTag?.major !== major ? { major } : fromTag;
}

const isMajor = (major: number): boolean => major >= 5 && major <= 60;

/** `8u392-b08`, `1.8.0_181`. */
const OLD_VERSION = /^(?:1\.)?([5-8])(?:\.0)?(?:[u_](\d{1,3}))?(?!\d)/;
/** `11.0.16`, `17`. */
const NEW_VERSION = /^(\d{1,2})(?:\.0\.(\d{1,3}))?(?!\d)/;

function versionIn(text: string): JavaVersion | undefined {
  const [, major, update] = OLD_VERSION.exec(text) ?? NEW_VERSION.exec(text) ?? [];
  if (major === undefined || !isMajor(Number(major))) return undefined;
  return { major: Number(major), update: update === undefined ? undefined : Number(update) };
}

/** Names of packages that bring a Java of one version. Sources: Debian, Alpine, Fedora, Adoptium and Amazon's repositories. */
const PACKAGE = /^(?:openjdk-?|java-|temurin-|zulu-?|msopenjdk-|bellsoft-java)(1\.8\.0|\d{1,2})(?![\d.])/;
const ANY_JAVA = /^(default-(jdk|jre)|java-(latest|headless|common))/;

const JAVA = new WeakMap<Stage, { readonly version: JavaVersion | undefined; readonly isJvm: boolean }>();

function javaIn(stage: Stage) {
  const known = JAVA.get(stage);
  if (known) return known;
  const { rootImage } = stage;
  const fromImage = rootImage && javaOfImage(rootImage);
  const packages = chainOf(stage).flatMap(packagesIn);
  const majors = new Set([...(fromImage ? [fromImage.major] : []), ...packages.map(majorOfPackage)].filter(isMajor));
  const [only = NaN, ...more] = majors;
  const isUnsure = more.length > 0 || packages.some((name) => ANY_JAVA.test(name));
  const version = isUnsure || !isMajor(only) ? undefined : (fromImage ?? { major: only });
  const last = (rootImage?.repository ?? '').toLowerCase();
  const isJvm = majors.size > 0 || isUnsure || JDK_IMAGES.test(last) || JAVA_SERVERS.has(last);
  const answer = { version, isJvm };
  JAVA.set(stage, answer);
  return answer;
}

function packagesIn(stage: Stage): readonly string[] {
  const names: string[] = [];
  for (const node of stage.instructions) {
    if (node.keyword !== 'RUN') continue;
    for (const command of node.commands) {
      const manager = managerOf(command);
      if (manager && installs(manager, command)) names.push(...objectsOf(command).map(({ text }) => text));
    }
  }
  return names.filter((name) => PACKAGE.test(name) || ANY_JAVA.test(name));
}

function majorOfPackage(name: string): number {
  const version = PACKAGE.exec(name)?.[1];
  return version === undefined ? NaN : version === '1.8.0' ? 8 : Number(version);
}

/** The Java of a stage; undefined where nobody can tell, or where there are several. */
export const javaOf = (stage: Stage | undefined): JavaVersion | undefined => stage && javaIn(stage).version;

/** The Java that reads the options. */
export const javaFor = ({ instruction, container }: OptionList): JavaVersion | undefined =>
  container
    ? container.image && javaOfReference(container.image.name, container.image.tag)
    : javaOf(instruction?.stage);

/** Whether the stage's image holds a Java, by its base image or its packages. */
export const hasJava = (stage: Stage): boolean => javaIn(stage).isJvm;

/**
 * Whether the version is at least the one given: a major, or for Java 8 an update of it. Undefined where a tag does not
 * tell the update.
 */
export function isAtLeast({ major, update }: JavaVersion, wanted: number, ofEight?: number): boolean | undefined {
  if (major >= wanted) return true;
  if (major !== 8 || ofEight === undefined) return false;
  return update === undefined ? undefined : update >= ofEight;
}

/** Whether the image's VM is OpenJ9, which has flags of its own. */
export function isOpenJ9(stage: Stage | undefined): boolean {
  const image = stage?.rootImage;
  const text = (image?.value ?? image?.word.text ?? '').toLowerCase();
  return /openj9|semeru|ibmjava/.test(text);
}
