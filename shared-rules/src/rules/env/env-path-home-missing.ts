import { addInstructionBefore, suggestion, type Fix } from '../../edit.js';
import { hasJava } from '../../knowledge/java.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Instruction, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'env-path-home-missing',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['maintenance', 'environment'],
  since: 'next',
  summary: 'Put the folder of an installed tool on the PATH, and name a Java by JAVA_HOME.',
  docs: `
A tool that is unpacked under /opt and called by its full path again and again breaks in one place when its folder gets another name,
and whoever opens a shell in the container does not find it. A Java without \`JAVA_HOME\` is not found by Maven, Gradle, Tomcat and
most start scripts.

\`ENV PATH=/opt/tool/bin:$PATH\` and \`ENV JAVA_HOME=/opt/java\` say it once. A link in /usr/local/bin does as well.
Leave it for a tool that only the build calls, once.`,
  sources: {
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#env',
    'ENV reference': 'https://docs.docker.com/reference/dockerfile/#env',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A tool that is called by its path again and again',
      bad: `
        FROM debian:12
        RUN curl -fsSL https://example.com/node.tar.gz | tar xz -C /opt/node
        RUN /opt/node/bin/«npm» ci
        CMD ["/opt/node/bin/node", "server.js"]`,
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/node.tar.gz | tar xz -C /opt/node
        ENV PATH=/opt/node/bin:$PATH
        RUN /opt/node/bin/npm ci
        CMD ["/opt/node/bin/node", "server.js"]`,
    },
    {
      title: 'A Java from an archive',
      bad: `
        FROM debian:12
        RUN mkdir /opt/java && curl -fsSL «https://example.com/OpenJDK21U-jre_x64_linux.tar.gz» | tar xz -C /opt/java --strip-components=1
        ENV PATH=/opt/java/bin:$PATH
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'On the PATH, and with its home',
      good: `
        FROM debian:12
        ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:$PATH
        RUN mkdir /opt/java && curl -fsSL https://example.com/OpenJDK21U-jre_x64_linux.tar.gz | tar xz -C /opt/java
        RUN /opt/java/bin/java -version && /opt/java/bin/keytool -list`,
    },
    {
      title: 'Linked into a folder of the PATH',
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/node.tar.gz | tar xz -C /opt/node && ln -s /opt/node/bin/* /usr/local/bin/
        RUN /opt/node/bin/npm ci
        CMD ["/opt/node/bin/node", "server.js"]`,
    },
    {
      title: 'Called once in the build, and a program that is merely started',
      good: `
        FROM debian:12
        RUN tar xzf /tmp/tool.tar.gz -C /opt/tool && /opt/tool/bin/tool install
        COPY app /opt/app
        ENTRYPOINT ["/opt/app/bin/server"]`,
    },
    {
      title: 'A base image that holds a Java of its own, and a folder that nobody here fills',
      good: `
        FROM eclipse-temurin:21-jre
        RUN curl -fsSLO https://example.com/jdk-22-tests.tar.gz
        RUN /opt/venv/bin/pip install a
        RUN /opt/venv/bin/pip install b`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      if (!stage.from || isForDevelopment(stage, file) || stage.start.family === 'windows') continue;
      yield* toolsOf(stage);
      if (stage.ships) yield* javaOfArchive(stage);
    }
  },
});

const TOOL = /^(\/(?:opt|usr\/local)\/[\w.+-]+(?:\/[\w.+-]+)?\/bin)\/[\w.+-]+$/;

/** Folders of tools whose programs are called by their paths, and are not on the PATH. */
function* toolsOf(stage: Stage) {
  const uses = new Map<string, { readonly command: Command; readonly node: Instruction }[]>();
  for (const node of stage.instructions) {
    if (node.keyword !== 'RUN' && node.keyword !== 'CMD' && node.keyword !== 'ENTRYPOINT') continue;
    for (const command of node.commands) {
      const folder = TOOL.exec(command.path)?.[1];
      if (folder !== undefined) uses.set(folder, [...(uses.get(folder) ?? []), { command, node }]);
    }
  }
  for (const [folder, places] of uses) {
    const [first] = places;
    const nodes = new Set(places.map(({ node }) => node));
    const isFilled = stage.instructions.some((node) => fills(node, folder));
    if (!first || nodes.size < 2 || first.node.keyword !== 'RUN' || !isFilled || isReachable(stage, folder)) continue;
    yield {
      at: first.command.program,
      message: say`${folder} is not on the PATH, so its programs are called by their full path.`,
      fix: onPath(first.node, folder),
      related: places.slice(1, 4).map(({ command }) => ({ at: command.program, message: say`And here.` })),
    };
  }
}

/** Whether the instruction puts a tool into the folder above `bin`. */
function fills(node: Instruction, folder: string): boolean {
  const home = folder.slice(0, -'/bin'.length);
  const names = (word: Word | undefined): boolean =>
    word !== undefined &&
    (word.text === home || word.text === `${home}/` || word.text === home.slice(0, home.lastIndexOf('/')));
  if (node.keyword === 'COPY' || node.keyword === 'ADD') return names(node.target);
  if (node.keyword !== 'RUN') return false;
  return node.commands.some(
    ({ program, args }) =>
      UNPACKERS.has(program.text) && args.some((word) => names(word) || word.text.endsWith(`=${home}`)),
  );
}

const UNPACKERS: ReadonlySet<string> = new Set(['tar', 'bsdtar', 'unzip', 'mv', 'cp', 'git', 'configure']);

/** Whether PATH holds the folder, or something is linked from it into another. */
const isReachable = (stage: Stage, folder: string): boolean =>
  stage.instructions.some((node) => {
    if (node.keyword === 'ENV')
      return node.pairs.some(({ value }) => value?.text.includes(folder.slice(0, -'/bin'.length)));
    return (
      node.keyword === 'RUN' &&
      node.commands.some(
        (command) => LINKERS.has(command.program.text) && command.args.some(({ text }) => text.includes('bin')),
      )
    );
  });

const LINKERS: ReadonlySet<string> = new Set(['ln', 'update-alternatives', 'alternatives', 'install', 'export']);

const onPath = (node: Instruction, folder: string): Fix =>
  suggestion(`Put ${folder} on the PATH`, addInstructionBefore(node, `ENV PATH=${folder}:$PATH`));

const JAVA_ARCHIVE = /\/[\w.%+-]*(jdk|jre|graalvm|corretto|zulu|temurin)[\w.%+-]*\.(tar\.gz|tgz|zip)$/i;

/** The address of a Java that is unpacked without a JAVA_HOME. */
function* javaOfArchive(stage: Stage) {
  if (hasJava(stage) || stage.result.env.lookup('JAVA_HOME')) return;
  for (const node of stage.instructions) {
    if (node.keyword !== 'RUN') continue;
    const { commands } = node;
    const isHandled = commands.some(
      ({ program, args }) => LINKERS.has(program.text) || args.some(({ text }) => text.includes('JAVA_HOME')),
    );
    const unpacks = commands.some(({ program }) => UNPACKERS.has(program.text));
    const address = commands
      .filter(({ program }) => program.text === 'curl' || program.text === 'wget')
      .flatMap(({ args }) => args)
      .find(({ text }) => JAVA_ARCHIVE.test(text));
    if (!address || !unpacks || isHandled) continue;
    yield { at: address, message: say`Nothing says JAVA_HOME, so most tools do not find this Java.` };
    return;
  }
}
