import { addInstructionBefore, suggestion, withOptions, type Fix } from '../../edit.js';
import {
  hasJava,
  isHeapLimit,
  javaOf,
  jvmOptionLists,
  mayKnowContainers,
  optionsAtStart,
  optionsInStartScript,
  setsOptions,
} from '../../knowledge/java.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Dockerfile, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const VARIABLE = 'JAVA_TOOL_OPTIONS';

export default rule({
  id: 'java-heap-unbounded',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Say how much of the memory limit the heap of a Java program may take.',
  docs: `
Without a word about it the Java VM takes a quarter of the container's memory limit for its heap.
Three quarters of what is paid for lie idle, while the program collects garbage all the time or dies of an
OutOfMemoryError far below the limit.

\`-XX:MaxRAMPercentage=75.0\` lets the heap grow to three quarters of the limit, whatever that is where the image runs; the
rest is for metaspace, threads, code and direct buffers. \`JAVA_TOOL_OPTIONS\` carries it to every VM of the image.
50 to 80 % are usual: the less memory there is in all, the more of it the rest needs.

Leave it where a quarter is plenty, or where the deployment sets the heap.`,
  sources: {
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    percentage: {
      type: 'integer',
      default: 75,
      min: 1,
      max: 99,
      about: 'The share of the limit that the fix gives the heap.',
    },
  },
  examples: [
    {
      title: 'A jar in an exec form',
      bad: `
        FROM eclipse-temurin:21-jre
        COPY app.jar /app.jar
        ENTRYPOINT ["«java»", "-jar", "/app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        COPY app.jar /app.jar
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75.0"
        ENTRYPOINT ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'Beside options that say nothing about the heap',
      options: { percentage: 60 },
      bad: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        ENV MAVEN_OPTS="-Xmx2g"
        RUN mvn -B package
        FROM gcr.io/distroless/java21-debian12
        ENV JAVA_TOOL_OPTIONS="-Dfile.encoding=UTF-8"
        COPY --from=build /target/app.jar /app.jar
        CMD ["«java»", "-XX:+UseSerialGC", "-jar", "/app.jar"]`,
      good: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        ENV MAVEN_OPTS="-Xmx2g"
        RUN mvn -B package
        FROM gcr.io/distroless/java21-debian12
        ENV JAVA_TOOL_OPTIONS="-Dfile.encoding=UTF-8 -XX:MaxRAMPercentage=60.0"
        COPY --from=build /target/app.jar /app.jar
        CMD ["java", "-XX:+UseSerialGC", "-jar", "/app.jar"]`,
    },
    {
      title: 'A Java from a package, in a shell form',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/*
        # serves on 8080
        CMD exec «java» -jar /app.jar`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/*
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75.0"
        # serves on 8080
        CMD exec java -jar /app.jar`,
    },
    {
      title: 'In a script that the image starts',
      files: { 'entrypoint.sh': '#!/bin/sh\nset -e\nexec java -jar /app.jar "$@"\n' },
      bad: `
        FROM eclipse-temurin:21-jre
        COPY --chmod=755 entrypoint.sh /
        ENTRYPOINT ["/«entrypoint.sh»"]`,
      good: `
        FROM eclipse-temurin:21-jre
        COPY --chmod=755 entrypoint.sh /
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75.0"
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'Bounded in the script, or by options that it is given',
      files: {
        'bounded.sh': '#!/bin/sh\nexport JAVA_TOOL_OPTIONS="-Xmx512m"\nexec java -jar /app.jar\n',
        'given.sh': '#!/bin/sh\nexec java $JVM_FLAGS -jar /app.jar\n',
      },
      good: `
        FROM eclipse-temurin:21-jre AS bounded
        COPY --chmod=755 bounded.sh /
        ENTRYPOINT ["/bounded.sh"]
        FROM eclipse-temurin:21-jre
        COPY --chmod=755 given.sh /
        ENTRYPOINT ["/given.sh"]`,
    },
    {
      title: 'Before MaxRAMPercentage there is no fix that fits every limit',
      bad: `
        FROM openjdk:8u181-jre
        CMD ["«java»", "-jar", "/app.jar"]`,
    },
    {
      title: 'Bounded by a variable, or by a flag',
      good: `
        FROM eclipse-temurin:21-jre AS one
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=70.0"
        CMD ["java", "-jar", "/app.jar"]
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-Xmx512m", "-jar", "/app.jar"]`,
    },
    {
      title: 'Bounded in the stage it starts from',
      good: `
        FROM eclipse-temurin:21-jre AS base
        ENV JAVA_OPTS="-Xmx512m"
        FROM base
        CMD exec java $JAVA_OPTS -jar /app.jar`,
    },
    {
      title: 'Options that only the run time knows',
      good: `
        FROM eclipse-temurin:21-jre
        CMD exec java $JAVA_OPTS -jar /app.jar`,
    },
    {
      title: 'Bounded by the Compose file that builds the image',
      files: {
        'compose.yaml':
          'services:\n  api:\n    build: .\n    environment:\n      - JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=70.0\n',
      },
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'A server whose script sets the memory, and an image whose entrypoint computes it',
      good: `
        FROM tomcat:10-jdk21 AS server
        ENV CATALINA_OPTS="-Dx=y"
        CMD ["catalina.sh", "run"]
        FROM registry.access.redhat.com/ubi9/openjdk-21
        CMD ["java", "-jar", "/deployments/app.jar"]`,
    },
    {
      title: 'An image of which nobody knows whether it holds a Java, and a stage for tests',
      good: `
        FROM registry.example.com/team/runtime:1
        CMD ["java", "-jar", "/app.jar"]
        FROM eclipse-temurin:21-jre AS test
        CMD ["java", "-jar", "/tests.jar"]`,
    },
  ],
  *check(file, { options, workspace }) {
    const stage = file.finalStage;
    if (!stage || !hasJava(stage) || isForDevelopment(stage, file) || computesMemory(stage)) return;
    const direct = optionsAtStart(file, stage);
    const scripted = direct ? undefined : optionsInStartScript(file, stage, (path) => workspace.open(path, 'shell'));
    const atStart = direct ?? scripted;
    if (!atStart || atStart.isOpen || atStart.lists.some((list) => list.options.some(isHeapLimit))) return;
    if (workspace.uses().some(({ container, file: manifest }) => setsOptions(manifest, container, isHeapLimit))) return;
    const [start] = atStart.lists;
    if (!start) return;
    yield {
      at: scripted?.word ?? start.at,
      message: say`Nothing bounds the heap, so the VM takes a quarter of the memory limit.`,
      fix: mayKnowContainers(javaOf(stage))
        ? bounded(file, stage, `-XX:MaxRAMPercentage=${options.percentage}.0`)
        : undefined,
      related: scripted ? [{ at: scripted.call, ...pathOf(scripted.path), message: say`It starts here.` }] : [],
    };
  },
});

const pathOf = (path: string | undefined) => (path === undefined ? {} : { path });

/** Red Hat's images and those of buildpacks begin with a script that works out the heap. */
const computesMemory = (stage: Stage): boolean =>
  !stage.effective('ENTRYPOINT') && /redhat\.com\/|^quay\.io\/|paketo|buildpack/.test(stage.rootImage?.name ?? '');

function bounded(file: Dockerfile, stage: Stage, option: string): Fix | undefined {
  const title = `Give it ${option.replace(/^.*=(\d+).*$/, '$1')} % of the limit`;
  const own = jvmOptionLists(file).findLast(
    ({ name, instruction }) => name === VARIABLE && instruction?.stage === stage,
  );
  if (own) {
    const edits = withOptions(own, option);
    return edits.length > 0 ? suggestion(title, ...edits) : undefined;
  }
  const inherited = stage.result.env.lookup(VARIABLE);
  const first = stage.instructions.find(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  if (!first || inherited) return undefined;
  return suggestion(title, addInstructionBefore(first, `ENV ${VARIABLE}="${option}"`));
}
