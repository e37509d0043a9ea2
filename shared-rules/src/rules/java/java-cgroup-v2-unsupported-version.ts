import { isOpenJ9, javaOfImage, type JavaVersion } from '../../knowledge/java.js';
import { isDevLike } from '../../knowledge/stages.js';
import type { Image } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'java-cgroup-v2-unsupported-version',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['java', 'memory', 'base-image'],
  since: 'next',
  summary: 'Run a Java that can read its limits under cgroup v2.',
  docs: `
Linux hosts of today manage containers by cgroup v2. A Java from before 8u372, 11.0.16 or 15 cannot read it: the VM takes the whole
machine for its own, sizes heap and threads by that, and the kernel kills it at its limit.

Take a newer update of the same version, or a tag that moves with the updates.
Leave it where every host still runs cgroup v1.`,
  sources: {
    'JDK-8230305: cgroup v2 in Java 15': 'https://bugs.openjdk.org/browse/JDK-8230305',
    'About cgroup v2 in Kubernetes': 'https://kubernetes.io/docs/concepts/architecture/cgroups/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An old update of Java 8',
      bad: `
        FROM openjdk:«8u181-jre-alpine»
        CMD ["java", "-jar", "app.jar"]`,
    },
    {
      title: 'Old updates of Java 11, and a version that never learnt it',
      bad: `
        FROM eclipse-temurin:«11.0.15_10-jre» AS eleven
        CMD ["java", "-jar", "app.jar"]
        FROM openjdk:«14-jdk-slim»
        CMD ["java", "-jar", "app.jar"]`,
    },
    {
      title: 'New enough',
      good: `
        FROM eclipse-temurin:8u372-b07-jre AS eight
        CMD ["java", "-jar", "app.jar"]
        FROM eclipse-temurin:11.0.16_8-jre AS eleven
        CMD ["java", "-jar", "app.jar"]
        FROM eclipse-temurin:17.0.1_12-jre
        CMD ["java", "-jar", "app.jar"]`,
    },
    {
      title: 'Tags that move with the updates',
      good: `
        FROM eclipse-temurin:8-jre AS eight
        CMD ["java", "-jar", "app.jar"]
        FROM tomcat:9-jre11
        CMD ["catalina.sh", "run"]`,
    },
    {
      title: 'Vendors that may have brought the support back, and stages that only build',
      good: `
        FROM maven:3.6-jdk-14 AS build
        RUN mvn -B package
        FROM openjdk:8u181-jdk AS tests
        RUN ./run-tests.sh
        FROM azul/zulu-openjdk:8u302
        COPY --from=build /target/app.jar /
        CMD ["java", "-jar", "/app.jar"]`,
    },
  ],
  *check(file) {
    for (const { image, stage } of file.all('FROM')) {
      if (!stage || !(stage.ships || stage.isOutput) || isDevLike(stage) || isOpenJ9(stage)) continue;
      const java = isKnown(image) ? javaOfImage(image) : undefined;
      if (!java || !isTooOld(java)) continue;
      const version = java.update === undefined ? `${java.major}` : `${java.major} update ${java.update}`;
      yield {
        at: image.tag ?? image,
        message: say`Java ${version} cannot read its limits under cgroup v2 and sizes itself by the whole machine.`,
      };
    }
  },
});

/** Images made from the builds of OpenJDK and Adoptium. */
const isKnown = ({ name }: Image): boolean =>
  /^(docker\.io\/)?(library\/)?(openjdk|java|adoptopenjdk|eclipse-temurin|maven|gradle|tomcat|jetty)$/.test(
    name.toLowerCase(),
  );

/** Sources: JDK-8230305 (Java 15), JDK-8281186 (11.0.16), JDK-8297329 (8u372). */
function isTooOld({ major, update }: JavaVersion): boolean {
  if (major >= 12 && major <= 14) return true;
  const first = major === 8 ? 372 : major === 11 ? 16 : 0;
  return update !== undefined && update < first;
}
