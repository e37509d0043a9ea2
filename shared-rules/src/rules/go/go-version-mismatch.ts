import { replace, suggestion } from '../../edit.js';
import type { Instructions } from '../../model/index.js';
import { projectIn } from '../../knowledge/projects.js';
import { languageVersionOf } from '../../knowledge/versions.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'go-version-mismatch',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'go', 'context', 'broken-build'],
  since: 'next',
  summary: 'Use a Go image that is not older than the Go version of go.mod.',
  docs: `
The \`go\` line of go.mod is the least version that the module builds with. The official images set
\`GOTOOLCHAIN=local\`, so that Go does not fetch a newer one by itself: the build stops with "go.mod requires go >= …".

Take an image of that version or a newer one. With \`ENV GOTOOLCHAIN=auto\` Go fetches what it needs at every build.`,
  sources: {
    'Go toolchains': 'https://go.dev/doc/toolchain',
    'golang on Docker Hub': 'https://hub.docker.com/_/golang',
  },
  examples: [
    {
      title: 'An image that is older than go.mod',
      files: { 'go.mod': 'module example.com/api\n\ngo 1.23.0\n' },
      bad: `
        FROM golang:«1.21-alpine» AS build
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download`,
      good: `
        FROM golang:1.23-alpine AS build
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download`,
    },
    {
      title: 'Older by a patch, in a folder of the context, by a mount',
      files: { 'server/go.mod': 'module example.com/api // the server\ngo 1.22.5\ntoolchain go1.23.1\n' },
      bad: `
        FROM golang:«1.22.1»
        WORKDIR /src
        RUN --mount=type=bind,source=server,target=/src go build -o /bin/server .`,
      good: `
        FROM golang:1.22
        WORKDIR /src
        RUN --mount=type=bind,source=server,target=/src go build -o /bin/server .`,
    },
    {
      title: 'By a build argument with a default',
      files: { 'go.mod': 'module x\ngo 1.24\n' },
      bad: `
        ARG GO=1.22
        FROM golang:«$GO»
        COPY . .`,
    },
    {
      title: 'As new as go.mod, or newer',
      files: { 'go.mod': 'module example.com/api\ngo 1.22.5\ntoolchain go1.24.0\n' },
      good: `
        FROM golang:1.22
        COPY . .
        FROM golang:1.24.1-bookworm
        COPY . .
        FROM golang:1
        COPY . .`,
    },
    {
      title: 'Go fetches the toolchain by itself',
      files: { 'go.mod': 'module example.com/api\ngo 1.24\n' },
      good: `
        FROM golang:1.22
        ENV GOTOOLCHAIN=auto
        COPY . .
        RUN go build .
        FROM golang:1.22
        COPY . .
        RUN GOTOOLCHAIN=auto go build .
        FROM golang:1.22
        COPY . .
        RUN go env -w GOTOOLCHAIN=auto && go build .
        FROM golang:1.22
        COPY . .
        RUN export GOTOOLCHAIN=go1.24.0 && go build .`,
    },
    {
      title: 'A tag by a variable, a moving tag, another image, no module',
      files: { 'go.mod': 'module example.com/api\ngo 1.24\n' },
      good: `
        ARG GO
        FROM golang:$GO
        COPY . .
        FROM golang:alpine
        COPY . .
        FROM example.com/golang:1.20
        COPY . .
        FROM golang:1.20
        RUN go install example.com/tool@v1.2.3`,
    },
  ],
  *check(file, { workspace }) {
    for (const { image, stage } of file.all('FROM')) {
      const version = languageVersionOf(image, 'golang');
      if (!version || !stage || !image.tag) continue;
      if (stage.result.env.lookup('GOTOOLCHAIN')) continue;
      const runs = stage.instructions.filter((node) => node.keyword === 'RUN');
      if (runs.some(setsToolchain)) continue;
      // A mount is there for its RUN alone.
      const project = [undefined, ...runs]
        .map((run) => projectIn(file, stage, run?.state ?? stage.result, ['go.mod'], workspace, run))
        .find((found) => found !== undefined);
      const range = project?.open('go.mod')?.versionsOf('go');
      if (!project || !range || range.allows(version.number)) continue;
      const wanted = range.nearest(version.number, 2);
      yield {
        at: image.tag,
        message: say`go.mod asks for Go ${range.text}, newer than ${version.number}.`,
        fix:
          wanted !== undefined && image.tag.literal
            ? suggestion(`Use Go ${wanted}`, replace(image.tag, wanted + version.rest))
            : undefined,
        related: [{ at: range, path: project.pathOf('go.mod'), message: say`It is named here.` }],
      };
    }
  },
});

const setsToolchain = ({ commands }: Instructions['RUN']): boolean =>
  commands.some(
    ({ assignments, args }) =>
      assignments.some(({ name }) => name.text === 'GOTOOLCHAIN') ||
      args.some(({ text }) => text.startsWith('GOTOOLCHAIN')),
  );
