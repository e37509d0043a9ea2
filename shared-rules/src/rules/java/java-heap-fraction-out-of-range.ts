import { replace, suggestion, type Fix } from '../../edit.js';
import { isRunIn } from '../../knowledge/builds.js';
import { isForProduction, isHeapLimit, jvmOptionLists } from '../../knowledge/java.js';
import { bytesOf, flagOf } from '../../knowledge/jvm-flags.js';
import type { Amount, OptionList, ProgramOption } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

const SHARE = 75;
const MEBIBYTE = 2 ** 20;

export default rule({
  id: 'java-heap-fraction-out-of-range',
  kinds: ['dockerfile', 'shell', 'compose', 'kubernetes'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['java', 'memory'],
  since: 'next',
  summary: 'Give the heap of a Java program between half and four fifths of the memory limit.',
  docs: `
The heap is not all that a Java VM needs: metaspace, compiled code, thread stacks and direct buffers come on top.
With more than about 80 % for the heap they no longer fit below the container's limit, and the kernel kills the
program without a word in its log. With less than half, memory that is paid for lies idle.

\`-XX:MaxRAMPercentage=75.0\` is a good start; measure from there. A size in \`-Xmx\` is compared with the memory limit of a Compose
service or a Kubernetes container, where both are known; \`-XX:MaxRAM\`, which the VM does not need any more, belongs close to the limit.

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
    {
      title: 'A size that fills the limit, in Compose',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xms256m -Xmx«1g»
            mem_limit: 1g`,
      good: `
        services:
          api:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xms256m -Xmx768m
            mem_limit: 1g`,
    },
    {
      title: 'Sizes of which one is too close to the limit and one too far from it, in Kubernetes',
      kind: 'kubernetes',
      bad: `
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: api
        spec:
          template:
            spec:
              containers:
                - name: close
                  image: example/api:1.4
                  env:
                    - name: JAVA_TOOL_OPTIONS
                      value: "-Xmx«900m»"
                  resources:
                    limits:
                      memory: 1Gi
                - name: far
                  image: example/api:1.4
                  command: ["java", "-Xmx«512m»", "-jar", "/app.jar"]
                  resources:
                    limits:
                      memory: 4Gi`,
      good: `
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: api
        spec:
          template:
            spec:
              containers:
                - name: close
                  image: example/api:1.4
                  env:
                    - name: JAVA_TOOL_OPTIONS
                      value: "-Xmx768m"
                  resources:
                    limits:
                      memory: 1Gi
                - name: far
                  image: example/api:1.4
                  command: ["java", "-Xmx3072m", "-jar", "/app.jar"]
                  resources:
                    limits:
                      memory: 4Gi`,
    },
    {
      title: 'A MaxRAM far below the limit',
      kind: 'compose',
      bad: `
        services:
          api:
            image: example/api:1.4
            environment:
              - JAVA_OPTS=-XX:MaxRAM=«500m»
            mem_limit: 1g`,
      good: `
        services:
          api:
            image: example/api:1.4
            environment:
              - JAVA_OPTS=-XX:MaxRAM=1024m
            mem_limit: 1g`,
    },
    {
      title: 'A size in the Dockerfile, and the limit in the Compose file that builds it',
      files: { 'compose.yaml': 'services:\n  api:\n    build: .\n    mem_limit: 1g\n' },
      bad: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-Xmx«1g»"
        ENTRYPOINT ["java", "-jar", "/app.jar"]`,
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-Xmx768m"
        ENTRYPOINT ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'A size in the Dockerfile that the Compose file overrules',
      files: {
        'compose.yaml':
          'services:\n  api:\n    build: .\n    mem_limit: 1g\n    environment:\n      JAVA_TOOL_OPTIONS: -Xmx700m\n',
      },
      good: `
        FROM eclipse-temurin:21-jre
        ENV JAVA_TOOL_OPTIONS="-Xmx1g"
        ENTRYPOINT ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'Sizes that fit, and limits that are not known',
      kind: 'compose',
      path: 'compose.yaml',
      files: {
        Dockerfile:
          'FROM eclipse-temurin:21-jre\nENV JAVA_TOOL_OPTIONS="-Xmx1g"\nENTRYPOINT ["java", "-jar", "/app.jar"]\n',
      },
      good: `
        services:
          fits:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xmx700m
            mem_limit: 1g
          unlimited:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xmx4g
          variable:
            image: example/api:1.4
            environment:
              JAVA_OPTS: -Xmx4g
            mem_limit: $LIMIT`,
    },
  ],
  *check(file, { options: bounds, workspace }) {
    for (const list of jvmOptionLists(file)) {
      if (!isForProduction(list)) continue;
      yield* shares(list, bounds);
      yield* sizes(list, bounds, workspace);
    }
  },
});

