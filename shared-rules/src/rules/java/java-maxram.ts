import { replace, suggestion, withoutOptions, type Fix } from '../../edit.js';
import { isHeapLimit, javaFor, jvmOptionLists, knowsContainers } from '../../knowledge/java.js';
import { flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList, ProgramOption } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const INSTEAD = '-XX:MaxRAMPercentage=75.0';

export default rule({
  id: 'java-maxram',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'info',
  profile: 'recommended',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Let the Java VM read its memory limit instead of telling it by MaxRAM.',
  docs: `
\`-XX:MaxRAM\` tells the Java VM how much memory there is. That figure stays in the image when the limit of the container
is changed: the heap then is too small for its limit, or too large for it, and the kernel kills the program.

Since Java 10 and 8u191 the VM reads the limit itself. Delete the flag; \`-XX:MaxRAMPercentage\` says which share of the
limit the heap may take.`,
  sources: {
    'JDK-8146115: container detection': 'https://bugs.openjdk.org/browse/JDK-8146115',
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Alone',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="«-XX:MaxRAM=500m» -XX:+UseSerialGC"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:MaxRAMPercentage=75.0 -XX:+UseSerialGC"`,
    },
    {
      title: 'Beside a flag that bounds the heap',
      bad: `
        FROM amazoncorretto:8u392
        CMD ["java", "-XX:MaxRAMPercentage=60.0", "«-XX:MaxRAM=1g»", "-jar", "app.jar"]`,
      good: `
        FROM amazoncorretto:8u392
        CMD ["java", "-XX:MaxRAMPercentage=60.0", "-jar", "app.jar"]`,
    },
    {
      title: 'A Java that cannot read its limit, or of which nothing is known',
      good: `
        FROM openjdk:8u181-jre AS old
        CMD java -XX:MaxRAM=500m -jar app.jar
        FROM registry.example.com/java
        CMD java -XX:MaxRAM=500m -jar app.jar`,
    },
    {
      title: 'In a script, which may run with any Java',
      kind: 'shell',
      good: `
        #!/bin/sh
        exec java -XX:MaxRAM=500m -jar app.jar`,
    },
    {
      title: 'A figure from a variable',
      good: `
        FROM eclipse-temurin:21-jre
        CMD java -XX:MaxRAM=$MEMORY_LIMIT -jar app.jar`,
    },
    {
      title: 'In a Compose file, where the tag tells the Java',
      kind: 'compose',
      bad: `
        services:
          api:
            image: eclipse-temurin:21-jre
            environment:
              JAVA_TOOL_OPTIONS: «-XX:MaxRAM=500m»
          other:
            image: example/api:1.4
            environment:
              JAVA_TOOL_OPTIONS: -XX:MaxRAM=500m`,
      good: `
        services:
          api:
            image: eclipse-temurin:21-jre
            environment:
              JAVA_TOOL_OPTIONS: -XX:MaxRAMPercentage=75.0
          other:
            image: example/api:1.4
            environment:
              JAVA_TOOL_OPTIONS: -XX:MaxRAM=500m`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      if (!knowsContainers(javaFor(list))) continue;
      for (const option of list.options) {
        if (flagOf(option.text)?.name !== 'MaxRAM' || !option.literal) continue;
        yield {
          at: option.at,
          message: say`The VM reads the memory limit itself; ${option.text} stays as it is when the limit changes.`,
          fix: withoutIt(list, option),
        };
      }
    }
  },
});

function withoutIt(list: OptionList, option: ProgramOption): Fix | undefined {
  if (!list.options.some((other) => other !== option && isHeapLimit(other))) {
    return option.word && suggestion(`Use ${INSTEAD} instead`, replace(option.word, INSTEAD));
  }
  const edits = withoutOptions(list, [option]);
  return edits && suggestion('Delete it', ...edits);
}
