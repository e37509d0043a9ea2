import { buildWeight, compilesAtStart, startCommands, toolchainOf } from '../../knowledge/building.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Dockerfile } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'final-stage-is-toolchain',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'size', 'security'],
  since: 'next',
  summary: 'Do not run a program in the image of its compiler.',
  docs: `
The image of a compiler is there to build: it weighs up to a gigabyte and holds sources, linkers and package managers that
a running program never uses, and that have to be patched all the same. A container that compiles at start is worse: it
starts slowly, needs the network and much memory, and two containers may run two different builds.

Build in a stage of its own and copy the result to a small base: distroless/static or scratch for Go and static Rust
binaries, a JRE for Java, distroless/base for a GraalVM native image.

Nothing is said about images that start nothing, or start the tool itself for something other than to run a program.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    Distroless: 'https://github.com/GoogleContainerTools/distroless',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The final stage is a compiler',
      bad: `
        FROM node:24-slim AS assets
        RUN npm run build
        FROM «golang:1.27»
        COPY --from=assets /dist /dist
        RUN go build -o /server .
        CMD ["/server"]`,
    },
    {
      title: 'A jar in the image of Maven, in a stage that starts from another',
      bad: `
        FROM «maven:3.9-eclipse-temurin-21» AS base
        RUN mvn package
        FROM base
        CMD ["java", "-jar", "target/app.jar"]`,
    },
    {
      title: 'A program that is compiled whenever a container starts',
      bad: `
        FROM «golang:1.27»
        COPY . .
        CMD ["go", "run", "."]`,
    },
    {
      title: 'A small base at the end',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM gcr.io/distroless/static-debian12
        COPY --from=build /server /server
        CMD ["/server"]
        FROM swift:6.1-slim
        CMD ["/server"]`,
    },
    {
      title: 'Images that start nothing, or the tool itself, or a shell',
      good: `
        FROM golang:1.27
        RUN go install example.com/tool@v1.2.3`,
    },
    {
      title: 'The tool itself',
      good: `
        FROM maven:3.9
        ENTRYPOINT ["mvn"]
        CMD ["verify"]`,
    },
    {
      title: 'A shell for people',
      good: `
        FROM rust:1.90
        CMD ["bash"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM golang:1.27 AS dev
        CMD ["air"]`,
    },
    {
      title: 'A single stage that builds is another rule',
      good: `
        FROM golang:1.27
        RUN go build -o /server .
        CMD ["/server"]`,
      except: ['behind another stage'],
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const { rootImage } = stage ?? {};
    if (!stage || !rootImage || isForDevelopment(stage, file)) return;
    const toolchain = toolchainOf(rootImage);
    const starts = startCommands(stage);
    if (!toolchain || starts.length === 0) return;
    const compiles = starts.find(compilesAtStart);
    if (compiles) {
      yield {
        at: rootImage,
        message: say`The program is compiled by ${compiles.program.text} whenever a container starts.`,
        severity: 'warning',
      };
      return;
    }
    const isForPeople = starts.some(({ program }) => [...toolchain.programs, ...SHELLS].includes(program.text));
    if (isForPeople || buildsAlone(file)) return;
    yield {
      at: rootImage,
      message: say`The image is shipped with ${toolchain.title}; what runs needs ${toolchain.instead}.`,
    };
  },
});

const SHELLS: readonly string[] = ['bash', 'sh', 'zsh', 'sleep', 'tail', 'make'];

/** A single stage that builds its program: single-stage-build-tools says so. */
const buildsAlone = (file: Dockerfile): boolean => file.stages.length === 1 && buildWeight(file) >= 4;
