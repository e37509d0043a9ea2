import { replace, suggestion } from '../../edit.js';
import { isForProduction, jvmOptionLists } from '../../knowledge/java.js';
import { collectorOf, COLLECTORS, flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const SERIAL = '-XX:+UseSerialGC';

export default rule({
  id: 'java-single-cpu-gc',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'info',
  profile: 'recommended',
  tags: ['java', 'cpu'],
  since: 'next',
  summary: 'Collect garbage serially where a Java program has one CPU.',
  docs: `
A parallel or concurrent collector on one CPU has nobody to work beside: its threads take turns with each other and with the program, need
more memory for their books, and every pause gets longer.

\`${SERIAL}\` does the same work with one thread. The VM chooses it by itself below two CPUs or 1792 MB of memory, so it is enough to
delete the flag that says otherwise.`,
  sources: {
    'Available collectors': 'https://docs.oracle.com/en/java/javase/21/gctuning/available-collectors.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A limit of Compose',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_TOOL_OPTIONS: -XX:MaxRAMPercentage=75.0 «-XX:+UseG1GC»
            deploy:
              resources:
                limits:
                  cpus: "0.5"`,
      good: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_TOOL_OPTIONS: -XX:MaxRAMPercentage=75.0 -XX:+UseSerialGC
            deploy:
              resources:
                limits:
                  cpus: "0.5"`,
    },
    {
      title: 'A limit of Kubernetes',
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
                  value: "«-XX:+UseParallelGC» -Xmx512m"
              resources:
                limits:
                  cpu: 1000m`,
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
                  value: "-XX:+UseSerialGC -Xmx512m"
              resources:
                limits:
                  cpu: 1000m`,
    },
    {
      title: 'One CPU by the options themselves',
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:ActiveProcessorCount=1", "«-XX:+UseZGC»", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:ActiveProcessorCount=1", "-XX:+UseSerialGC", "-jar", "app.jar"]`,
    },
    {
      title: 'More CPUs, none that are counted, or the serial collector',
      kind: 'compose',
      good: `
        services:
          many:
            image: example/api:1.4
            cpus: 2
            environment:
              - JAVA_OPTS=-XX:+UseG1GC
          unlimited:
            image: example/api:1.4
            environment:
              - JAVA_OPTS=-XX:+UseG1GC
          serial:
            image: example/api:1.4
            cpus: 1
            environment:
              - JAVA_OPTS=-XX:+UseSerialGC
          counted:
            image: example/api:1.4
            cpus: 1
            environment:
              - JAVA_OPTS=-XX:+UseG1GC -XX:ActiveProcessorCount=2`,
    },
    {
      title: 'A limit from a variable, and no limit in sight',
      kind: 'compose',
      good: `
        services:
          api:
            image: example/api:1.4
            cpus: $CPUS
            environment:
              JAVA_OPTS: -XX:+UseG1GC`,
    },
    {
      title: 'A Dockerfile without a limit',
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:+UseG1GC", "-XX:ActiveProcessorCount=4", "-jar", "app.jar"]`,
    },
  ],
  *check(file) {
    for (const list of jvmOptionLists(file)) {
      const limit = list.container?.cpuLimit;
      const cpus = countedIn(list) ?? limit?.value;
      const option = list.options.find(({ text }) => collectorOf(text) !== undefined);
      const name = option && collectorOf(option.text);
      const family = name && COLLECTORS.get(name)?.family;
      if (!option || cpus === undefined || cpus > 1 || !isForProduction(list)) continue;
      if (family === 'Serial' || family === 'Epsilon') continue;
      yield {
        at: option.at,
        message: say`With one CPU the threads of ${option.text} only take turns.`,
        fix: option.word && suggestion(`Use ${SERIAL}`, replace(option.word, SERIAL)),
        related: limit ? [{ at: limit.node, message: say`The limit.` }] : [],
      };
    }
  },
});

/** The CPUs that the VM is told to count on. */
function countedIn({ options }: OptionList): number | undefined {
  const count = options
    .map(({ text }) => flagOf(text))
    .findLast((flag) => flag?.name === 'ActiveProcessorCount')?.value;
  return count !== undefined && /^\d{1,4}$/.test(count) ? Number(count) : undefined;
}
