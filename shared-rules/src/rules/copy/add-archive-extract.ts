import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import { isArchiveName } from '../../knowledge/sources.js';
import { lastOf, type Command, type Instructions, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'add-archive-extract',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['size'],
  since: 'next',
  peers: { hadolint: ['DL3010'] },
  summary: 'Let ADD unpack a local archive instead of a later RUN.',
  docs: `
An archive that is copied and then unpacked stays in the layer of the COPY: the image carries its content twice, and
deleting the file later frees nothing.

ADD unpacks a local archive as it copies it: \`ADD app.tar.gz /srv/\`. Or mount it for the RUN that unpacks it:
\`RUN --mount=type=bind,source=app.tar.gz,target=/tmp/app.tar.gz tar -xf …\`.`,
  sources: { 'ADD reference': 'https://docs.docker.com/reference/dockerfile/#add' },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint does: the last stage only, tar only with a dash, single packed files as well.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3010',
      they: 'looks at the last stage alone, overlooks `tar xf`, and reports single packed files',
      we: 'looks at every stage, reads `tar xf`, and is silent on what ADD does not unpack',
      why: 'ADD unpacks tar archives, packed or not, and nothing else.',
    },
  ],
  examples: [
    {
      title: 'Copied, then unpacked',
      bad: `
        FROM debian:12
        COPY «app.tar.gz» /tmp/
        RUN tar -xzf /tmp/app.tar.gz -C /srv`,
    },
    {
      title: 'Under another name, in an earlier stage, without a dash',
      bad: `
        FROM debian:12 AS build
        COPY «v1.tgz» /tmp/app.tgz
        RUN cd /srv && tar xf /tmp/app.tgz
        FROM debian:12
        COPY --from=build /srv /srv`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        COPY «app.gz» /tmp/
        RUN gunzip /tmp/app.gz`,
    },
    {
      title: 'From another stage, a zip, unpacked elsewhere, a pattern, never unpacked',
      good: `
        FROM debian:12 AS a
        COPY a.tar.gz /a/
        FROM debian:12
        COPY --from=a /a.tar.gz /a/
        RUN tar -xf /a/a.tar.gz
        COPY b.zip /b/
        RUN unzip /b/b.zip
        COPY c*.tar.gz /c/
        RUN tar -xf /c/c1.tar.gz && tar -cf /d.tar /d
        COPY d.tar.gz /d/`,
    },
  ],
  *check(file, { options }) {
    const stages = options.asPeers ? file.stages.slice(-1) : file.stages;
    for (const stage of stages) {
      for (const copy of stage.instructions) {
        if (copy.keyword !== 'COPY' || copy.flag('from') || copy.heredocs.length > 0) continue;
        const target = lastOf(copy.target?.text ?? '');
        for (const word of copy.sources) {
          const name = isArchiveName(target) ? target : lastOf(word.text);
          if (!isArchiveName(name) || /[*?[$]/.test(name)) continue;
          if (!options.asPeers && !isTar(name)) continue;
          if (!isUnpackedAfter(copy, stage, name, options.asPeers)) continue;
          yield {
            at: word,
            message: say`${name} stays in this layer after a later RUN has unpacked it.`,
          };
        }
      }
    }
  },
});

const isTar = (name: string): boolean => /\.(tar(\.\w+)?|tgz|tbz2?|txz|tlz|tzst)$/i.test(name);

function isUnpackedAfter(copy: Instructions['COPY'], stage: Stage, name: string, asPeers: boolean): boolean {
  const later = stage.instructions.slice(stage.instructions.indexOf(copy) + 1);
  return later.some(
    (node) =>
      node.keyword === 'RUN' &&
      node.commands.some((command) => (!asPeers || hadolintSees(command)) && unpacks(command, name, asPeers)),
  );
}

const UNPACKERS: ReadonlySet<string> = new Set('unzip gunzip bunzip2 unlzma unxz zgz uncompress zcat gzcat'.split(' '));

function unpacks(command: Command, name: string, asPeers: boolean): boolean {
  const { args, program } = command;
  const isTarCall =
    program.text === 'tar' &&
    (asPeers
      ? args.some(({ text }) => text === '--extract' || text === '--get' || /^-.*x/.test(text))
      : command.has('-x', '--extract', '--get'));
  if (!isTarCall && !UNPACKERS.has(program.text)) return false;
  return args.some(({ text }) => !text.startsWith('-') && text.slice(text.search(/[^/\\]*$/)) === name);
}
