import { replace, suggestion } from '../../edit.js';
import { isForProduction, jvmOptionLists } from '../../knowledge/java.js';
import { flagOf } from '../../knowledge/jvm-flags.js';
import { rule, say } from '../../rule.js';

const SHARE = '75.0';

export default rule({
  id: 'java-heap-fraction-out-of-range',
  kinds: ['dockerfile', 'shell'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Give the heap of a Java program between half and four fifths of the memory limit.',
  docs: `
The heap is not all that a Java VM needs: metaspace, compiled code, thread stacks and direct buffers come on top.
With more than about 80 % for the heap they no longer fit below the container's limit, and the kernel kills the
program without a word in its log. With less than half, memory that is paid for lies idle.

\`-XX:MaxRAMPercentage=75.0\` is a good start; measure from there.
Containers with many gigabytes can give the heap more: raise the bounds.`,
  sources: {
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    min: { type: 'integer', default: 50, min: 0, max: 100, about: 'The least share of the limit, in per cent.' },
    max: { type: 'integer', default: 80, min: 0, max: 100, about: 'The greatest share of the limit, in per cent.' },
  },
  examples: [
    {
      title: 'All of the limit, in a variable',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=«100.0» -XX:+ExitOnOutOfMemoryError"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75.0 -XX:+ExitOnOutOfMemoryError"`,
    },
    {
      title: 'Too much in an exec form',
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:MaxRAMPercentage=«90»", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
    },
    {
      title: 'Too little, in an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        export JAVA_OPTS="-XX:MaxRAMPercentage=«30.0»"
        exec java $JAVA_OPTS -jar /app.jar`,
      good: `
        #!/bin/sh
        export JAVA_OPTS="-XX:MaxRAMPercentage=75.0"
        exec java $JAVA_OPTS -jar /app.jar`,
    },
    {
      title: 'Within the bounds, or within those of a team',
      options: { max: 90 },
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=85.0"
        CMD ["java", "-XX:MaxRAMPercentage=50.0", "-jar", "app.jar"]`,
    },
    {
      title: 'A share from a variable, no share at all, and a build tool',
      good: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        ENV MAVEN_OPTS="-XX:MaxRAMPercentage=90.0"
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=$SHARE"
        CMD ["java", "-Xmx4g", "-jar", "app.jar"]`,
    },
  ],
  *check(file, { options: { min, max } }) {
    for (const list of jvmOptionLists(file)) {
      if (!isForProduction(list)) continue;
      for (const { text, word } of list.options) {
        const flag = flagOf(text);
        const share = flag?.name === 'MaxRAMPercentage' ? Number(flag.value ?? NaN) : NaN;
        const value = word?.part(text.indexOf('=') + 1);
        if (!value || !(share > max || share < min)) continue;
        yield {
          at: value,
          message:
            share > max
              ? say`${share} % for the heap leaves too little for what else the VM needs: the kernel kills it at the limit.`
              : say`${share} % for the heap leaves most of the memory limit unused.`,
          severity: share > max ? ('warning' as const) : ('info' as const),
          fix: suggestion(`Give it ${SHARE} %`, replace(value, SHARE)),
        };
      }
    }
  },
});
