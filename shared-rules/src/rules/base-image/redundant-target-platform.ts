import { fix, remove } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'redundant-target-platform',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'multi-platform'],
  since: 'next',
  peers: { hadolint: ['DL3065'], buildkit: ['RedundantTargetPlatform'] },
  summary: 'Leave out --platform=$TARGETPLATFORM, which is the default.',
  docs: `
A stage is built for the target platform unless it says otherwise. \`--platform=$TARGETPLATFORM\` changes nothing, warns at
every build, and hides the stages whose platform does matter.

Take the flag out.`,
  sources: {
    RedundantTargetPlatform: 'https://docs.docker.com/reference/build-checks/redundant-target-platform/',
    'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from',
  },
  examples: [
    {
      title: 'The target platform by name',
      bad: `
        FROM «--platform=$TARGETPLATFORM» golang:1.27 AS build
        RUN go build -o /app
        FROM «--platform=\${TARGETPLATFORM}» debian:12`,
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /app
        FROM debian:12`,
    },
    {
      title: 'In small letters',
      bad: `
        from «--platform=$TARGETPLATFORM» debian:12`,
      good: `
        from debian:12`,
    },
    {
      title: 'The platform of the builder',
      good: `
        FROM --platform=$BUILDPLATFORM golang:1.27
        RUN go build -o /app`,
    },
    {
      title: 'Combinations, and text around the variable',
      good: `
        FROM --platform=$TARGETOS/$TARGETARCH golang:1.27
        FROM --platform=\${TARGETPLATFORM}/v8 golang:1.27
        FROM --platform=\${TARGETPLATFORM:-linux/amd64} golang:1.27`,
    },
    {
      title: 'A default of its own for the name',
      good: `
        ARG TARGETPLATFORM=linux/amd64
        FROM --platform=$TARGETPLATFORM golang:1.27`,
    },
  ],
  *check(file) {
    // A default of the file's own is what holds where the builder is none of BuildKit's.
    if (file.globalArgs.some(({ pairs }) => pairs.some(({ name, value }) => name.text === NAME && value))) return;
    for (const from of file.all('FROM')) {
      const flag = from.flag('platform');
      const [part, ...rest] = flag?.value?.parts ?? [];
      if (!flag || rest.length > 0 || part?.kind !== 'variable') continue;
      if (part.name !== NAME || part.operator !== undefined) continue;
      yield {
        at: flag,
        message: say`A stage is built for ${'$' + NAME} anyway.`,
        fix: fix('Leave the flag out', remove(flag)),
      };
    }
  },
});

const NAME = 'TARGETPLATFORM';