interface Bounds {
  readonly min: number;
  readonly max: number;
}

function* shares({ options }: OptionList, { min, max }: Bounds): Iterable<Finding> {
  for (const { text, word } of options) {
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
      severity: share > max ? 'warning' : 'info',
      fix: suggestion(`Give it ${SHARE} %`, replace(value, `${SHARE}.0`)),
    };
  }
}

/** The sizes that are given beside a memory limit, or in an image that is run under one. */
function* sizes(list: OptionList, bounds: Bounds, workspace: Workspace): Iterable<Finding> {
  const { container, options } = list;
  if (container) {
    if (container.memoryLimit) yield* against(container.memoryLimit, undefined, options, bounds);
    return;
  }
  if (!options.some(({ text }) => heapIn(text) !== undefined || ramIn(text) !== undefined)) return;
  for (const { limit, path } of limitsFor(list, workspace)) {
    const found = [...against(limit, path, options, bounds)];
    yield* found;
    if (found.length > 0) return;
  }
}

function* against(
  limit: Amount,
  path: string | undefined,
  options: readonly ProgramOption[],
  bounds: Bounds,
): Iterable<Finding> {
  if (limit.value === undefined) return;
  const related = [{ at: limit.node, ...(path === undefined ? {} : { path }), message: say`The limit.` }];
  for (const { text, word, at } of options) {
    const heap = heapIn(text);
    const fault = heap === undefined ? undefined : faultOf(heap, limit.value, bounds);
    if (fault) {
      const value = word?.part('-Xmx'.length);
      yield { at: value ?? at, ...fault, fix: value && sized(value, (limit.value * SHARE) / 100), related };
    }
    const told = ramIn(text);
    if (told === undefined || (told >= limit.value * 0.9 && told <= limit.value)) continue;
    const value = word?.part(text.indexOf('=') + 1);
    yield {
      at: value ?? at,
      message: say`The VM is told of ${inMebibytes(told)}, and the limit is ${inMebibytes(limit.value)}.`,
      severity: 'info',
      fix: value && sized(value, limit.value),
      related,
    };
  }
}

const ramIn = (text: string): number | undefined => {
  const flag = flagOf(text);
  return flag?.name === 'MaxRAM' ? bytesOf(flag.value ?? '') : undefined;
};

const heapIn = (text: string): number | undefined =>
  text.startsWith('-Xmx') ? bytesOf(text.slice('-Xmx'.length)) : undefined;

const inMebibytes = (bytes: number): string => `${Math.floor(bytes / MEBIBYTE)}m`;

const sized = (value: Parameters<typeof replace>[0], bytes: number): Fix => {
  const size = inMebibytes(bytes);
  return suggestion(`Make it ${size}`, replace(value, size));
};

function faultOf(heap: number, limit: number, { min, max }: Bounds): Pick<Finding, 'message' | 'severity'> | undefined {
  const share = Math.round((heap * 100) / limit);
  if (heap >= limit) {
    return {
      message: say`The heap alone may fill the limit: the kernel kills the program before it does.`,
      severity: 'error',
    };
  }
  if (share > max) {
    return {
      message: say`${share} % of the limit for the heap leaves too little for what else the VM needs.`,
      severity: 'warning',
    };
  }
  return share < min
    ? { message: say`${share} % of the limit for the heap leaves most of it unused.`, severity: 'info' }
    : undefined;
}

/** The limits under which the image that a list of a Dockerfile belongs to is run, where nothing sets another heap there. */
function* limitsFor(
  { instruction }: OptionList,
  workspace: Workspace,
): Iterable<{ readonly limit: Amount; readonly path: string }> {
  const stage = instruction?.stage;
  if (!stage) return;
  for (const { container, file, target } of workspace.uses()) {
    const { memoryLimit: limit } = container;
    const isOther = jvmOptionLists(file).some((list) => list.container === container && list.options.some(isHeapLimit));
    if (limit && isRunIn(stage, target) && !isOther && !container.hasMoreEnvironment && !container.entrypoint)
      yield { limit, path: file.path };
  }
}
