import { replace, suggestion, withoutOptions, type Fix } from '../../edit.js';
import { isForProduction, javaOf, jvmOptionLists, mayKnowContainers } from '../../knowledge/java.js';
import { bytesOf, flagOf } from '../../knowledge/jvm-flags.js';
import type { ProgramOption } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const INSTEAD = '-XX:MaxRAMPercentage=75.0';

export default rule({
  id: 'java-fixed-heap-in-image',
  kinds: ['dockerfile', 'shell'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Give the heap a share of the memory limit, not a size that is fixed in the image.',
  docs: `
A size as in \`-Xmx512m\` is baked into the image, while the memory limit is set where the container runs. Whoever
raises the limit gains nothing; whoever lowers it has the program killed. And the size bounds the heap alone: metaspace,
compiled code, thread stacks and direct buffers come on top of it.

\`-XX:MaxRAMPercentage=75.0\` follows the limit. Where both are given \`-Xmx\` wins, and the percentage only misleads.

Leave a fixed size where the image always runs with the same limit, or where the program must not use more.`,
  sources: {
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'In a variable',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-Xmx512m» -Dfile.encoding=UTF-8"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:MaxRAMPercentage=75.0 -Dfile.encoding=UTF-8"`,
    },
    {
      title: 'In an exec form',
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-Xms256m", "«-Xmx1g»", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-Xms256m", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
    },
    {
      title: 'Beside a percentage, which has no effect',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-Xmx512m» «-XX:MaxRAMPercentage=60.0»"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:MaxRAMPercentage=75.0"`,
    },
    {
      title: 'A Java that knows no percentages',
      bad: `
        FROM openjdk:8u181-jre
        CMD java «-Xmx512m» -jar app.jar`,
    },
    {
      title: 'In an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        exec java «-Xmx2g» -jar /app.jar "$@"`,
      good: `
        #!/bin/sh
        exec java -XX:MaxRAMPercentage=75.0 -jar /app.jar "$@"`,
    },
    {
      title: 'A size from a variable',
      good: `
        FROM eclipse-temurin:21-jre
        ENV HEAP=512m
        CMD java -Xmx$HEAP -jar app.jar`,
    },
    {
      title: 'Build tools and builder stages',
      good: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        ENV MAVEN_OPTS="-Xmx2g" JAVA_OPTS="-Xmx1g"
        RUN java -Xmx1g -jar tool.jar && mvn -B package
        FROM eclipse-temurin:21-jre
        COPY --from=build /target/app.jar /
        CMD ["java", "-XX:MaxRAMPercentage=75.0", "-jar", "/app.jar"]`,
    },
    {
      title: 'A share',
      good: `
        FROM eclipse-temurin:21-jre
        CMD ["java", "-Xms64m", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      if (!isForProduction(list)) continue;
      const fixed = list.options.find(({ text, literal }) => literal && isFixedHeap(text));
      if (!fixed) continue;
      const share = list.options.find(({ text }) => flagOf(text)?.name === 'MaxRAMPercentage');
      if (share) {
        const edits = withoutOptions(list, [share]);
        yield {
          at: share.at,
          message: say`${fixed.text} wins, so ${share.text} has no effect.`,
          severity: 'warning' as const,
          fix: edits && suggestion('Delete it', ...edits),
          related: [{ at: fixed.at, message: say`The size that wins.` }],
        };
      }
      yield {
        at: fixed.at,
        message: say`${fixed.text} stays as it is when the memory limit changes, and bounds the heap alone.`,
        fix: !share && mayKnowContainers(javaOf(list.instruction?.stage)) ? asShare(fixed) : undefined,
      };
    }
  },
});

const isFixedHeap = (text: string): boolean =>
  bytesOf(/^-Xmx(.*)$/.exec(text)?.[1] ?? '') !== undefined ||
  (flagOf(text)?.name === 'MaxHeapSize' && bytesOf(flagOf(text)?.value ?? '') !== undefined);

const asShare = ({ word }: ProgramOption): Fix | undefined =>
  word && suggestion(`Use ${INSTEAD} instead`, replace(word, INSTEAD));
