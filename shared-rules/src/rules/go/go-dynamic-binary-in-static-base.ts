import { insertBefore, suggestion, type Fix } from '../../edit.js';
import { hasNoShell, officialName } from '../../knowledge/images.js';
import {
  ancestry,
  around,
  type Command,
  type Dockerfile,
  type Image,
  type Instructions,
  type Stage,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'go-dynamic-binary-in-static-base',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['runtime', 'broken-start', 'go'],
  since: 'next',
  summary: 'Build a Go program without cgo where its image has no C library.',
  docs: `
With cgo, which is on wherever a C compiler is at hand, a Go program that uses the network or looks up users is linked to
the glibc of the build stage. On scratch, distroless/static or Alpine that library is missing, and the container ends at
once with "no such file or directory", though the file is there.

Set \`CGO_ENABLED=0\` for the build. A program that needs cgo belongs on an image with glibc, such as distroless/base or
debian, or has to be linked by \`-extldflags -static\`.`,
  sources: {
    'cgo command': 'https://pkg.go.dev/cmd/cgo',
    'net package, "Name Resolution"': 'https://pkg.go.dev/net#hdr-Name_Resolution',
    Distroless: 'https://github.com/GoogleContainerTools/distroless/blob/main/base/README.md',
  },
  examples: [
    {
      title: 'A program linked to glibc on scratch',
      bad: `
        FROM golang:1.27 AS build
        RUN go «build» -o /server .
        FROM scratch
        COPY --from=build /server /server
        ENTRYPOINT ["/server"]`,
      good: `
        FROM golang:1.27 AS build
        RUN CGO_ENABLED=0 go build -o /server .
        FROM scratch
        COPY --from=build /server /server
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'On distroless/static and on Alpine, by other ways',
      bad: `
        FROM golang:1.27-bookworm AS base
        WORKDIR /src
        FROM base AS build
        RUN GOOS=linux go «build» -o bin/server ./cmd/server
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /src/bin/server /
        FROM alpine:3.22
        COPY --from=build /src/bin /usr/local/bin
        CMD ["server"]`,
      good: `
        FROM golang:1.27-bookworm AS base
        WORKDIR /src
        FROM base AS build
        RUN GOOS=linux CGO_ENABLED=0 go build -o bin/server ./cmd/server
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /src/bin/server /
        FROM alpine:3.22
        COPY --from=build /src/bin /usr/local/bin
        CMD ["server"]`,
    },
    {
      title: 'Without cgo: by ENV, ARG, in line, exported',
      good: `
        FROM golang:1.27 AS a
        ENV CGO_ENABLED=0
        RUN go build -o /a .
        FROM golang:1.27 AS b
        ARG CGO_ENABLED=0
        RUN go build -o /b .
        FROM golang:1.27 AS c
        RUN CGO_ENABLED=0 go build -o /c . && export CGO_ENABLED=0 && go build -o /c2 .
        FROM golang:1.27 AS d
        RUN env CGO_ENABLED=0 go build -o /d . && go env -w CGO_ENABLED=0 && go build -o /d2 .
        FROM scratch
        COPY --from=a /a /a
        COPY --from=b /b /b
        COPY --from=c /c /c2 /
        COPY --from=d /d /d2 /`,
    },
    {
      title: 'Linked statically, or without the parts that need C',
      good: `
        FROM golang:1.27 AS build
        RUN go build -ldflags '-linkmode external -extldflags "-static"' -o /a .
        RUN go build -tags netgo,osusergo -o /b .
        FROM scratch
        COPY --from=build /a /b /`,
    },
    {
      title: 'Built on Alpine for Alpine, or run with glibc',
      good: `
        FROM golang:1.27-alpine AS musl
        RUN go build -o /server .
        FROM golang:1.27 AS glibc
        RUN go build -o /server .
        FROM alpine:3.22
        COPY --from=musl /server /server
        FROM gcr.io/distroless/base-debian12
        COPY --from=glibc /server /server
        FROM debian:12-slim
        COPY --from=glibc /server /server`,
    },
    {
      title: 'Something else is copied, or built for another system',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /generate ./cmd/generate && /generate
        RUN GOOS=windows go build -o /server.exe .
        FROM scratch
        COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
        COPY --from=build /assets /assets
        COPY --from=build /server.exe /`,
    },
  ],
  *check(file) {
    const copies = copiesWithoutGlibc(file);
    if (copies.length === 0) return;
    for (const command of file.runCommands('go')) {
      const { instruction, subcommand, state } = command;
      const stage = instruction?.stage;
      if (!stage || instruction.isTrigger || subcommand?.text !== 'build' || !isOnGlibc(stage)) continue;
      const output = command.flag('-o')?.value;
      if (!output?.literal || mayBeStatic(command)) continue;
      const path = absolute(output.text, state.workdir.known ? state.workdir.value : undefined);
      const copy = copies.find((node) => takes(node, path) && isFrom(node, stage));
      if (!copy) continue;
      yield {
        at: subcommand,
        message: say`${output.text} needs glibc, and ${copy.stage?.rootImage?.value ?? 'the image'} has none.`,
        fix: withoutCgo(command),
        related: [{ at: copy, message: say`It is copied here.` }],
      };
    }
  },
});

