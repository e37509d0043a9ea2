import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { GO } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'go-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'go', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3062'] },
  summary: 'Name the version of every program that go install fetches.',
  docs: `
Without a version, two builds of one commit differ: go installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`go install example.com/tool@v1.2.3\` pins it; \`@latest\` does not. Without \`@\`, \`go install\` takes the version from the go.mod of
the project, so nothing is said where the stage has one. Since Go 1.24, \`go get -tool\` keeps tools in go.mod.`,
  sources: {
    'Go Modules Reference, "go install"': 'https://go.dev/ref/mod#go-install',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3062',
      they: 'flags a word that is a variable',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3062',
      they: 'takes the value of `-tags`, `-o` and other flags for a package',
      we: 'silent',
      why: 'It is none.',
    },
    {
      from: 'hadolint/DL3062',
      they: 'flags a package without `@` in a stage that has the project',
      we: 'silent',
      why: 'Its go.mod names the version.',
    },
    {
      from: 'hadolint/DL3062',
      they: 'looks at nothing but `go run` in a RUN that has one',
      we: 'flags the installs beside it',
      why: 'They fetch as much.',
    },
  ],
  examples: [
    {
      title: 'The latest version',
      bad: `
        FROM golang:1.24
        RUN go install «golang.org/x/tools/cmd/goimports@latest»`,
    },
    {
      title: 'Several, with one that is pinned; behind a flag; without any version',
      bad: `
        FROM golang:1.24
        RUN go install -tags netgo \\
              github.com/a/b@v1.2.3 \\
              # the linter
              «github.com/c/d@latest» \\
              github.com/e/f@latest
        RUN go get «github.com/g/h»
        ONBUILD RUN go run «github.com/i/j@latest» github.com/k/l@latest`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM golang:1.24
        RUN go install github.com/a/b@v1.2.3 && go run github.com/c/d@v1 ./x && go get github.com/e/f@0a1b2c3 && go install github.com/g/h@$VERSION`,
    },
    {
      title: 'What is local, and of Go itself',
      good: `
        FROM golang:1.24
        RUN go install . ./cmd/app /src/x && go get ./... && go get -d && go install std && go run main.go && go get -u
        RUN go install -ldflags "-s -w" -o /bin/x ./cmd/x && go build github.com/a/b`,
    },
    {
      title: 'What go.mod tells',
      good: `
        FROM golang:1.24
        COPY . .
        RUN go install github.com/me/app/cmd/app && go get github.com/a/b`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM golang:1.24
        RUN go install $TOOLS && sudo go install github.com/a/b@latest`,
    },
    {
      title: 'What other programs call, on request',
      options: { throughWrappers: true },
      bad: `
        FROM golang:1.24
        RUN sudo go install «github.com/a/b@latest»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM golang:1.24
        COPY . .
        RUN go install «$TOOL» && go install -tags «x» ./y && go get «github.com/a/b» && go get -tool «github.com/a/b@none»`,
    },
    {
      title: 'To hadolint a go run hides the installs of its RUN',
      profile: 'all',
      bad: `
        FROM golang:1.24
        RUN go install github.com/a/b@latest && go run «github.com/c/d» x`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM golang:1.24
        RUN go install && go get ./... && go install a@v1 ../b /c && go build github.com/a/b && sudo go install x`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, GO, options, ['hadolint/DL3062']);
  },
});
