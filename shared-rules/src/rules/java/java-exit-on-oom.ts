import { isWithin } from '../../knowledge/mounts.js';
import { replace, suggestion, withOptions, wordsAfter, type Fix } from '../../edit.js';
import { hasJava, isAtLeast, javaOf, optionsAtStart, setsOptions } from '../../knowledge/java.js';
import { flagOf, switchesOn } from '../../knowledge/jvm-flags.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { OptionList, ProgramOption, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const EXIT = '-XX:+ExitOnOutOfMemoryError';

export default rule({
  id: 'java-exit-on-oom',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['java', 'memory', 'runtime'],
  since: 'next',
  summary: 'Let the Java VM exit on an OutOfMemoryError, so that the container is started anew.',
  docs: `
An OutOfMemoryError kills the thread it happens in, and the VM lives on: half of the program is gone, the container counts as
running, and nobody restarts it.

\`${EXIT}\` ends the VM at once; whatever watches the container starts a new one.
\`-XX:+HeapDumpOnOutOfMemoryError\` does not exit. Without a \`HeapDumpPath\` on a volume its dump, as large as the heap, goes into the
container's own layer and is lost with it. With such a path both go together: the VM dumps, then exits.

Leave it where the program handles the error itself. The flags need Java 8u92.`,
  sources: {
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'JDK-8138745: the flags': 'https://bugs.openjdk.org/browse/JDK-8138745',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A program that lives on',
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["«java»", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
    },
    {
      title: 'In a shell form',
      bad: `
        FROM gcr.io/distroless/java21-debian12:debug
        CMD exec «java» -jar app.jar`,
      good: `
        FROM gcr.io/distroless/java21-debian12:debug
        CMD exec java -XX:+ExitOnOutOfMemoryError -jar app.jar`,
    },
    {
      title: 'A dump into the layer of the container',
      bad: `
        FROM eclipse-temurin:21-jre
        VOLUME /dumps
        ENTRYPOINT ["java", "«-XX:+HeapDumpOnOutOfMemoryError»", "-jar", "app.jar"]`,
      choices: {
        'Exit instead': `
        FROM eclipse-temurin:21-jre
        VOLUME /dumps
        ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]`,
        'Dump to /dumps, then exit': `
        FROM eclipse-temurin:21-jre
        VOLUME /dumps
        ENTRYPOINT ["java", "-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=/dumps", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]`,
      },
    },
    {
      title: 'A dump on a volume, and an exit',
      good: `
        FROM eclipse-temurin:21-jre
        VOLUME ["/dumps"]
        ENV JAVA_TOOL_OPTIONS="-XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/dumps/java.hprof"
        ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]`,
    },
    {
      title: "A crash, or a command of one's own",
      good: `
        FROM eclipse-temurin:21-jre AS crash
        ENTRYPOINT ["java", "-XX:+CrashOnOutOfMemoryError", "-jar", "app.jar"]
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:OnOutOfMemoryError=kill -9 %p", "-jar", "app.jar"]`,
    },
    {
      title: 'An exit by the Compose file that builds the image',
      files: {
        'compose.yaml':
          'services:\n  api:\n    build: .\n    environment:\n      JAVA_TOOL_OPTIONS: -XX:+ExitOnOutOfMemoryError\n',
      },
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'Options that only the run time knows',
      good: `
        FROM eclipse-temurin:21-jre
        CMD exec java $JAVA_OPTS -jar app.jar`,
    },
    {
      title: 'A Java that does not know the flag, one of which nothing is known, and a stage for tests',
      good: `
        FROM openjdk:8u72-jre AS old
        CMD ["java", "-jar", "app.jar"]
        FROM registry.example.com/java AS unknown
        CMD ["java", "-jar", "app.jar"]
        FROM eclipse-temurin:21-jre AS test
        CMD ["java", "-jar", "tests.jar"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    const java = javaOf(stage);
    if (!stage || !hasJava(stage) || isForDevelopment(stage, file)) return;
    if (java && isAtLeast(java, 9, 92) === false) return;
    const atStart = optionsAtStart(file, stage);
    const start = atStart?.lists[0];
    if (!atStart || !start) return;
    const options = atStart.lists.flatMap((list) => list.options.map((option) => ({ option, list })));
    const dump = options.find(({ option }) => switchesOn(option.text, 'HeapDumpOnOutOfMemoryError'));
    if (options.some(({ option }) => ends(option)) || atStart.isOpen) return;
    if (workspace.uses().some(({ container, file: manifest }) => setsOptions(manifest, container, ends))) return;
    if (
      dump &&
      !dumpsToVolume(
        options.map(({ option }) => option),
        stage,
      )
    ) {
      yield {
        at: dump.option.at,
        message: say`The dump goes into the container's own layer, and the VM lives on after the error.`,
        severity: 'warning' as const,
        choices: choicesFor(
          dump,
          options.map(({ option }) => option),
          stage,
        ),
      };
    } else {
      yield {
        at: start.at,
        message: say`After an OutOfMemoryError the VM lives on, and nobody restarts the container.`,
        fix: suggestion(`Add ${EXIT}`, ...withOptions(start, EXIT)),
      };
    }
  },
});

/** Whether the VM ends on the error, or does what it is told. */
const ends = ({ text }: ProgramOption): boolean =>
  switchesOn(text, 'ExitOnOutOfMemoryError') ||
  switchesOn(text, 'CrashOnOutOfMemoryError') ||
  flagOf(text)?.name === 'OnOutOfMemoryError';

function volumesOf(stage: Stage): readonly string[] {
  const own = stage.instructions.flatMap((node) => (node.keyword === 'VOLUME' ? node.words : []));
  const folders = own.flatMap(({ text, literal }) => (literal && text.startsWith('/') ? [text] : []));
  return stage.base && !('kind' in stage.base) ? [...folders, ...volumesOf(stage.base)] : folders;
}

function dumpsToVolume(options: readonly ProgramOption[], stage: Stage): boolean {
  const path = options.map(({ text }) => flagOf(text)).findLast((flag) => flag?.name === 'HeapDumpPath')?.value;
  // Whatever is mounted at a path that somebody chose cannot be seen here.
  return (
    path !== undefined && (volumesOf(stage).length === 0 || volumesOf(stage).some((folder) => isWithin(path, folder)))
  );
}

function choicesFor(
  { option, list }: { readonly option: ProgramOption; readonly list: OptionList },
  options: readonly ProgramOption[],
  stage: Stage,
): readonly Fix[] {
  if (!option.word) return [];
  const choices = [suggestion('Exit instead', replace(option.word, EXIT))];
  const [volume] = volumesOf(stage);
  const hasPath = options.some(({ text }) => flagOf(text)?.name === 'HeapDumpPath');
  if (volume === undefined || hasPath || !list.command) return choices;
  const added = [`-XX:HeapDumpPath=${volume}`, EXIT];
  return [...choices, suggestion(`Dump to ${volume}, then exit`, wordsAfter(option.word, ...added))];
}
