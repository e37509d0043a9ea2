import { suggestion, withoutOptions } from '../../edit.js';
import { isRunIn } from '../../knowledge/builds.js';
import { isForProduction, javaFor, jvmOptionLists, knowsContainers } from '../../knowledge/java.js';
import { flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'java-parallel-gc-threads',
  kinds: ['dockerfile', 'compose', 'kubernetes'],
  severity: 'info',
  profile: 'recommended',
  tags: ['java', 'cpu'],
  since: 'next',
  summary: 'Let the Java VM work out its number of garbage collection threads.',
  docs: `
\`-XX:ParallelGCThreads\` in an image stays as it is wherever the image runs. With more threads than the CPU limit allows they
take turns, and every pause for garbage collection becomes longer; with fewer, CPUs that are paid for stand idle.

Since Java 10 and 8u191 the VM works the number out from the CPU limit of its container: delete the flag.
Where a pod has no CPU limit, \`-XX:ActiveProcessorCount\` in its deployment says how many CPUs to count on, for
garbage collection and for every other pool of threads.`,
  sources: {
    'JDK-8146115: container detection': 'https://bugs.openjdk.org/browse/JDK-8146115',
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'In a variable',
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:+UseParallelGC «-XX:ParallelGCThreads=8»"`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_OPTS="-XX:+UseParallelGC"`,
    },
    {
      title: 'In an exec form, and the threads beside the program',
      bad: `
        FROM amazoncorretto:17
        CMD ["java", "«-XX:ParallelGCThreads=2»", "«-XX:ConcGCThreads=1»", "-jar", "app.jar"]`,
      good: `
        FROM amazoncorretto:17
        CMD ["java", "-jar", "app.jar"]`,
    },
    {
      title: 'More than the limit of a service',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            cpus: 1.5
            environment:
              JAVA_OPTS: -Xmx512m «-XX:ParallelGCThreads=4»
          enough:
            image: example/api:1.4
            cpus: 1.5
            environment:
              JAVA_OPTS: -Xmx512m -XX:ParallelGCThreads=2`,
      good: `
        services:
          api:
            image: example/api:1.4
            cpus: 1.5
            environment:
              JAVA_OPTS: -Xmx512m
          enough:
            image: example/api:1.4
            cpus: 1.5
            environment:
              JAVA_OPTS: -Xmx512m -XX:ParallelGCThreads=2`,
    },
    {
      title: 'A number from a variable, and the number of CPUs',
      good: `
        FROM eclipse-temurin:21-jre
        CMD java -XX:ParallelGCThreads=$THREADS -XX:ActiveProcessorCount=2 -jar app.jar`,
    },
    {
      title: 'A Java that sees every CPU of the machine, or of which nothing is known',
      good: `
        FROM openjdk:8u181-jre AS old
        CMD java -XX:ParallelGCThreads=2 -jar app.jar
        FROM registry.example.com/java
        CMD java -XX:ParallelGCThreads=2 -jar app.jar`,
    },
    {
      title: 'A build tool',
      good: `
        FROM maven:3.9-eclipse-temurin-21
        ENV MAVEN_OPTS="-XX:ParallelGCThreads=2"`,
    },
  ],
  *check(file, { workspace }) {
    for (const list of jvmOptionLists(file)) {
      if (!isForProduction(list)) continue;
      for (const option of list.options) {
        const flag = flagOf(option.text);
        if (!option.literal || (flag?.name !== 'ParallelGCThreads' && flag?.name !== 'ConcGCThreads')) continue;
        const limit = limitBelow(Number(flag.value ?? NaN), list, workspace);
        // In a manifest the number stands beside the limit, and somebody may have thought of both.
        if (!limit && (list.container || !knowsContainers(javaFor(list)))) continue;
        const edits = withoutOptions(list, [option]);
        yield {
          at: option.at,
          message: limit
            ? say`These are more threads than the CPU limit allows, so they take turns.`
            : say`The VM works this number out from the CPU limit; ${option.text} stays as it is wherever the image runs.`,
          fix: edits && suggestion('Delete it', ...edits),
          related: limit ? [{ at: limit.node, ...limit.place, message: say`The limit.` }] : [],
        };
      }
    }
  },
});

/** A CPU limit that has fewer CPUs, rounded up. */
function limitBelow(threads: number, { container, instruction }: OptionList, workspace: Workspace) {
  const stage = instruction?.stage;
  const uses = stage ? workspace.uses().filter(({ target }) => isRunIn(stage, target)) : [];
  const limits = container
    ? [{ amount: container.cpuLimit, place: {} }]
    : uses.map((use) => ({ amount: use.container.cpuLimit, place: { path: use.file.path } }));
  for (const { amount, place } of limits) {
    if (amount?.value !== undefined && threads > Math.ceil(amount.value)) return { node: amount.node, place };
  }
  return undefined;
}
