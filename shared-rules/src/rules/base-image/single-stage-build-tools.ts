import { buildWeight, mayCompileIn, startsSomething } from '../../knowledge/building.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { mainCommandsOf } from '../../knowledge/start.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'single-stage-build-tools',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'size', 'security'],
  since: 'next',
  peers: { tally: ['prefer-multi-stage-build'] },
  summary: 'Build in one stage and run in another.',
  docs: `
With a single stage everything that the build needs is shipped with the program: compilers, headers, sources and caches,
often ten times its own size. All of it is pulled, scanned and patched, and helps whoever breaks in.

Give the build a stage of its own, \`FROM golang:1.27 AS build\`, start the image anew with a second FROM on a small base,
and copy over what the program needs: \`COPY --from=build /app /app\`.

What counts, for every RUN: packages for building (2 each, at most 6), a build such as \`go build\` or \`mvn package\` (4),
\`npm run build\` (3), make (2), an archive that is fetched and unpacked (2). From \`minScore\` on it is reported.
Tools that the same RUN removes again do not count, and an image that starts nothing may itself be a tool for building.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as tally does: count also tools that the same RUN removes, and images that start nothing.',
    },
    minScore: { type: 'integer', default: 4, min: 1, about: 'From which score on a file is reported.' },
  },
  examples: [
    {
      title: 'A Go program shipped with its compiler',
      bad: `
        FROM «golang:1.27»
        COPY . .
        RUN go build -o /server .
        CMD ["/server"]`,
      except: ['behind another stage'],
    },
    {
      title: 'Packages for building, and make',
      bad: `
        FROM «debian:12»
        RUN apt-get update && apt-get install -y build-essential libssl-dev
        RUN ./configure && make install
        CMD ["server"]`,
      except: ['behind another stage'],
    },
    {
      title: 'Two stages',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM scratch
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'A stage for development, and nothing much to build',
      good: `
        FROM golang:1.27 AS dev
        RUN go build -o /server .`,
    },
    {
      title: 'A dev container',
      path: '.devcontainer/Dockerfile',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y build-essential cmake ninja-build`,
    },
    {
      title: 'Below the score, by the words or by the option',
      options: { minScore: 8 },
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y gcc git
        RUN make
        CMD ["/app"]`,
    },
    {
      title: 'Tools that are removed again, and an image of tools',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache --virtual .build gcc musl-dev make && make install && apk del .build
        CMD ["server"]`,
    },
    {
      title: 'A base that is for building',
      good: `
        FROM buildpack-deps:bookworm
        RUN ./configure && make && make install && go build
        CMD ["python3"]`,
    },
    {
      title: 'An image of tools',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y build-essential cmake`,
    },
    {
      title: 'An image that compiles for others, and one that is named for it',
      path: 'Dockerfile.build',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y build-essential cmake && make
        CMD ["server"]`,
    },
    {
      title: 'Packages for building where nothing is built',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y libasound2-dev libgstreamer1.0-dev libxslt1-dev
        CMD ["player"]`,
    },
    {
      title: 'A compiler is what it starts',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y build-essential distcc && make
        ENTRYPOINT ["distccd", "--daemon", "--no-detach"]`,
    },
    {
      title: 'As tally judges it',
      profile: 'all',
      bad: `
        FROM «alpine:3.22»
        RUN apk add --no-cache --virtual .build gcc musl-dev make && make install && apk del .build`,
      except: ['behind another stage'],
    },
    {
      title: 'A tool that only runs',
      good: `
        FROM node:24-slim
        RUN npm ci --omit=dev
        CMD ["node", "server.js"]`,
    },
  ],
  *check(file, { options }) {
    const [stage, ...more] = file.stages;
    if (!stage?.from || more.length > 0 || isForDevelopment(stage, file)) return;
    // An image on buildpack-deps is for building, by the name of its base.
    const isForBuilding =
      !startsSomething(stage) ||
      !mayCompileIn(stage) ||
      stage.rootImage?.repository === 'buildpack-deps' ||
      isNamedForBuilding(file.path) ||
      mainCommandsOf(stage).some(({ program }) => COMPILERS.has(program.text) || program.text.startsWith('distccd'));
    if (!options.asPeers && isForBuilding) return;
    if (buildWeight(file, options.asPeers) < options.minScore) return;
    yield {
      at: stage.from.image,
      message: say`What builds the program is shipped with it: there is only one stage.`,
    };
  },
});

/** Programs that compile whatever they are handed. */
const COMPILERS: ReadonlySet<string> = new Set([
  ...[
    'gcc',
    'g++',
    'clang',
    'cc',
    'make',
    'cmake',
    'cargo',
    'rustc',
    'go',
    'javac',
    'distccd',
    'ccache',
    'sccache',
    'bazel',
  ],
]);

const isNamedForBuilding = (path: string): boolean => /(^|[-_./])(build|builder|buildenv)(?=$|[-_./])/i.test(path);