/** Whether the stage is on an image of Go with glibc and its compiler. */
const isOnGlibc = ({ rootImage, start }: Stage): boolean =>
  rootImage !== undefined &&
  officialName(rootImage.resolved?.name ?? rootImage.name) === 'golang' &&
  start.family === 'debian';

/** Whether cgo is or may be off, or the program linked by itself. */
function mayBeStatic(command: Command): boolean {
  const { assignments, args, state } = command;
  const all = [...assignments, ...around(command).before.flatMap((other) => other.assignments)];
  if (all.some(({ name }) => name.text === 'CGO_ENABLED') || state.env.lookup('CGO_ENABLED')) return true;
  if (all.some(({ name, value }) => name.text === 'GOOS' && value?.text !== 'linux')) return true;
  const system = state.env.lookup('GOOS');
  if (system && system.value !== 'linux') return true;
  if (args.some(({ text }) => /netgo|osusergo|-static|buildmode/.test(text) || text.includes('$'))) return true;
  const { instruction } = command;
  const text = instruction ? [instruction.body.text, ...instruction.heredocs.map(({ body }) => body)].join(' ') : '';
  return text.includes('CGO_ENABLED');
}

const absolute = (path: string, folder: string | undefined): string =>
  path.startsWith('/') || folder === undefined ? path : `${folder === '/' ? '' : folder}/${path.replace(/^\.\//, '')}`;

/** Every COPY from a stage into an image without glibc. */
const copiesWithoutGlibc = (file: Dockerfile): readonly Instructions['COPY'][] =>
  [...file.all('COPY')].filter(({ from, stage }) => from?.stage && isWithoutGlibc(stage));

/** Whether the COPY is from the stage, or from one that starts from it. */
const isFrom = ({ from }: Instructions['COPY'], stage: Stage): boolean =>
  from?.stage !== undefined && ancestry(from.stage).includes(stage);

/** Whether the COPY takes the file, by its path or with the folder that it lies in. */
const takes = ({ sources }: Instructions['COPY'], path: string): boolean =>
  sources.some(({ text }) => {
    const source = text.replace(/(?<=.)\/$/, '');
    return source === path || (source !== '/' && path.startsWith(`${source}/`));
  });

/** Images without a C library, or with musl. */
function isWithoutGlibc(stage: Stage | undefined): boolean {
  const image: Image | undefined = stage?.rootImage;
  if (!stage || !image) return false;
  if (stage.start.family === 'alpine') return true;
  const name = image.resolved?.name ?? image.name;
  const isStatic = /^(gcr\.io\/distroless\/static(-debian\d+)?|(cgr\.dev\/)?chainguard\/static)$/.test(name);
  return image.value === 'scratch' || (isStatic && hasNoShell(name, undefined));
}

function withoutCgo(command: Command): Fix | undefined {
  if (command.instruction?.keyword !== 'RUN' || command.instruction.form === 'exec') return undefined;
  if (command.wrappers.length > 0 || command.path !== 'go') return undefined;
  return suggestion('Build without cgo', insertBefore(command.program, 'CGO_ENABLED=0 '));
}
