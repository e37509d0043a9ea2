import { hasJava, javaStartsOf } from '../../knowledge/java.js';
import type { Command, Dockerfile, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'java-native-image-final-base',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['java', 'image-size', 'base-image'],
  since: 'next',
  summary: 'Put a native executable on a base image without a Java.',
  docs: `
A native image is an executable of its own: it needs no Java VM. A base image that brings one ships a few hundred megabytes that are
pulled with every update and scanned for holes, and never run.

Take a base with nothing but the C library, as \`gcr.io/distroless/base-debian12\`.
Built with \`--static --libc=musl\` the executable even runs on \`scratch\`.`,
  sources: {
    'Static native images':
      'https://www.graalvm.org/latest/reference-manual/native-image/guides/build-static-executables/',
    'Distroless images': 'https://github.com/GoogleContainerTools/distroless',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'By native-image',
      bad: `
        FROM ghcr.io/graalvm/native-image-community:21 AS build
        COPY . .
        RUN native-image -jar app.jar server
        FROM «eclipse-temurin:21-jre»
        COPY --from=build /app/server /server
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'By Maven and by Gradle',
      bad: `
        FROM ghcr.io/graalvm/graalvm-community:21 AS build
        COPY . .
        RUN ./mvnw -B -ntp -Pnative native:compile
        FROM «amazoncorretto:21»
        COPY --from=build /app/target/server /server
        CMD ["/server", "--port=8080"]`,
    },
    {
      title: 'A base without a Java',
      good: `
        FROM ghcr.io/graalvm/native-image-community:21 AS build
        RUN gradle --no-daemon nativeCompile
        FROM gcr.io/distroless/base-debian12
        COPY --from=build /app/server /server
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'An image that runs a jar as well, and one that starts by a script',
      good: `
        FROM ghcr.io/graalvm/native-image-community:21 AS build
        RUN native-image -jar tool.jar tool
        FROM eclipse-temurin:21-jre AS jar
        COPY --from=build /tool /app.jar /
        ENTRYPOINT ["java", "-jar", "/app.jar"]
        FROM eclipse-temurin:21-jre
        COPY --from=build /tool /start.sh /
        ENTRYPOINT ["/start.sh"]`,
    },
    {
      title: 'No native image at all',
      good: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        RUN mvn -B -ntp package
        FROM eclipse-temurin:21-jre
        COPY --from=build /app/bin/server /server
        ENTRYPOINT ["/server"]`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const image = stage?.from?.image;
    if (!stage || !image || !hasJava(stage) || !startsCopy(stage) || javaStartsOf(stage).length > 0) return;
    if (!buildsNative(file, stage)) return;
    yield { at: image, message: say`The native executable needs no Java, and ${image.word.text} brings one.` };
  },
});

/** Whether the image starts an executable that is copied from a builder, not a script. */
function startsCopy(stage: Stage): boolean {
  const node = stage.effective('ENTRYPOINT') ?? stage.effective('CMD');
  const path = node?.commands[0]?.path ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === '' || name.includes('.') || node?.form !== 'exec') return false;
  return stage.instructions.some(
    (copy) =>
      copy.keyword === 'COPY' &&
      copy.from !== undefined &&
      [...copy.sources, ...(copy.target ? [copy.target] : [])].some(
        ({ text }) => text === path || text.endsWith(`/${name}`),
      ),
  );
}

/** Whether a stage that this one copies from makes a native image. */
function buildsNative(file: Dockerfile, stage: Stage): boolean {
  const builders = stage.instructions.flatMap((node) =>
    node.keyword === 'COPY' && node.from?.stage ? [node.from.stage] : [],
  );
  return [...file.runCommands('native-image', 'mvn', 'mvnw', 'gradle', 'gradlew')].some(
    (command) => makesNative(command) && builders.some((builder) => builder === command.instruction?.stage),
  );
}

const makesNative = ({ program, args }: Command): boolean =>
  program.text === 'native-image' ||
  args.some(({ text }) =>
    /^-P.*\bnative\b|^native:compile|(^|:)native(Compile|Build)$|^-Dnative$|^-Dquarkus\.native\.enabled=true$/.test(
      text,
    ),
  );
