import type { CopySource, Image, Instruction, Located } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'trusted-registry',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['base-image', 'supply-chain'],
  since: 'next',
  peers: { hadolint: ['DL3026'] },
  summary: 'Take images only from the registries that the team trusts.',
  docs: `
Whoever controls the registry of a base image, or of an image that files are copied from, decides what runs in yours.
Many teams therefore allow a few registries alone.

Name them in the option \`trustedRegistries\`; without it nothing is reported. A \`*\` at one end of a pattern stands for
anything. An image without a registry comes from \`docker.io\`.`,
  sources: { 'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from' },
  options: {
    trustedRegistries: {
      type: 'strings',
      default: [],
      about: 'The registries that images may come from, such as ghcr.io, *.example.com or docker.io; none allows all.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3026',
      they: 'takes the number of a stage in COPY --from for an image',
      we: 'take it for the stage',
      why: 'The builder does so too.',
    },
  ],
  examples: [
    {
      title: 'Another registry',
      options: { trustedRegistries: ['registry.example.com', '*.corp.example'] },
      bad: `
        FROM «ghcr.io/team/app:1»
        COPY --from=«quay.io/team/tool:1» /tool /tool
        RUN --mount=type=bind,from=«docker.io/library/busybox:1.37»,target=/mnt ls /mnt`,
    },
    {
      title: 'The registries of the list',
      options: { trustedRegistries: ['registry.example.com', '*.corp.example'] },
      good: `
        FROM registry.example.com/team/app:1
        COPY --from=tools.corp.example/tool:1 /tool /tool`,
    },
    {
      title: 'An image of Docker Hub, and a port that is not allowed',
      options: { trustedRegistries: ['registry.example.com'] },
      bad: `
        FROM «debian:12»
        FROM «registry.example.com:5000/team/app:1»`,
    },
    {
      title: 'Docker Hub by either of its names, the start of a name, and everything',
      options: { trustedRegistries: ['hub.docker.com', 'ghcr*'] },
      good: `
        FROM debian:12
        FROM docker.io/library/debian:12
        FROM ghcr.io/team/app:1`,
    },
    {
      title: 'Everything',
      options: { trustedRegistries: ['*'] },
      good: `
        FROM quay.io/team/app:1`,
    },
    {
      title: 'Stages, the empty image, mounts without an image',
      options: { trustedRegistries: ['ghcr.io'] },
      good: `
        FROM ghcr.io/team/app:1 AS build
        FROM build AS test
        RUN --mount=type=cache,target=/root/.cache make
        FROM scratch
        COPY --from=build /app /app
        COPY --from=0 /app /app`,
      except: ['behind another stage'],
    },
    {
      title: 'No list',
      good: `
        FROM quay.io/team/app:1`,
    },
    {
      title: 'Variables, and what an ONBUILD holds',
      options: { trustedRegistries: ['ghcr.io'] },
      good: `
        ARG IMAGE
        FROM $IMAGE
        FROM ghcr.io/team/app:1
        ONBUILD COPY --from=quay.io/team/tool:1 /tool /tool`,
    },
  ],
  *check(file, { options: { trustedRegistries } }) {
    if (trustedRegistries.length === 0) return;
    const tests = trustedRegistries.map(testFor);
    for (const node of file.all('FROM', 'COPY', 'RUN')) {
      for (const { at, image } of imagesOf(node)) {
        const name = image.resolved?.name ?? image.name;
        if (name === 'scratch' || name === '' || name.startsWith('$')) continue;
        const registry = registryOf(name);
        const names = HUB.has(registry) ? [...HUB] : [registry];
        if (names.some((host) => tests.some((test) => test(host)))) continue;
        yield { at, message: say`${registry} is none of the trusted registries.` };
        break;
      }
    }
  },
});

const HUB: ReadonlySet<string> = new Set(['docker.io', 'hub.docker.com']);

function registryOf(name: string): string {
  const [host = '', ...rest] = name.split('/');
  return rest.length > 0 && host.includes('.') ? host : 'docker.io';
}

function testFor(pattern: string): (host: string) => boolean {
  if (pattern === '*') return () => true;
  if (pattern.startsWith('*')) return (host) => host.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return (host) => host.startsWith(pattern.slice(0, -1));
  return (host) => host === pattern;
}

/** The images that an instruction takes something from; stages are none. */
function imagesOf(node: Instruction): readonly { at: Located; image: Image }[] {
  const named = (origin: CopySource | undefined): { at: Located; image: Image }[] =>
    origin && !origin.stage && !/^\d*$/.test(origin.word.text) ? [{ at: origin.word, image: origin.image }] : [];
  if (node.keyword === 'FROM') return 'kind' in node.base ? [{ at: node.image.word, image: node.image }] : [];
  if (node.keyword === 'COPY') return named(node.from);
  if (node.keyword !== 'RUN') return [];
  return node.mounts.flatMap(({ type, origin }) => (type === 'cache' || type === 'bind' ? named(origin) : []));
}
