import { replace, suggestion, type Fix } from '../../edit.js';
import { buildWeight, mayCompileIn, startCommands } from '../../knowledge/building.js';
import { officialName } from '../../knowledge/images.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { ancestry, type Command, type Image } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'java-jdk-in-final-stage',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'size', 'security', 'java'],
  since: 'next',
  summary: 'Run a Java program on a JRE, not on a JDK.',
  docs: `
A JDK holds the compiler and the tools of developers, some 150 to 250 MB more than a JRE. A program that only runs uses none
of it, but pulls, scans and patches it.

Run on the \`-jre\` variant of the image, or on a runtime made by \`jlink\`. Amazon Corretto has no JRE; its \`-headless\`
variants are smaller. Nothing is said where a tool of the JDK is called, such as jcmd or jlink; keytool is in the JRE, too.`,
  sources: {
    'eclipse-temurin on Docker Hub': 'https://hub.docker.com/_/eclipse-temurin',
    jlink: 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/jlink.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A jar on a JDK',
      bad: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        RUN mvn package
        FROM eclipse-temurin:«21-jdk-jammy»
        COPY --from=build /app.jar /app.jar
        CMD ["java", "-jar", "/app.jar"]`,
      good: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        RUN mvn package
        FROM eclipse-temurin:21-jre-jammy
        COPY --from=build /app.jar /app.jar
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'A tag without jdk is one as well; Semeru',
      bad: `
        FROM eclipse-temurin:«21-alpine»
        COPY app.jar /app.jar
        ENTRYPOINT exec java -XX:MaxRAMPercentage=75 -cp /app.jar com.example.Main`,
      good: `
        FROM eclipse-temurin:21-jre-alpine
        COPY app.jar /app.jar
        ENTRYPOINT exec java -XX:MaxRAMPercentage=75 -cp /app.jar com.example.Main`,
    },
    {
      title: 'An image that has no JRE under the same name',
      bad: `
        FROM amazoncorretto:«21»
        COPY app.jar /app.jar
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'A JRE',
      good: `
        FROM eclipse-temurin:21-jre
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'A headless Corretto',
      good: `
        FROM amazoncorretto:21-al2023-headless
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'Tools of the JDK are used, while building or running',
      good: `
        FROM eclipse-temurin:21-jdk
        RUN jlink --add-modules java.base --output /jre
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'The health check asks jcmd',
      good: `
        FROM eclipse-temurin:21-jdk
        HEALTHCHECK CMD jcmd 1 VM.version
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'A stage that compiles, or may do so',
      good: `
        FROM eclipse-temurin:21-jdk
        RUN ./mvnw package
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'A script that is started, and an image that starts nothing',
      good: `
        FROM eclipse-temurin:21-jdk
        CMD ["/opt/start.sh"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM eclipse-temurin:21-jdk AS dev
        CMD ["java", "-jar", "/app.jar"]`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const image = stage?.rootImage;
    if (!stage || !image || !isJdk(image) || isForDevelopment(stage, file) || mayCompileIn(stage)) return;
    if (file.stages.length === 1 && buildWeight(file) >= 4) return;
    const starts = startCommands(stage);
    if (!starts.some(({ program }) => program.text === 'java')) return;
    const commands = ancestry(stage).flatMap(({ instructions }) =>
      instructions.flatMap((node) => ('commands' in node ? node.commands : [])),
    );
    if (commands.some(usesJdk)) return;
    yield {
      at: image.tag ?? image,
      message: say`The whole JDK is shipped with the program; to run it needs a JRE.`,
      fix: onJre(image),
    };
  },
});

/** Programs that a JDK has and a JRE lacks. Source: the tool specifications of the JDK. */
const JDK_TOOLS: ReadonlySet<string> = new Set([
  ...['javac', 'jlink', 'jar', 'jcmd', 'jstack', 'jmap', 'jps', 'jstat', 'jinfo', 'jdb', 'jdeps', 'jshell', 'javap'],
  ...['jpackage', 'jmod', 'javadoc', 'jconsole', 'jhsdb', 'jarsigner', 'jdeprscan', 'jimage', 'sbt', 'lein'],
]);

const usesJdk = ({ program, args }: Command): boolean =>
  JDK_TOOLS.has(program.text) ||
  args.some(({ text }) => /(^|[/\s])(jcmd|jstack|jmap|jps|javac|jlink)\b|\.java$/.test(text));

function isJdk({ name, tag, resolved }: Image): boolean {
  const version = resolved?.tag ?? tag?.text ?? '';
  if (/(^|-)(jre|headless)/.test(version) || /nanoserver|windowsservercore/.test(version)) return false;
  const official = officialName(resolved?.name ?? name);
  return (
    official === 'eclipse-temurin' ||
    official === 'amazoncorretto' ||
    official === 'sapmachine' ||
    (official === 'ibm-semeru-runtimes' && version.includes('-jdk'))
  );
}

function onJre({ name, tag, word, digest }: Image): Fix | undefined {
  const official = officialName(name);
  if (!tag?.literal || !word.literal || digest) return undefined;
  const jre = tag.text.includes('-jdk')
    ? tag.text.replace('-jdk', '-jre')
    : tag.text.replace(/^(\d[\w.+]*)(?=-|$)/, '$1-jre');
  const hasJre = official === 'eclipse-temurin' || official === 'ibm-semeru-runtimes';
  return hasJre && jre !== tag.text ? suggestion(`Use ${jre}`, replace(tag, jre)) : undefined;
}
