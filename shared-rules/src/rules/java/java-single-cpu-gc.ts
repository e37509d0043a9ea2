import { replace, suggestion } from '../../edit.js';
import { isRunIn } from '../../knowledge/builds.js';
import { isForProduction, jvmOptionLists } from '../../knowledge/java.js';
import { collectorOf, COLLECTORS, flagOf } from '../../knowledge/jvm-flags.js';
import type { OptionList } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

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
      title: 'In the image that a service with such a limit builds',
      files: { 'compose.yaml': 'services:\n  api:\n    build: .\n    cpus: 0.5\n' },
      bad: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "«-XX:+UseG1GC»", "-jar", "app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENTRYPOINT ["java", "-XX:+UseSerialGC", "-jar", "app.jar"]`,
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
  *check(file, { workspace }) {
    for (const list of jvmOptionLists(file)) {
      const option = list.options.find(({ text }) => collectorOf(text) !== undefined);
      const name = option && collectorOf(option.text);
      const family = name && COLLECTORS.get(name)?.family;
      if (!option || !isForProduction(list) || family === 'Serial' || family === 'Epsilon') continue;
      const counted = countedIn(list);
      const limit = counted === undefined ? limitOf(list, workspace) : undefined;
      const cpus = counted ?? limit?.amount.value;
      if (cpus === undefined || cpus > 1) continue;
      yield {
        at: option.at,
        message: say`With one CPU the threads of ${option.text} only take turns.`,
        fix: option.word && suggestion(`Use ${SERIAL}`, replace(option.word, SERIAL)),
        related: limit ? [{ at: limit.amount.node, ...limit.place, message: say`The limit.` }] : [],
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

/** The limit of the container, or the one under which the image is run wherever that can be seen. */
function limitOf({ container, instruction }: OptionList, workspace: Workspace) {
  if (container) return container.cpuLimit && { amount: container.cpuLimit, place: {} };
  const stage = instruction?.stage;
  const uses = stage ? workspace.uses().filter(({ target }) => isRunIn(stage, target)) : [];
  const limits = uses.map(
    ({ container: { cpuLimit: amount }, file: { path } }) => amount && { amount, place: { path } },
  );
  return limits.every((limit) => (limit?.amount.value ?? Infinity) <= 1) ? limits[0] : undefined;
}
