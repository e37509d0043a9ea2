import { addItem, setIn, suggestion, withOptions, type Edit, type Fix } from '../../edit.js';
import { stageBuiltFor } from '../../knowledge/builds.js';
import { isJavaReference, javaStartsOf, jvmOptionLists, optionsAtStart } from '../../knowledge/java.js';
import { flagOf } from '../../knowledge/jvm-flags.js';
import type { ComposeFile, ContainerSettings, Located, Manifest, OptionList, Stage } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'runtime-threads-unbounded',
  kinds: ['compose', 'kubernetes'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['cpu', 'java', 'go'],
  since: 'next',
  summary: 'Tell a program without a CPU limit how many CPUs to count on.',
  docs: `
Without a CPU limit a program sees every CPU of the node and starts as many threads: for garbage collection, for its pools, for its
scheduler. On a node of 64 CPUs a program that was given two of them then fights with itself, and takes far more memory.

Leave the limit off, which is good advice, but say the number: \`-XX:ActiveProcessorCount\` for Java, \`GOMAXPROCS\` for Go, about as many as
are requested. A Go program from before 1.25 does not even look at a limit.`,
  sources: {
    'The java command': 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
    'Container-aware GOMAXPROCS': 'https://go.dev/blog/container-aware-gomaxprocs',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A Java program with a request',
      kind: 'kubernetes',
      bad: `
        apiVersion: v1
        kind: Pod
        metadata:
          name: api
        spec:
          containers:
            - name: «api»
              image: example/api:1.4
              env:
                - name: JAVA_TOOL_OPTIONS
                  value: -XX:MaxRAMPercentage=75.0
              resources:
                requests:
                  cpu: 1500m`,
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
                - name: JAVA_TOOL_OPTIONS
                  value: -XX:MaxRAMPercentage=75.0 -XX:ActiveProcessorCount=2
              resources:
                requests:
                  cpu: 1500m`,
    },
    {
      title: 'A Java program that a service builds',
      kind: 'compose',
      path: 'compose.yaml',
      files: { 'api/Dockerfile': 'FROM eclipse-temurin:21-jre\nENTRYPOINT ["java", "-jar", "/app.jar"]\n' },
      bad: `
        services:
          «api»:
            build: ./api
            deploy:
              resources:
                reservations:
                  cpus: "2"`,
      good: `
        services:
          api:
            build: ./api
            deploy:
              resources:
                reservations:
                  cpus: "2"
            environment:
              JAVA_TOOL_OPTIONS: -XX:ActiveProcessorCount=2`,
    },
    {
      title: 'A Go program from before 1.25, of which no request is known',
      kind: 'compose',
      path: 'compose.yaml',
      files: {
        Dockerfile:
          'FROM golang:1.23 AS build\nRUN go build -o /server .\nFROM gcr.io/distroless/static\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n',
      },
      bad: `
        services:
          «web»:
            build: .`,
    },
    {
      title: 'A limit, a set of CPUs, or a number',
      kind: 'compose',
      good: `
        services:
          limited:
            image: eclipse-temurin:21
            cpus: 2
          pinned:
            image: eclipse-temurin:21
            cpuset: "0,1"
          counted:
            image: eclipse-temurin:21
            environment:
              JAVA_TOOL_OPTIONS: -XX:ActiveProcessorCount=2`,
    },
    {
      title: 'A Go that looks at the limit, one that is told, and one with a library that does it',
      kind: 'compose',
      path: 'compose.yaml',
      files: {
        'new/Dockerfile':
          'FROM golang:1.25 AS build\nFROM scratch\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n',
        'told/Dockerfile':
          'FROM golang:1.22 AS build\nFROM scratch\nENV GOMAXPROCS=2\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n',
        'library/Dockerfile':
          'FROM golang:1.22 AS build\nFROM scratch\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n',
        'library/go.mod': 'module example.com/a\n\nrequire go.uber.org/automaxprocs v1.6.0\n',
      },
      good: `
        services:
          new:
            build: new
          told:
            build: told
          library:
            build: library`,
    },
    {
      title: 'A program of which nothing is known, and variables from a file',
      kind: 'compose',
      good: `
        services:
          web:
            image: example/web:2
          api:
            image: eclipse-temurin:21
            env_file: api.env`,
    },
  ],
  *check(file, { workspace }) {
    for (const container of file.kind === 'compose' ? file.services() : file.containers()) {
      // What runs before the others is gone when they start.
      const isInit = 'isInit' in container && container.isInit;
      if (isInit || container.cpuLimit || !lacksLimit(container) || container.hasMoreEnvironment) continue;
      const found = javaIn(file, container, workspace) ?? goIn(file, container, workspace);
      if (found) yield found;
    }
  },
});

const LIMITS: readonly (readonly string[])[] = [
  ['deploy', 'resources', 'limits', 'cpus'],
  ['resources', 'limits', 'cpu'],
  ['cpus'],
  ['cpuset'],
  ['cpu_count'],
  ['cpu_quota'],
];

const lacksLimit = (container: ContainerSettings): boolean => LIMITS.every((path) => container.lacks(...path));

/** What the service builds, if its files can be seen. */
function builtFor(file: ComposeFile | Manifest, container: ContainerSettings, workspace: Workspace) {
  const service = file.kind === 'compose' ? file.services().find((one) => one === container) : undefined;
  const dockerfile = file.kind === 'compose' && service ? workspace.builtBy(file, service)?.dockerfile : undefined;
  const stage = service && dockerfile && stageBuiltFor(service, dockerfile);
  return stage && { dockerfile, stage, path: dockerfile.path };
}

function javaIn(file: ComposeFile | Manifest, container: ContainerSettings, workspace: Workspace): Finding | undefined {
  const own = jvmOptionLists(file).filter((list) => list.container === container);
  const build = builtFor(file, container, workspace);
  const atStart = build && optionsAtStart(build.dockerfile, build.stage);
  const isJava = own.length > 0 || atStart !== undefined || (container.image && isJavaReference(container.image));
  const lists = [...own, ...(atStart?.lists ?? [])];
  if (!isJava || lists.some(isCounted) || atStart?.isOpen === true || own.some(({ isOpen }) => isOpen))
    return undefined;
  const start = build && javaStartsOf(build.stage)[0];
  return {
    at: container.name,
    message: say`Without a CPU limit the VM of ${container.name.text} starts threads for every CPU of the node.`,
    fix: counted(container, own),
    related: start ? [{ at: start.at, path: build.path, message: say`It starts here.` }] : [],
  };
}

const isCounted = ({ options }: OptionList): boolean =>
  options.some(({ text }) => flagOf(text)?.name === 'ActiveProcessorCount');

/** The CPUs that are requested, as a whole number. */
function requested({ cpuRequest }: ContainerSettings): string | undefined {
  const cpus = cpuRequest?.value;
  return cpus === undefined || cpus <= 0 ? undefined : String(Math.ceil(cpus));
}

function counted(container: ContainerSettings, own: readonly OptionList[]): Fix | undefined {
  const cpus = requested(container);
  if (cpus === undefined) return undefined;
  const option = `-XX:ActiveProcessorCount=${cpus}`;
  const title = `Count on ${cpus}`;
  const list = own.find(({ name }) => name === 'JAVA_TOOL_OPTIONS');
  if (list) {
    const edits = withOptions(list, option);
    return edits.length > 0 ? suggestion(title, ...edits) : undefined;
  }
  const edit = withVariable(container, 'JAVA_TOOL_OPTIONS', option);
  return edit && suggestion(title, edit);
}

/** Gives the container one more variable, in the way that it writes the others. */
function withVariable(container: ContainerSettings, name: string, value: string): Edit | undefined {
  const isPod = 'podSpec' in container;
  const key = isPod ? 'env' : 'environment';
  const node = container.node(key);
  if (node?.type === 'list') return addItem(node, isPod ? `name: ${name}\nvalue: "${value}"` : `${name}=${value}`);
  if (isPod) return node ? undefined : setIn(container.settings, [key], `[{ name: ${name}, value: "${value}" }]`);
  return setIn(container.settings, [key, name], value);
}

function goIn(file: ComposeFile | Manifest, container: ContainerSettings, workspace: Workspace): Finding | undefined {
  const build = builtFor(file, container, workspace);
  if (!build || container.entrypoint || container.arguments) return undefined;
  const { stage, path } = build;
  const from = goBuilderOf(stage);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const isSet = container.environment.some(({ name }) => name.text === VARIABLE) || stage.result.env.lookup(VARIABLE);
  if (!from || isSet || (workspace.read(`${folder}go.mod`) ?? '').includes('automaxprocs')) return undefined;
  const cpus = requested(container);
  const edit = cpus === undefined ? undefined : withVariable(container, VARIABLE, cpus);
  return {
    at: container.name,
    message: say`A Go program from before 1.25 runs threads on every CPU of the node.`,
    fix: edit && suggestion(`Count on ${cpus ?? ''}`, edit),
    related: [{ at: from, path, message: say`It is built here.` }],
  };
}

const VARIABLE = 'GOMAXPROCS';

/** The image of an old Go that the program of the stage comes from. */
function goBuilderOf(stage: Stage): Located | undefined {
  for (const node of stage.instructions) {
    const image = node.keyword === 'COPY' ? node.from?.stage?.rootImage : undefined;
    const [, minor] = /^1\.(\d{1,3})(?!\d)/.exec(image?.resolved?.tag ?? image?.tag?.text ?? '') ?? [];
    if (image?.repository === 'golang' && minor !== undefined && Number(minor) < 25) return image;
  }
  return undefined;
}
