import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { APK } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'apk-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3018'] },
  summary: 'Name the version of every package that apk installs.',
  docs: `
Without a version, two builds of one commit differ: apk installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`package=1.2.3-r0\` pins it; \`package~1.2\` leaves room for security updates and breaks less often, since Alpine drops old
builds from its archives. That price is why only the profile \`strict\` asks for it. Where the base image is pinned by digest
and rebuilt on a schedule, leave the rule off.`,
  sources: {
    'Alpine Package Keeper': 'https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3018',
      they: 'flags a word that is a variable',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3018',
      they: 'takes the value of `--root`, `--arch` and other flags for a package',
      we: 'silent',
      why: 'It is none.',
    },
  ],
  examples: [
    {
      title: 'A package without a version',
      bad: `
        FROM alpine:3.20
        RUN apk add --no-cache «curl»`,
    },
    {
      title: 'Several, with one that is pinned, and one from a tagged repository',
      bad: `
        FROM alpine:3.20
        RUN apk add --no-cache \\
              git=2.45.2-r0 \\
              # for the health check
              «curl» \\
              jq
        ONBUILD RUN apk --no-cache add «htop@edge»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM alpine:3.20
        RUN apk add "curl=8.9.0-r0" "git~2.45" "jq~=1.7" "vim>9" ./tool.apk "less=$LESS_VERSION"`,
    },
    {
      title: 'No package is named',
      good: `
        FROM alpine:3.20
        RUN apk add -t .build -X https://example.com/repo gcc=13.2.1-r0 && apk add --virtual .more
        RUN apk add -p /root-fs --keys-dir /keys --arch x86_64 curl=8.9.0-r0 '!busybox' && apk del curl && apk update`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM alpine:3.20
        RUN apk add $PACKAGES "\${NAME}" && sudo apk add curl
        RUN echo apk add curl`,
    },
    {
      title: 'The same on request',
      options: { variables: true, throughWrappers: true },
      bad: `
        FROM alpine:3.20
        RUN apk add «$PACKAGES»
        RUN sudo apk add «curl»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM alpine:3.20
        RUN apk add «$PACKAGES» && apk add --root «/x» curl=1 && apk add -t .build «gcc» && sudo apk add curl`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM alpine:3.20
        RUN apk add --virtual .a -X url -t b && apk add x=1 y~2 z.apk "a>1" "$N=$V"`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, APK, options, ['hadolint/DL3018']);
  },
});
