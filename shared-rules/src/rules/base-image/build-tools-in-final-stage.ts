import { isBuildTool, isMultiStage, mayCompileIn, startCommands, startsSomething } from '../../knowledge/building.js';
import { packageName, packagesIn, removesPackages } from '../../knowledge/managers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { around, type Command, type Stage, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'build-tools-in-final-stage',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'size', 'security'],
  since: 'next',
  summary: 'Leave compilers and headers in the build stage.',
  docs: `
The final stage installs compilers or headers and then compiles nothing. They add hundreds of megabytes to every pull, are
scanned and patched for nothing, and hand whoever breaks in the tools to build more.

Install them in the stage that builds, and in the final stage only the libraries that the program loads: \`libpq5\` rather
than \`libpq-dev\`. Where they are needed for a moment, remove them in the same RUN.

Nothing is said where the final stage compiles, runs a package manager of a language or a script that cannot be seen, or
starts nothing, as an image of tools does.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A compiler and headers beside a finished program',
      bad: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM debian:12-slim
        RUN apt-get update && apt-get install -y --no-install-recommends «build-essential» ca-certificates «libpq-dev»
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'In the stage that the final one starts from, on Alpine and Fedora',
      bad: `
        FROM rust:1.90 AS build
        RUN cargo build --release
        FROM alpine:3.22 AS base
        RUN apk add --no-cache libgcc «musl-dev» «gcc=14.2.0-r6»
        FROM base
        COPY --from=build /app /app
        ENTRYPOINT ["/app"]`,
    },
    {
      title: 'Headers alone: only mentioned',
      bad: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM debian:12-slim
        RUN apt-get update && apt-get install -y --no-install-recommends «libssl-dev»
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'The C library under the name that .NET opens it by',
      good: `
        FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
        RUN dotnet publish -o /app
        FROM mcr.microsoft.com/dotnet/runtime:8.0
        RUN apt-get update && apt-get install -y libc-dev
        COPY --from=build /app /app
        CMD ["/app/server"]`,
    },
    {
      title: 'Removed again in the same RUN',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM alpine:3.22
        RUN apk add --no-cache --virtual .build gcc musl-dev && touch /built && apk del .build
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'A final stage that compiles, or may do so',
      good: `
        FROM node:24-slim AS assets
        RUN npm run build
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev
        COPY --from=assets /dist /dist
        RUN pip install -r requirements.txt
        CMD ["python", "app.py"]`,
    },
    {
      title: 'A script that cannot be seen',
      good: `
        FROM node:24-slim AS assets
        RUN npm run build
        FROM debian:12
        RUN apt-get update && apt-get install -y gcc
        COPY --from=assets /dist /dist
        RUN ./setup.sh
        CMD ["/app"]`,
    },
    {
      title: 'Stages that build, and files without one',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y build-essential
        FROM debian:12
        COPY --from=build /app /app
        CMD ["/app"]`,
    },
    {
      title: 'A single stage is another rule',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y build-essential
        CMD ["/app"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM debian:12 AS dev
        RUN apt-get update && apt-get install -y gcc
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'An image of tools, and a program that is started with them',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /lint .
        FROM debian:12
        RUN apt-get update && apt-get install -y gcc make
        COPY --from=build /lint /lint`,
    },
    {
      title: 'A tool that the image starts',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /lint .
        FROM debian:12
        RUN apt-get update && apt-get install -y make
        COPY --from=build /lint /lint
        CMD ["make", "serve"]`,
    },
    {
      title: 'git and yarn may be there for another reason',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM alpine:3.22
        RUN apk add --no-cache git yarn
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    if (!stage || !isMultiStage(file) || isForDevelopment(stage, file) || !startsSomething(stage)) return;
    if (mayCompileIn(stage) || isGpuDevelopment(stage)) return;
    const started = new Set(startCommands(stage).map(({ program }) => program.text));
    const commands = [...file.runCommands()];
    const hasCompiler = commands.some(
      (command) => command.instruction?.stage?.ships === true && toolsIn(command).some((word) => !isHeaders(word)),
    );
    for (const command of commands) {
      if (command.instruction?.stage?.ships !== true || command.instruction.isTrigger) continue;
      if (around(command).after.some(removesPackages)) continue;
      for (const word of toolsIn(command)) {
        if (started.has(packageName(word))) continue;
        yield {
          at: word,
          message: say`${packageName(word)} is for building, and this stage builds nothing.`,
          ...(hasCompiler ? {} : { severity: 'info' as const }),
        };
      }
    }
  },
});

const toolsIn = (command: Command): readonly Word[] =>
  packagesIn(command).filter((word) => word.literal && isBuildTool(packageName(word)));

const isHeaders = (word: Word): boolean => /-(dev|devel|headers)$|^linux-headers/.test(packageName(word));

/** CUDA images for development hold their own compilers; that they do is another matter. */
const isGpuDevelopment = ({ rootImage }: Stage): boolean =>
  /(^|-)devel(-|$)/.test(rootImage?.resolved?.tag ?? rootImage?.tag?.text ?? '');
