import { addBeforeStart, suggestion } from '../../edit.js';
import { LABELS } from '../../knowledge/labels.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Dockerfile, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-required',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3049'], sonar: ['S7028'] },
  summary: 'Set the labels that your team wants on every image.',
  docs: `
Who owns an image, where its source is and under which licence it stands is asked months later, when nobody remembers.
Scanners, registries and cleaning jobs read it from labels, and an image without them falls through.

Name the labels once, in the option \`labels\`, with the types of their values: \`text\`, \`url\`, \`rfc3339\`, \`spdx\`, \`hash\`,
\`semver\` or \`email\`. Every image that a file makes then has to set them; the rules label-url, label-semver and their like
look at the values. As long as no label is named, nothing is reported.

    rules:
      label-required:
        labels:
          org.opencontainers.image.source: url
          org.opencontainers.image.version: semver
`,
  sources: {
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
    'LABEL reference': 'https://docs.docker.com/reference/dockerfile/#label',
  },
  options: {
    labels: { ...LABELS, about: 'The labels that every image has, with the types of their values.' },
    asPeers: {
      ...AS_PEERS,
      about: 'Judge every stage as hadolint does, but for those that a later COPY --from names.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3049',
      they: 'asks for the labels in every stage that no COPY names, be it a base of another stage or for development',
      we: 'asks for them in the stages that images are made of, and not in those for development or tests',
      why: 'A label is of use on an image that somebody gets, and a stage that others start from is none yet.',
    },
  ],
  examples: [
    {
      title: 'One label of two is missing',
      options: { labels: { 'org.opencontainers.image.source': 'url', 'org.opencontainers.image.vendor': 'text' } },
      bad: `
        FROM «debian:12»
        LABEL org.opencontainers.image.vendor="Example"
        CMD ["/server"]`,
      good: `
        FROM debian:12
        LABEL org.opencontainers.image.vendor="Example"
        LABEL org.opencontainers.image.source=""
        CMD ["/server"]`,
      except: ['behind another stage'],
    },
    {
      title: 'Two targets, of which one has the label',
      options: { labels: { team: 'text' } },
      bad: `
        FROM debian:12 AS web
        LABEL team="a"
        FROM «alpine:3.22» AS worker
        RUN make`,
      good: `
        FROM debian:12 AS web
        LABEL team="a"
        FROM alpine:3.22 AS worker
        RUN make
        LABEL team=""`,
      except: ['behind another stage'],
    },
    {
      title: 'Set here, or in the stage it starts from; stages that are copied from, and those for tests',
      options: { labels: { team: 'text' } },
      except: ['behind another stage'],
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /server .
        FROM build AS test
        RUN go test ./...
        FROM debian:12 AS base
        LABEL team="a"
        FROM base AS run
        COPY --from=0 /server /server`,
    },
    {
      title: 'No label is wanted',
      good: `
        FROM debian:12
        CMD ["/server"]`,
    },
    {
      title: 'Every stage, as hadolint sees it: only a COPY by name lets one off, or a child without a name',
      profile: 'all',
      options: { labels: { team: 'text' } },
      except: ['behind another stage'],
      bad: `
        FROM «golang:1.25» AS build
        FROM golang:1.25 AS tools
        FROM «debian:12» AS one
        FROM one AS two
        LABEL team="a"
        COPY --from=0 /a /b
        COPY --from=tools /a /c
        FROM debian:12 AS three
        FROM three
        LABEL team="a"`,
      good: `
        FROM golang:1.25 AS build
        LABEL team=""
        FROM golang:1.25 AS tools
        FROM debian:12 AS one
        LABEL team=""
        FROM one AS two
        LABEL team="a"
        COPY --from=0 /a /b
        COPY --from=tools /a /c
        FROM debian:12 AS three
        FROM three
        LABEL team="a"`,
    },
  ],
  *check(file, { options }) {
    for (const name of Object.keys(options.labels)) {
      for (const stage of file.stages) {
        const image = stage.from?.image;
        if (!image || hasLabel(stage, name)) continue;
        const isLetOff = options.asPeers
          ? isCopiedFrom(file, stage) || childSets(file, stage, name)
          : !isMade(file, stage);
        if (isLetOff) continue;
        const edit = addBeforeStart(stage, `LABEL ${name}=""`);
        yield {
          at: image,
          message: say`This image lacks the label ${name}.`,
          fix: edit && /^[\w./-]+$/.test(name) ? suggestion(`Add the label ${name}`, edit) : undefined,
        };
      }
    }
  },
});

const isMade = (file: Dockerfile, stage: Stage): boolean => stage.isOutput && !isForDevelopment(stage, file);

const setsLabel = ({ instructions }: Stage, label: string): boolean =>
  instructions.some((node) => node.keyword === 'LABEL' && node.pairs.some(({ name }) => name.text === label));

function hasLabel(stage: Stage, label: string): boolean {
  for (let at: Stage | undefined = stage; at; at = at.base && 'kind' in at.base ? undefined : at.base) {
    if (setsLabel(at, label)) return true;
  }
  return false;
}

/** Whether a COPY of a later stage names the stage. */
const isCopiedFrom = (file: Dockerfile, { name, index }: Stage): boolean =>
  name !== undefined &&
  [...file.all('COPY')].some(({ from, stage }) => from?.word.text === name.text && (stage?.index ?? -1) > index);

/** hadolint lets a stage off for a child that has no name of its own. */
const childSets = (file: Dockerfile, stage: Stage, label: string): boolean =>
  file.stages.some((child) => child.base === stage && child.name === undefined && setsLabel(child, label));
