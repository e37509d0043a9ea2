import { javaStartsOf } from '../../knowledge/java.js';
import type { Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

const BUILD_FILES = ['pom.xml', 'build.gradle', 'build.gradle.kts'];

export default rule({
  id: 'java-layered-jar',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['java', 'layers', 'build-cache'],
  since: 'next',
  summary: 'Copy a Spring Boot program in layers, its dependencies first.',
  docs: `
A Spring Boot jar holds a few hundred kilobytes of your own classes and tens of megabytes of dependencies. Copied as one file it is
one layer: every change of a line pushes, stores and pulls all of it again.

Unpack it in the builder with \`java -Djarmode=tools -jar app.jar extract --layers --launcher\` and copy the folders one by one:
\`dependencies\`, \`spring-boot-loader\`, \`snapshot-dependencies\`, \`application\`. Unpacked it starts faster as well, and opens the way
to a shared archive of classes (\`-XX:SharedArchiveFile\`), and from Java 24 on to an AOT cache.

Leave it for images that are seldom built or seldom pulled.`,
  sources: {
    'Dockerfiles in Spring Boot':
      'https://docs.spring.io/spring-boot/reference/packaging/container-images/dockerfiles.html',
    'Class data sharing in Spring Boot':
      'https://docs.spring.io/spring-boot/reference/packaging/class-data-sharing.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'One jar from the builder',
      files: { 'pom.xml': '<parent><artifactId>spring-boot-starter-parent</artifactId></parent>' },
      bad: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        COPY . .
        RUN mvn -B package
        FROM eclipse-temurin:21-jre
        COPY --from=build «/target/app.jar» /app.jar
        ENTRYPOINT ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'One jar from the build context',
      files: { 'build.gradle': "plugins { id 'org.springframework.boot' version '3.3.0' }" },
      bad: `
        FROM eclipse-temurin:21-jre
        COPY «build/libs/*.jar» app.jar
        CMD java -jar app.jar`,
    },
    {
      title: 'In layers',
      files: { 'pom.xml': '<parent><artifactId>spring-boot-starter-parent</artifactId></parent>' },
      good: `
        FROM eclipse-temurin:21-jre AS build
        COPY target/app.jar app.jar
        RUN java -Djarmode=tools -jar app.jar extract --layers --launcher
        FROM eclipse-temurin:21-jre
        COPY --from=build app/dependencies/ ./
        COPY --from=build app/application/ ./
        ENTRYPOINT ["java", "org.springframework.boot.loader.launch.JarLauncher"]`,
    },
    {
      title: 'With the dependencies in a folder of their own',
      files: { 'pom.xml': '<parent><artifactId>spring-boot-starter-parent</artifactId></parent>' },
      good: `
        FROM eclipse-temurin:21-jre
        COPY app/lib/ /app/lib/
        COPY app/app.jar /app/app.jar
        ENTRYPOINT ["java", "-jar", "/app/app.jar"]`,
    },
    {
      title: 'A jar of which nobody knows that it is a fat one',
      files: { 'pom.xml': '<artifactId>tool</artifactId>' },
      good: `
        FROM eclipse-temurin:21-jre
        COPY target/tool.jar /tool.jar
        ENTRYPOINT ["java", "-jar", "/tool.jar"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    const start = stage && javaStartsOf(stage)[0];
    if (!stage || !start?.command?.has('-jar')) return;
    const copies = stage.instructions.filter((node) => node.keyword === 'COPY');
    const jars = copies.filter(isJar);
    const [jar, ...more] = jars;
    const isLayered = copies.some(({ sources }) => sources.some(({ text }) => LAYER.test(text)));
    if (!jar || more.length > 0 || isLayered || !isSpringBoot(workspace)) return;
    yield {
      at: jar.sources[0] ?? jar,
      message: say`The jar is one layer with all its dependencies: every change ships them anew.`,
    };
  },
});

/** What else is copied beside a jar that is not fat. */
const LAYER = /(^|\/)(lib|libs|dependencies|dependency|application|BOOT-INF)(\/|$)(?!.*\.jar$)/;

const isJar = ({ sources }: Instructions['COPY']): boolean =>
  sources.length === 1 && sources.every(({ text }) => text.endsWith('.jar'));

const isSpringBoot = (workspace: Workspace): boolean =>
  BUILD_FILES.some((path) => /spring-boot|org\.springframework\.boot/.test(workspace.read(path) ?? ''));
