import { suggestion, wordsAfter } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'go-build-flags',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['go', 'size'],
  since: 'next',
  summary: 'Build Go programs without symbol tables and without the paths of the builder.',
  docs: `
A Go program carries its symbol table and debug information, about a quarter of its size, and the path of every source
file as it was on the builder. In an image that only runs it, neither is of use; stack traces work without.

Add \`-trimpath -ldflags="-s -w"\`. Leave the rule off where programs are debugged or profiled in place.`,
  sources: {
    'go build': 'https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies',
    'go tool link': 'https://pkg.go.dev/cmd/link',
  },
  examples: [
    {
      title: 'Neither of the two',
      bad: `
        FROM golang:1.24 AS build
        RUN CGO_ENABLED=0 go «build» -o /bin/server ./cmd/server`,
      good: `
        FROM golang:1.24 AS build
        RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /bin/server ./cmd/server`,
    },
    {
      title: 'One of the two',
      bad: `
        FROM golang:1.24 AS build
        RUN go «build» -trimpath -o /bin/a . && go «build» -ldflags "-s -w" -o /bin/b .`,
      good: `
        FROM golang:1.24 AS build
        RUN go build -ldflags=-s -trimpath -o /bin/a . && go build -trimpath -ldflags "-s -w" -o /bin/b .`,
    },
    {
      title: 'Both, by flags or by a variable',
      good: `
        FROM golang:1.24 AS build
        RUN go build -trimpath -ldflags="-w -X main.version=1" .
        ENV GOFLAGS="-trimpath -ldflags=-s"
        RUN go build .`,
    },
    {
      title: 'For a debugger, for tests, with flags that only the build knows',
      good: `
        FROM golang:1.24 AS test
        RUN go build .
        FROM golang:1.24 AS build
        RUN go build -gcflags="all=-N -l" . && go build $FLAGS . && go build -trimpath -ldflags="$LDFLAGS" .
        RUN go vet ./... && go install example.com/tool@v1.0.0 && go build ./...`,
    },
  ],
  *check(file) {
    for (const command of file.runCommands('go')) {
      const verb = verbOf(command);
      const stage = command.instruction?.stage;
      if (verb?.text !== 'build' || !stage || isForDevelopment(stage, file) || isOpen(command)) continue;
      const flags = [
        ...(command.has('-trimpath') ? [] : ['-trimpath']),
        ...(stripsSymbols(command) ? [] : ['-ldflags=-s']),
      ];
      if (flags.length === 0) continue;
      // A second -ldflags would replace the first.
      const isGiven = command.has('-ldflags') && flags.includes('-ldflags=-s');
      yield {
        at: verb,
        message: say`The program keeps what only its builder needs; ${flags.join(' ')} leaves it out.`,
        fix: isGiven ? undefined : suggestion(`Add ${flags.join(' ')}`, wordsAfter(verb, ...flags)),
      };
    }
  },
});

/** Whether flags come from elsewhere, or the call is for a debugger, or makes no program. */
const isOpen = (command: Command): boolean =>
  command.has('-gcflags', '-race', '-n') ||
  (command.state.env.lookup('GOFLAGS')?.value ?? '') !== '' ||
  command.args.some(({ literal, text }) => (!literal && /^["']?\$/.test(text)) || text.endsWith('/...')) ||
  command.flag('-ldflags')?.value?.literal === false;

const stripsSymbols = (command: Command): boolean =>
  /(^|[\s"'])-[sw]([\s"']|$)/.test(command.flag('-ldflags')?.value?.text ?? '');
