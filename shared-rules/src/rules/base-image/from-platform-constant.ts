import { AS_PEERS } from '../../knowledge/peers.js';
import { remove, suggestion } from '../../edit.js';
import type { Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'from-platform-constant',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'multi-platform'],
  since: 'next',
  peers: {
    hadolint: ['DL3029'],
    buildkit: ['FromPlatformFlagConstDisallowed'],
    parfum: ['DL3029'],
  },
  summary: 'Leave the platform of a base image to the build.',
  docs: `
With a fixed \`--platform\` the image has that architecture whatever it is built for. On another machine it runs under
emulation, many times slower, or not at all.

Take the flag out and build with \`docker build --platform\`; for a stage that compiles for others write
\`--platform=$BUILDPLATFORM\`. A stage whose name says its platform, as \`build-arm64\`, is left alone.`,
  sources: {
    FromPlatformFlagConstDisallowed:
      'https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/',
    'Multi-platform builds': 'https://docs.docker.com/build/building/multi-platform/',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Report a variable other than BUILDPLATFORM and TARGETPLATFORM too, and stages named for their platform, as hadolint does.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3029',
      they: 'flags a variable of another name, and a stage that is named for its platform',
      we: 'leave both alone',
      why: 'Whoever builds sets the variable, and a stage that is named for its platform is for that one.',
    },
  ],
  examples: [
    {
      title: 'A platform',
      bad: `
        FROM «--platform=linux/arm64» debian:12`,
      good: `
        FROM debian:12`,
    },
    {
      title: 'Whatever it says',
      bad: `
        FROM «--platform=linux» debian:12 AS build
        FROM «--platform=foo» debian:12`,
      good: `
        FROM debian:12 AS build
        FROM debian:12`,
    },
    {
      title: 'No flag, and what the build decides',
      good: `
        FROM debian:12
        FROM --platform=$BUILDPLATFORM debian:12
        FROM --platform=linux/\${TARGETARCH} debian:12`,
    },
    {
      title: 'Another variable',
      good: `
        ARG PLATFORM=linux/amd64
        FROM --platform=$PLATFORM debian:12`,
    },
    {
      title: 'A stage that is named for its platform',
      good: `
        FROM --platform=linux/arm64 debian:12 AS build-arm64
        FROM --platform=linux/x86_64 debian:12 AS build-amd64
        FROM --platform=linux/s390x debian:12 AS linux-tools`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        ARG MINE
        FROM «--platform=$MINE» debian:12
        FROM «--platform=linux/arm64» debian:12 AS build-arm64`,
      good: `
        ARG MINE
        FROM debian:12
        FROM debian:12 AS build-arm64`,
    },
  ],
  *check(file, { options: { asPeers } }) {
    for (const from of file.all('FROM')) {
      const flag = from.flag('platform');
      const { value } = flag ?? {};
      if (!flag || !value || /BUILDPLATFORM|TARGETPLATFORM/.test(value.text)) continue;
      const isChosen = !value.literal || isNamedFor(from.alias, value.text);
      if (isChosen && !asPeers) continue;
      yield {
        at: flag,
        message: say`The image is for ${value.text}, whatever it is built for.`,
        fix: suggestion('Leave the platform to the build', remove(flag)),
        ...(isChosen ? { peers: ['hadolint/DL3029', 'parfum/DL3029'] } : {}),
      };
    }
  },
});

/** Architectures by the names that BuildKit writes for them. */
const SAME: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64', i386: '386' };

/** Whether the stage's name says the operating system or the architecture. */
function isNamedFor(alias: Word | undefined, platform: string): boolean {
  if (!alias) return false;
  const name = alias.text.toLowerCase();
  const parts = platform.toLowerCase().split('/', 2);
  return parts.some((part) => part !== '' && name.includes(SAME[part] ?? part));
}
