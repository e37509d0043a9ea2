import { fix, suggestion, withoutOptions, type Fix } from '../../edit.js';
import { javaFor, jvmOptionLists, knowsContainers } from '../../knowledge/java.js';
import { flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList, ProgramOption } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'java-use-container-support-disabled',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Leave the container support of the Java VM on, so that it sees its limits.',
  docs: `
With \`-XX:-UseContainerSupport\` the Java VM looks past the container at the whole machine: it sizes heap and thread pools
by the node's memory and CPUs, outgrows its limit and is killed by the kernel.

Delete the flag. Since Java 10 and 8u191 the support is on by itself, so \`-XX:+UseContainerSupport\` says nothing either.`,
  sources: {
    'JDK-8146115: container detection': 'https://bugs.openjdk.org/browse/JDK-8146115',
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Switched off in a variable',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-Xmx512m «-XX:-UseContainerSupport»"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-Xmx512m"`,
    },
    {
      title: 'Switched off in a shell form, with a Java of which nothing is known',
      bad: `
        FROM registry.example.com/java
        CMD java «-XX:-UseContainerSupport» -jar app.jar`,
      good: `
        FROM registry.example.com/java
        CMD java -jar app.jar`,
    },
    {
      title: 'Switched on where it is on',
      bad: `
        FROM eclipse-temurin:17-jre
        ENTRYPOINT ["java", "«-XX:+UseContainerSupport»", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:17-jre
        ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
    },
    {
      title: 'Alone in its variable',
      bad: `
        FROM eclipse-temurin:17-jre
        ENV JAVA_TOOL_OPTIONS="«-XX:+UseContainerSupport»"
        CMD ["java", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:17-jre
        CMD ["java", "-jar", "app.jar"]`,
    },
    {
      title: 'Switched off in an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        exec java -Xmx1g «-XX:-UseContainerSupport» -jar app.jar`,
      good: `
        #!/bin/sh
        exec java -Xmx1g -jar app.jar`,
    },
    {
      title: 'Switched on where an old or an unknown Java may need the word',
      good: `
        FROM eclipse-temurin:8-jre AS rolling
        ENV JAVA_TOOL_OPTIONS="-XX:+UseContainerSupport"
        FROM registry.example.com/java
        CMD java -XX:+UseContainerSupport -jar app.jar`,
    },
    {
      title: 'Other switches',
      good: `
        FROM eclipse-temurin:21-jre
        CMD java -XX:-UsePerfData -jar app.jar`,
    },
    {
      title: 'In a Compose file',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: «-XX:-UseContainerSupport» -Xmx512m`,
      good: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xmx512m`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      for (const option of list.options) {
        const flag = flagOf(option.text);
        if (flag?.name !== 'UseContainerSupport') continue;
        if (flag.sign === '-') {
          yield {
            at: option.at,
            message: say`Without container support the VM sees the whole machine and outgrows its limits.`,
            fix: removal(list, option, false),
          };
        } else if (flag.sign === '+' && knowsContainers(javaFor(list))) {
          yield {
            at: option.at,
            message: say`Container support is on by itself in this Java.`,
            severity: 'hint' as const,
            fix: removal(list, option, true),
          };
        }
      }
    }
  },
});

function removal(list: OptionList, option: ProgramOption, isRedundant: boolean): Fix | undefined {
  const edits = withoutOptions(list, [option]);
  if (!edits) return undefined;
  // With its last option a variable goes as a whole, which a script may notice.
  const isSafe = isRedundant && (list.command !== undefined || list.options.length > 1);
  return isSafe
    ? fix({ title: 'Delete it', changes: ['stated defaults'] }, ...edits)
    : suggestion('Delete it', ...edits);
}
