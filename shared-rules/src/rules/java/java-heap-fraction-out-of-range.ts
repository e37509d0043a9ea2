import { replace, suggestion, type Fix } from '../../edit.js';
import { buildOf } from '../../knowledge/builds.js';
import { isForProduction, isHeapLimit, jvmOptionLists, optionsAtStart } from '../../knowledge/java.js';
import { bytesOf, flagOf } from '../../knowledge/jvm-flags.js';
import type { ComposeFile, OptionList, ProgramOption, Service } from '../../model/index.js';
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
      title: 'A size in the Dockerfile that the service builds',
      kind: 'compose',
      path: 'compose.yaml',
      files: {
        Dockerfile:
          'FROM eclipse-temurin:21-jre\nENV JAVA_TOOL_OPTIONS="-Xmx1g"\nENTRYPOINT ["java", "-jar", "/app.jar"]\n',
      },
      bad: `
        services:
          api:
            build: .
            mem_limit: «1g»`,
    },
    {
      title: 'Sizes that fit, limits that are not known, and a heap that the deployment sets',
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
            mem_limit: $LIMIT
          elsewhere:
            build: .
            environment:
              JAVA_TOOL_OPTIONS: -Xmx700m
            mem_limit: 1g`,
    },
  ],
  *check(file, { options: bounds, workspace }) {
    for (const list of jvmOptionLists(file)) {
      if (!isForProduction(list)) continue;
      yield* shares(list, bounds);
      yield* sizes(list, bounds);
    }
    if (file.kind === 'compose') yield* builtSizes(file, bounds, workspace);
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

/** The sizes that a container is given beside its memory limit. */
function* sizes({ container, options }: OptionList, bounds: Bounds): Iterable<Finding> {
  const limit = container?.memoryLimit;
  if (limit?.value === undefined) return;
  for (const option of options) {
    const { text, word } = option;
    const related = [{ at: limit.node, message: say`The limit.` }];
    const heap = heapIn(option);
    if (heap !== undefined) {
      const fault = faultOf(heap, limit.value, bounds);
      const value = word?.part('-Xmx'.length) ?? option.at;
      if (fault) yield { at: value, ...fault, fix: word && sized(value, (limit.value * SHARE) / 100), related };
    }
    const flag = flagOf(text);
    const told = flag?.name === 'MaxRAM' ? bytesOf(flag.value ?? '') : undefined;
    if (told === undefined || (told >= limit.value * 0.9 && told <= limit.value)) continue;
    const value = word?.part(text.indexOf('=') + 1) ?? option.at;
    yield {
      at: value,
      message: say`The VM is told of ${inMebibytes(told)}, and the limit is ${inMebibytes(limit.value)}.`,
      severity: 'info',
      fix: word && sized(value, limit.value),
      related,
    };
  }
}

const heapIn = ({ text }: ProgramOption): number | undefined =>
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

/** The limits of services whose heap is set in the Dockerfile that they build. */
function* builtSizes(file: ComposeFile, bounds: Bounds, workspace: Workspace): Iterable<Finding> {
  for (const service of file.services()) {
    const { memoryLimit: limit, hasMoreEnvironment } = service;
    const setsHeap = jvmOptionLists(file).some(
      ({ container, options }) => container === service && options.some(isHeapLimit),
    );
    if (limit?.value === undefined || setsHeap || hasMoreEnvironment || service.entrypoint || service.arguments)
      continue;
    const found = heapOf(service, workspace);
    const fault = found && faultOf(found.heap, limit.value, bounds);
    if (!found || !fault) continue;
    yield { at: limit.node, ...fault, related: [{ at: found.option.at, path: found.path, message: say`The heap.` }] };
  }
}

/** The size of the heap in the image that a service builds. */
function heapOf(service: Service, workspace: Workspace) {
  const build = buildOf(service, (path) => workspace.open(path, 'dockerfile'));
  const atStart = build && optionsAtStart(build.dockerfile, build.stage);
  if (!build || !atStart || atStart.isOpen) return undefined;
  const option = atStart.lists.flatMap(({ options }) => options).findLast((one) => heapIn(one) !== undefined);
  const heap = option && heapIn(option);
  return option && heap !== undefined ? { heap, option, path: build.path } : undefined;
}
