import { suggestion, wordsAfter } from '../../edit.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'java-maven-batch',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['java', 'build'],
  since: 'next',
  summary: 'Run Maven in batch mode and Gradle without a daemon during a build.',
  docs: `
Maven without \`-B\` writes a progress bar of thousands of lines into the log of the build, where the one error is then hard to find, and
may wait for an answer that nobody can give. Gradle without \`--no-daemon\` leaves a process behind that is of no use once its
layer is done, and that takes memory from the build itself.

\`mvn -B -ntp\` (\`-ntp\` needs Maven 3.6.1) and \`gradle --no-daemon\` do without. The flags may also stand in \`MAVEN_ARGS\`,
\`.mvn/maven.config\`, \`GRADLE_OPTS\` or \`gradle.properties\`.`,
  sources: {
    'Maven options': 'https://maven.apache.org/ref/current/maven-embedder/cli.html',
    'The Gradle daemon': 'https://docs.gradle.org/current/userguide/gradle_daemon.html#sec:disabling_the_daemon',
  },
  examples: [
    {
      title: 'Maven and its wrapper',
      bad: `
        FROM maven:3.9-eclipse-temurin-21
        RUN «mvn» package -DskipTests
        RUN ./«mvnw» clean verify`,
      good: `
        FROM maven:3.9-eclipse-temurin-21
        RUN mvn -B -ntp package -DskipTests
        RUN ./mvnw -B -ntp clean verify`,
    },
    {
      title: 'Gradle and its wrapper',
      bad: `
        FROM gradle:8-jdk21
        RUN «gradle» build && ./«gradlew» installDist`,
      good: `
        FROM gradle:8-jdk21
        RUN gradle --no-daemon build && ./gradlew --no-daemon installDist`,
    },
    {
      title: 'With the flags, long or short, or without progress at least',
      good: `
        FROM maven:3.9-eclipse-temurin-21
        RUN mvn -B package && mvn --batch-mode verify && mvn -ntp install && mvn --no-transfer-progress site
        RUN gradle --no-daemon build && gradle -Dorg.gradle.daemon=false build`,
    },
    {
      title: 'With the flags in a variable',
      good: `
        FROM maven:3.9-eclipse-temurin-21
        ENV MAVEN_ARGS="-B" GRADLE_OPTS="-Dorg.gradle.daemon=false"
        RUN mvn package && gradle build
        RUN MAVEN_CLI_OPTS=-B && mvn $MAVEN_CLI_OPTS package`,
    },
    {
      title: 'With the flags in a file of the project',
      files: { '.mvn/maven.config': '-B\n-T1C\n', 'gradle.properties': 'org.gradle.daemon=false\n' },
      good: `
        FROM maven:3.9-eclipse-temurin-21
        COPY . .
        RUN mvn package && ./gradlew build`,
    },
    {
      title: 'Questions about the tool, and what the image starts',
      good: `
        FROM maven:3.9-eclipse-temurin-21
        RUN mvn -v && gradle --version && gradle --stop
        CMD ["mvn", "spring-boot:run"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const command of file.runCommands('mvn', 'mvnw', 'gradle', 'gradlew')) {
      const isMaven = command.program.text.startsWith('mvn');
      // A variable may hold the flags.
      if (command.has(...IDLE) || command.args.some(({ literal, text }) => !literal && text.startsWith('$'))) continue;
      if (isMaven ? isBatch(command, workspace) : isWithoutDaemon(command, workspace)) continue;
      yield isMaven
        ? {
            at: command.program,
            message: say`Without -B Maven asks questions and fills the log with its progress.`,
            fix: suggestion('Add -B -ntp', wordsAfter(command.program, '-B', '-ntp')),
          }
        : {
            at: command.program,
            message: say`Gradle leaves a daemon behind, which is of no use after this layer.`,
            fix: suggestion('Add --no-daemon', wordsAfter(command.program, '--no-daemon')),
          };
    }
  },
});

const IDLE = ['-v', '--version', '-version', '-h', '--help', '-?', '--stop', '--status'];
const BATCH = /(^|\s)(-B|--batch-mode|-ntp|--no-transfer-progress|--non-interactive)(\s|$)/;
const NO_DAEMON = /org\.gradle\.daemon\s*=\s*false/;

/** What the variable holds at the command; unknown values are taken to hold what is asked for. */
function holds(command: Command, name: string, pattern: RegExp): boolean {
  const own = command.assignments.find((assignment) => assignment.name.text === name)?.value;
  if (own) return pattern.test(own.text);
  const variable = command.state.env.lookup(name);
  return variable !== undefined && (variable.value === undefined || pattern.test(variable.value));
}

const isBatch = (command: Command, workspace: Workspace): boolean =>
  command.args.some(({ text }) => BATCH.test(text)) ||
  holds(command, 'MAVEN_ARGS', BATCH) ||
  BATCH.test(workspace.read('.mvn/maven.config') ?? '');

const isWithoutDaemon = (command: Command, workspace: Workspace): boolean =>
  command.has('--no-daemon') ||
  command.args.some(({ text }) => NO_DAEMON.test(text)) ||
  holds(command, 'GRADLE_OPTS', NO_DAEMON) ||
  NO_DAEMON.test(workspace.read('gradle.properties') ?? '');
