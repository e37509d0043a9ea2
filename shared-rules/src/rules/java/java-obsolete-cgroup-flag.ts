import { replace, suggestion, withoutOptions, type Fix } from '../../edit.js';
import { isAtLeast, isHeapLimit, javaFor, jvmOptionLists } from '../../knowledge/java.js';
import { EXPERIMENTAL, flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList, ProgramOption } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const FLAG = 'UseCGroupMemoryLimitForHeap';
const UNLOCK = 'UnlockExperimentalVMOptions';
const INSTEAD = '-XX:MaxRAMPercentage=75.0';

export default rule({
  id: 'java-obsolete-cgroup-flag',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'error',
  profile: 'recommended',
  tags: ['java', 'runtime', 'broken-start'],
  since: 'next',
  summary: 'Drop UseCGroupMemoryLimitForHeap, which makes a modern Java VM refuse to start.',
  docs: `
\`-XX:+UseCGroupMemoryLimitForHeap\` was an experiment of Java 8 and 9. Since Java 11 the VM does not know it:
it prints "Unrecognized VM option", exits, and the container never comes up.

Delete it together with the \`UnlockExperimentalVMOptions\` that it needed. The VM reads the container's limits by itself
since Java 10 and 8u191; \`-XX:MaxRAMPercentage\` says how much of them the heap may take.

Only Java 8 from update 131 to 190 still wants the flag; a newer update is the better way out there as well.`,
  sources: {
    'JDK-8194086: the flag is deprecated': 'https://bugs.openjdk.org/browse/JDK-8194086',
    'JDK-8146115: container detection': 'https://bugs.openjdk.org/browse/JDK-8146115',
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'With the unlocking flag, in a variable',
      bad: `
        FROM eclipse-temurin:17-jre
        ENV JAVA_OPTS="-XX:+UnlockExperimentalVMOptions «-XX:+UseCGroupMemoryLimitForHeap» -Dfile.encoding=UTF-8"
        CMD java $JAVA_OPTS -jar app.jar`,
      good: `
        FROM eclipse-temurin:17-jre
        ENV JAVA_OPTS="-XX:MaxRAMPercentage=75.0 -Dfile.encoding=UTF-8"
        CMD java $JAVA_OPTS -jar app.jar`,
    },
    {
      title: 'In an exec form, where the heap is bounded already',
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:+UnlockExperimentalVMOptions", "«-XX:+UseCGroupMemoryLimitForHeap»", "-Xmx512m", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-Xmx512m", "-jar", "app.jar"]`,
    },
    {
      title: 'Beside another experiment, and in another case',
      bad: `
        FROM debian:12
        CMD java -XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC «-XX:+UseCgroupMemoryLimitForHeap» -jar app.jar`,
      good: `
        FROM debian:12
        CMD java -XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC -XX:MaxRAMPercentage=75.0 -jar app.jar`,
    },
    {
      title: 'Over several lines, where nothing else is left on its own',
      bad: `
        FROM registry.example.com/base/java:1
        ENV JAVA_OPTS="-Xmx512m \\
            -XX:+UnlockExperimentalVMOptions \\
            «-XX:+UseCGroupMemoryLimitForHeap»"`,
      good: `
        FROM registry.example.com/base/java:1
        ENV JAVA_OPTS="-Xmx512m"`,
    },
    {
      title: 'In an entrypoint script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        exec java -XX:+UnlockExperimentalVMOptions «-XX:+UseCGroupMemoryLimitForHeap» -jar /app.jar "$@"`,
      good: `
        #!/bin/sh
        exec java -XX:MaxRAMPercentage=75.0 -jar /app.jar "$@"`,
    },
    {
      title: 'The updates of Java 8 that need it',
      good: `
        FROM openjdk:8u181-jre
        CMD java -XX:+UnlockExperimentalVMOptions -XX:+UseCGroupMemoryLimitForHeap -jar app.jar`,
    },
    {
      title: 'An argument of the program, and flags that are in force',
      good: `
        FROM eclipse-temurin:17-jre
        CMD java -XX:MaxRAMPercentage=75.0 -jar app.jar -XX:+UseCGroupMemoryLimitForHeap`,
    },
    {
      title: 'In a manifest of Kubernetes',
      kind: 'kubernetes',
      bad: `
        apiVersion: v1
        kind: Pod
        metadata:
          name: api
        spec:
          containers:
            - name: api
              image: example/api:1.4
              env:
                - name: JAVA_OPTS
                  value: "-Xmx512m -XX:+UnlockExperimentalVMOptions «-XX:+UseCGroupMemoryLimitForHeap»"`,
      good: `
        apiVersion: v1
        kind: Pod
        metadata:
          name: api
        spec:
          containers:
            - name: api
              image: example/api:1.4
              env:
                - name: JAVA_OPTS
                  value: "-Xmx512m"`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      const option = list.options.find(({ text }) => flagOf(text)?.name.toLowerCase() === FLAG.toLowerCase());
      if (!option) continue;
      const java = javaFor(list);
      const isOld = java !== undefined && java.major < 11;
      if (isOld && java.update !== undefined && java.update >= 131 && !isAtLeast(java, 10, 191)) continue;
      yield {
        at: option.at,
        message: isOld
          ? say`${option.text} has had no use since Java 8u191, and the VM refuses to start with it from Java 11 on.`
          : say`${option.text} is gone: since Java 11 the VM refuses to start with it.`,
        severity: isOld ? ('warning' as const) : ('error' as const),
        fix: withoutIt(list, option),
      };
    }
  },
});

function withoutIt(list: OptionList, option: ProgramOption): Fix | undefined {
  const { options } = list;
  const isNeeded = options.some(({ text }) => {
    const name = flagOf(text)?.name ?? '';
    return name !== FLAG && EXPERIMENTAL.has(name);
  });
  const unlocks = options.filter(({ text }) => flagOf(text)?.name === UNLOCK && !isNeeded);
  if (options.some(isHeapLimit)) {
    const edits = withoutOptions(list, [option, ...unlocks]);
    return edits && suggestion('Delete it', ...edits);
  }
  const rest = withoutOptions(list, unlocks);
  if (!option.word || !rest) return undefined;
  return suggestion(`Use ${INSTEAD} instead`, ...rest, replace(option.word, INSTEAD));
}
