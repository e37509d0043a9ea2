import { addInstructionBefore, suggestion, type Fix } from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { portsOf } from '../../knowledge/servers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { appendedTo, mainCommand, ownStartsOf } from '../../knowledge/start.js';
import { hasTool } from '../../knowledge/tools.js';
import type { Dockerfile, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Use } from '../../workspace.js';

const PEERS = {
  hadolint: ['DL3057'],
  trivy: ['DS-0026'],
  checkov: ['CKV_DOCKER_2'],
  kics: ['Healthcheck Instruction Missing'],
  dockle: ['CIS-DI-0006'],
};

export default rule({
  id: 'healthcheck-required',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['runtime', 'healthcheck'],
  since: 'next',
  peers: PEERS,
  summary: 'Say by HEALTHCHECK how to find out whether the server still works.',
  docs: `
Without a health check Docker and Compose see only whether the process exists. A server that hangs counts as running: it stays
in the rotation, nothing restarts it, and what depends on it is started too early.

Add a HEALTHCHECK that asks the server itself, by a program that the image has. Kubernetes ignores HEALTHCHECK and has
probes of its own, so for images that run only there the rule stays off, as it is by default.`,
  sources: {
    'HEALTHCHECK reference': 'https://docs.docker.com/reference/dockerfile/#healthcheck',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3057',
      they: 'flags every stage without one, once it is switched on',
      we: 'flags the final stage alone, where it runs a server and Compose has no health check of its own',
      why: 'A build stage is never asked whether it is well, and neither is a program that ends.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report every stage without one, as hadolint does, whether it runs a server or not.',
    },
  },
  examples: [
    {
      title: 'Any stage, as hadolint sees it',
      except: ['behind another stage'],
      bad: `
        FROM «golang:1.23» AS build
        RUN go build -o /server .
        FROM «debian:12»
        COPY --from=build /server /server`,
    },
    {
      title: 'A server, with a program to ask it',
      options: { asPeers: false },
      bad: `
        FROM golang:1.23 AS build
        RUN go build -o /server .
        FROM «python:3.12-alpine»
        EXPOSE 8000
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
      good: `
        FROM golang:1.23 AS build
        RUN go build -o /server .
        FROM python:3.12-alpine
        EXPOSE 8000
        HEALTHCHECK --start-period=30s CMD wget -qO- http://localhost:8000/ || exit 1
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'A health check, even none on purpose, here or in the stage it starts from',
      except: ['behind another stage'],
      good: `
        FROM debian:12 AS base
        HEALTHCHECK CMD ["/server", "--check"]
        FROM base AS one
        CMD ["/server"]
        FROM debian:12
        HEALTHCHECK NONE`,
    },
    {
      title: 'A base of a stage that has one',
      except: ['behind another stage'],
      good: `
        FROM debian:12 AS base
        RUN make
        FROM base
        HEALTHCHECK CMD ["/server", "--check"]`,
    },
    {
      title: 'Compose has the health check',
      options: { asPeers: false },
      files: {
        'compose.yaml':
          'services:\n  web:\n    build: .\n    healthcheck:\n      test: ["CMD", "wget", "-qO-", "http://localhost:8000/"]\n',
      },
      good: `
        FROM python:3.12-alpine
        EXPOSE 8000
        CMD ["gunicorn", "--bind", "0.0.0.0:8000", "app:api"]`,
    },
    {
      title: 'No server that anybody knows of, and a stage for development',
      options: { asPeers: false },
      good: `
        FROM node:22 AS dev
        EXPOSE 3000
        CMD ["npm", "run", "dev"]
        FROM debian:12
        CMD ["/srv/report.sh"]`,
    },
  ],
  *check(file, { options, workspace }) {
    if (!options.asPeers && workspace.uses().some(isCheckedThere)) return;
    for (const stage of file.stages) {
      const image = stage.from?.image;
      if (!image || stage.effective('HEALTHCHECK') || leadsToOne(file, stage)) continue;
      if (!options.asPeers && !(stage.isFinal && servesIn(stage) && !isForDevelopment(stage, file))) continue;
      yield {
        at: image,
        message: say`Nothing says how to find out whether this image still works.`,
        fix: options.asPeers ? undefined : skeleton(stage),
        peers: codesOf(PEERS, {
          trivy: stage.isFinal,
          checkov: stage.isFinal,
          kics: stage.isFinal,
          dockle: stage.isFinal,
        }),
      };
    }
  },
});

/** Whether the place that runs the image checks it itself: Kubernetes by its probes, Compose where it says so. */
const isCheckedThere = ({ file, container }: Use): boolean =>
  file.kind === 'kubernetes' || container.node('healthcheck') !== undefined;

/** Whether a stage that is based on this one has a health check. */
const leadsToOne = (file: Dockerfile, stage: Stage): boolean =>
  file.stages.some(
    (other) => other.base === stage && (other.effective('HEALTHCHECK') !== undefined || leadsToOne(file, other)),
  );

const portIn = (stage: Stage): number | undefined => {
  for (const node of ownStartsOf(stage)) {
    const command = mainCommand(node);
    const ports = command && portsOf(command, stage.result.env, appendedTo(node, stage));
    if (ports?.length === 1) return ports[0];
  }
  const word = stage.effective('EXPOSE')?.words[0]?.text.replace(/\/tcp$/, '') ?? '';
  return /^\d+$/.test(word) ? Number(word) : undefined;
};

const servesIn = (stage: Stage): boolean => stage.effective('EXPOSE') !== undefined || portIn(stage) !== undefined;

/** A question to the port, by a program that the image has. */
function skeleton(stage: Stage): Fix | undefined {
  const [start] = ownStartsOf(stage);
  const port = portIn(stage);
  const ask = hasTool(stage, 'wget') === true ? 'wget -qO-' : hasTool(stage, 'curl') === true ? 'curl -fsS' : undefined;
  if (!start || port === undefined || ask === undefined) return undefined;
  return suggestion(
    'Ask the server by HEALTHCHECK',
    addInstructionBefore(start, `HEALTHCHECK --start-period=30s CMD ${ask} http://localhost:${port}/ || exit 1`),
  );
}
