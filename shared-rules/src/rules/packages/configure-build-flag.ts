import { suggestion, wordsAfter } from '../../edit.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { runOf, type Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'configure-build-flag',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'strict',
  tags: ['packages', 'multi-platform'],
  since: 'next',
  peers: { parfum: ['configureShouldUseBuildFlag'] },
  summary: 'Tell a configure script by --build which machine it builds on.',
  docs: `
Without \`--build\` a configure script guesses the machine from its kernel. An image for 32 bits that is built on a kernel of
64 bits is then compiled for the wrong machine, or not at all.

On Debian and Ubuntu, with the package dpkg-dev, pass
\`--build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"\`. Scripts that Autoconf has not made, as those of FFmpeg, nginx or
zlib, take no such flag or mean something else by it; leave them as they are.`,
  sources: {
    'Autoconf, "System Type"':
      'https://www.gnu.org/savannah-checkouts/gnu/autoconf/manual/autoconf-2.72/html_node/Specifying-Target-Triplets.html',
    'dpkg-architecture(1)': 'https://manpages.debian.org/bookworm/dpkg-dev/dpkg-architecture.1.en.html',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: any call of ./configure, on any system.' },
  },
  differs: [
    {
      from: 'parfum/configureShouldUseBuildFlag',
      they: 'flags ./configure on every system and of every program',
      we: 'look at Debian and its kin alone, and not at scripts that Autoconf has not made',
      why: 'dpkg-architecture knows the answer there; other scripts do not know the question.',
    },
    {
      from: 'parfum/configureShouldUseBuildFlag',
      they: 'knows ./configure alone',
      we: 'also flag scripts in other folders, as ../configure',
      why: 'They are the same scripts.',
    },
  ],
  examples: [
    {
      title: 'A script that guesses',
      bad: `
        FROM debian:12
        RUN ./«configure» --prefix=/opt/x && make install`,
      good: `
        FROM debian:12
        RUN ./configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)" --prefix=/opt/x && make install`,
    },
    {
      title: 'In another folder, over several lines',
      bad: `
        FROM debian:12
        RUN mkdir build && cd build \\
          && ../«configure» \\
            --disable-nls \\
          && make`,
      good: `
        FROM debian:12
        RUN mkdir build && cd build \\
          && ../configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)" \\
            --disable-nls \\
          && make`,
    },
    {
      title: 'The machine is told, or may be',
      good: `
        FROM debian:12
        RUN ./configure --build="$arch" && ./configure --build x86_64-linux-gnu
        RUN ./configure $OPTIONS && ./configure --help`,
    },
    {
      title: 'Another system',
      good: `
        FROM alpine:3.22
        RUN ./configure && make`,
    },
    {
      title: 'A script that Autoconf has not made',
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/ffmpeg-7.tar.gz | tar -xz && cd ffmpeg-7 && ./configure --enable-shared`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM alpine:3.22
        RUN ./«configure» $OPTIONS && sudo /usr/bin/«configure»`,
    },
    {
      title: 'What docker-parfum does not know',
      profile: 'all',
      good: `
        FROM debian:12
        RUN ../configure && /src/configure && ./configure --build=x`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('configure')) {
      const run = runOf(command);
      if (!run || command.args.some(({ text }) => text.startsWith('--build'))) continue;
      const isSeen = parfumSees(command) && /^(\.\/|.*bin\/)?configure$/.test(command.path);
      const isDebian = run.state.family === 'debian';
      const isOurs = isDebian && !mayBeTold(command) && !run.commands.some(namesOther);
      if (options.asPeers ? !isSeen : !isOurs) continue;
      yield {
        at: command.program,
        message: say`${command.path} guesses which machine it builds on.`,
        fix:
          isDebian && run.script
            ? suggestion('Tell it by --build', wordsAfter(command.program, `--build="$(${QUERY})"`))
            : undefined,
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const QUERY = 'dpkg-architecture --query DEB_BUILD_GNU_TYPE';

/** Whether a word that only the shell knows may hold the flag, or the script only prints its help. */
const mayBeTold = ({ args }: Command): boolean => args.some(({ text }) => /^[$`]|^--help|^--version/.test(text));

/** Projects whose configure scripts are written by hand. */
const namesOther = ({ args }: Command): boolean =>
  args.some(({ text }) => /ffmpeg|nginx|zlib|libvpx|x26[45]|qemu|openssl|libav/i.test(text));
