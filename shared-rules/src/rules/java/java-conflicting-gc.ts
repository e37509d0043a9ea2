import { javaFor, jvmOptionLists, type JavaVersion } from '../../knowledge/java.js';
import { collectorOf, COLLECTORS, EXPERIMENTAL, flagOf, switchesOn } from '../../knowledge/jvm-flags.js';
import type { OptionList, ProgramOption } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'java-conflicting-gc',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'error',
  profile: 'recommended',
  tags: ['java', 'broken-start'],
  since: 'next',
  summary: 'Choose one garbage collector that this Java has.',
  docs: `
The Java VM refuses to start when two garbage collectors are chosen ("Multiple garbage collectors selected"), when one is an
experiment that has not been unlocked, or when one has been taken out: the image builds, the container dies.

Keep one. ParNew went with Java 10, CMS with 14, the old parallel one with 15, and \`ZGenerational\` means nothing since 24.
For the first version without it a flag is ignored with a warning; the next ones refuse to start.
ZGC and Shenandoah need \`-XX:+UnlockExperimentalVMOptions\` before Java 15.`,
  sources: {
    'JEP 363: the CMS collector is removed': 'https://openjdk.org/jeps/363',
    'JEP 377: ZGC for production': 'https://openjdk.org/jeps/377',
    'JEP 490: the mode of ZGC without generations is removed': 'https://openjdk.org/jeps/490',
  },
  examples: [
    {
      title: 'Two of them',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:+UseG1GC -Xmx1g «-XX:+UseZGC»"`,
    },
    {
      title: 'Two of them in an exec form, with a Java of which nothing is known',
      bad: `
        FROM registry.example.com/java
        ENTRYPOINT ["java", "-XX:+UseSerialGC", "«-XX:+UseParallelGC»", "-jar", "app.jar"]`,
    },
    {
      title: 'Collectors that are gone',
      bad: `
        FROM eclipse-temurin:17-jre
        CMD java «-XX:+UseConcMarkSweepGC» «-XX:+UseParNewGC» -jar app.jar`,
    },
    {
      title: 'One that had to be unlocked, and a mode that is gone',
      bad: `
        FROM eclipse-temurin:11-jre AS old
        CMD java «-XX:+UseZGC» -jar app.jar
        FROM eclipse-temurin:25-jre
        CMD java -XX:+UseZGC «-XX:+ZGenerational» -jar app.jar`,
    },
    {
      title: 'Two of them in an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        exec java -XX:+UseG1GC «-XX:+UseShenandoahGC» -jar app.jar`,
    },
    {
      title: 'One for the build tool and one for the program',
      good: `
        FROM maven:3.9-eclipse-temurin-21
        ENV MAVEN_OPTS="-XX:+UseParallelGC"
        ENV JAVA_OPTS="-XX:+UseG1GC"`,
    },
    {
      title: 'Two flags of one collector, one that is switched off, and one that is unlocked',
      good: `
        FROM eclipse-temurin:8-jre AS eight
        CMD java -XX:+UseConcMarkSweepGC -XX:+UseParNewGC -jar app.jar
        FROM eclipse-temurin:17-jre AS off
        CMD java -XX:-UseParallelGC -XX:+UseG1GC -jar app.jar
        FROM eclipse-temurin:11-jre
        CMD java -XX:+UnlockExperimentalVMOptions -XX:+UseZGC -jar app.jar`,
    },
    {
      title: 'Old ones with a Java of which nothing is known',
      good: `
        FROM registry.example.com/java
        CMD java -XX:+UseConcMarkSweepGC -jar app.jar`,
    },
    {
      title: 'In a Compose file',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -XX:+UseG1GC «-XX:+UseSerialGC»`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      const java = javaFor(list);
      let first: { readonly option: ProgramOption; readonly family: string } | undefined;
      for (const option of list.options) {
        const gone = java && removedIn(option, java);
        if (gone) yield gone;
        const family = COLLECTORS.get(collectorOf(option.text) ?? '')?.family;
        if (gone || family === undefined) continue;
        if (java && isLocked(option, list, java)) {
          yield {
            at: option.at,
            message: say`Java ${java.major} has ${family} only as an experiment that is unlocked first.`,
          };
        } else if (first && first.family !== family) {
          yield {
            at: option.at,
            message: say`${first.option.text} chooses another collector already: the VM refuses to start.`,
            related: [{ at: first.option.at, message: say`The first one.` }],
          };
        }
        first ??= { option, family };
      }
    }
  },
});

/** The first major that has no more generations to choose. */
const WITHOUT_ZGENERATIONAL = 24;

function removedIn({ text, at }: ProgramOption, { major }: JavaVersion) {
  const flag = flagOf(text);
  const until = flag?.name === 'ZGenerational' ? WITHOUT_ZGENERATIONAL : COLLECTORS.get(collectorOf(text) ?? '')?.until;
  if (!flag || until === undefined || major < until) return undefined;
  // The first version without a flag only warns.
  return major === until
    ? { at, message: say`Java ${major} ignores ${flag.name}.`, severity: 'warning' as const }
    : { at, message: say`${flag.name} is gone since Java ${until}: the VM refuses to start.` };
}

function isLocked({ text }: ProgramOption, { options }: OptionList, { major }: JavaVersion): boolean {
  const until = EXPERIMENTAL.get(collectorOf(text) ?? '');
  // Shenandoah came to older versions by back-ports that are not locked.
  const isJudged = switchesOn(text, 'UseZGC') && major >= 11;
  return (
    isJudged &&
    until !== undefined &&
    major < until &&
    !options.some((one) => switchesOn(one.text, 'UnlockExperimentalVMOptions'))
  );
}
