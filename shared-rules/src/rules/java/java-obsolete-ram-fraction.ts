import { replace, suggestion, withoutOptions, type Fix } from '../../edit.js';
import { javaFor, jvmOptionLists } from '../../knowledge/java.js';
import { flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList, ProgramOption } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** What took the place of each. Source: JDK-8186315. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['MaxRAMFraction', 'MaxRAMPercentage'],
  ['DefaultMaxRAMFraction', 'MaxRAMPercentage'],
  ['MinRAMFraction', 'MinRAMPercentage'],
  ['InitialRAMFraction', 'InitialRAMPercentage'],
]);

/** From this version on they are ignored. */
const IGNORED_SINCE = 23;

export default rule({
  id: 'java-obsolete-ram-fraction',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['java', 'memory', 'deprecated'],
  since: 'next',
  summary: 'Say the share of the heap by MaxRAMPercentage, not by MaxRAMFraction.',
  docs: `
\`-XX:MaxRAMFraction\` and its siblings have been deprecated since Java 10, and Java 23 ignores them: after an upgrade the heap
quietly shrinks to the default of a quarter. They could only say a half, a third, a quarter; and a fraction of 1 gives the
heap all of the limit, so that the kernel kills the program as soon as it makes use of that.

The percentages say any share: \`-XX:MaxRAMPercentage=75.0\` leaves room for what the VM needs besides its heap.`,
  sources: {
    'JDK-8186315: the fractions are deprecated': 'https://bugs.openjdk.org/browse/JDK-8186315',
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A half, and all of it',
      bad: `
        FROM eclipse-temurin:17-jre AS half
        ENV JAVA_OPTS="«-XX:MaxRAMFraction=2» -XX:+UseG1GC"
        FROM eclipse-temurin:17-jre
        CMD ["java", "«-XX:MaxRAMFraction=1»", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:17-jre AS half
        ENV JAVA_OPTS="-XX:MaxRAMPercentage=50.0 -XX:+UseG1GC"
        FROM eclipse-temurin:17-jre
        CMD ["java", "-XX:MaxRAMPercentage=75.0", "-jar", "app.jar"]`,
    },
    {
      title: 'The siblings, with a Java that ignores them and one of which nothing is known',
      bad: `
        FROM eclipse-temurin:24-jre
        ENV JAVA_TOOL_OPTIONS="«-XX:InitialRAMFraction=4» «-XX:MinRAMFraction=3»"
        FROM registry.example.com/java
        CMD java «-XX:DefaultMaxRAMFraction=4» -jar app.jar`,
      good: `
        FROM eclipse-temurin:24-jre
        ENV JAVA_TOOL_OPTIONS="-XX:InitialRAMPercentage=25.0 -XX:MinRAMPercentage=33.3"
        FROM registry.example.com/java
        CMD java -XX:MaxRAMPercentage=25.0 -jar app.jar`,
    },
    {
      title: 'Beside the percentage, in an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        exec java -XX:MaxRAMPercentage=70.0 «-XX:MaxRAMFraction=2» -jar app.jar`,
      good: `
        #!/bin/sh
        exec java -XX:MaxRAMPercentage=70.0 -jar app.jar`,
    },
    {
      title: 'The versions that know nothing else',
      good: `
        FROM openjdk:8u181-jre
        CMD java -XX:MaxRAMFraction=2 -jar app.jar`,
    },
    {
      title: 'Percentages, and an argument of the program',
      good: `
        FROM eclipse-temurin:17-jre
        CMD java -XX:MaxRAMPercentage=50.0 -jar app.jar -XX:MaxRAMFraction=2`,
    },
    {
      title: 'In a Compose file',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: "«-XX:MaxRAMFraction=2»"`,
      good: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: "-XX:MaxRAMPercentage=50.0"`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      const java = javaFor(list);
      if (java && java.major < 10) continue;
      for (const option of list.options) {
        const flag = flagOf(option.text);
        const instead = flag && REPLACEMENTS.get(flag.name);
        if (!flag || instead === undefined) continue;
        yield {
          at: option.at,
          message:
            java && java.major >= IGNORED_SINCE
              ? say`Java ${java.major} ignores ${flag.name}: the heap is a quarter of the limit.`
              : say`${flag.name} is deprecated, and ignored from Java ${IGNORED_SINCE} on.`,
          fix: asPercentage(list, option, instead, flag.value),
        };
      }
    }
  },
});

function asPercentage(list: OptionList, option: ProgramOption, name: string, value = ''): Fix | undefined {
  if (list.options.some(({ text }) => flagOf(text)?.name === name)) {
    const edits = withoutOptions(list, [option]);
    return edits && suggestion(`Delete it, since ${name} is there`, ...edits);
  }
  const fraction = Number(value);
  if (!option.word || !option.literal || !/^\d{1,3}$/.test(value) || fraction < 1) return undefined;
  // The whole limit for the heap leaves nothing for the rest.
  const share = fraction === 1 && name === 'MaxRAMPercentage' ? 75 : 100 / fraction;
  const text = `-XX:${name}=${share.toFixed(1)}`;
  return suggestion(`Write ${text}`, replace(option.word, text));
}
