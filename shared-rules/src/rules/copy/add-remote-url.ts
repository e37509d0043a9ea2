import { insertBefore, removeLines, replace, suggestion, type Fix } from '../../edit.js';
import { objectsOf, operandsOf, removedBy } from '../../knowledge/commands.js';
import { fileIn, isWeb } from '../../knowledge/downloads.js';
import { isArchiveName } from '../../knowledge/sources.js';
import type { Command, Instructions, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'add-remote-url',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['copy', 'size', 'layers'],
  since: 'next',
  peers: { kics: ['Curl or Wget Instead of Add'] },
  summary: 'Let ADD unpack an archive from the network itself, instead of unpacking it in a later RUN.',
  docs: `
ADD of an address puts the archive into a layer of its own. A later RUN that unpacks it, or removes it, takes nothing away
from that layer: the image carries the archive and what was in it.

\`ADD --unpack=true https://… /opt/\` unpacks on the way (tar archives, also compressed; Dockerfile syntax 1.17 or newer).
For zip files, download and unpack in one RUN, or in a stage that is only copied from.
An ADD of an address is no fault as such: the builder caches it, and \`--checksum\` holds it to what it was.`,
  sources: {
    'ADD --unpack': 'https://docs.docker.com/reference/dockerfile/#add---unpack',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Unpacked in a RUN of its own',
      bad: `
        FROM debian:12
        ADD «https://example.com/x-1.0.tar.gz» /tmp/
        RUN tar -xzf /tmp/x-1.0.tar.gz -C /opt && rm /tmp/x-1.0.tar.gz
        CMD ["/opt/x/run"]`,
      good: `
        FROM debian:12
        ADD --unpack=true https://example.com/x-1.0.tar.gz /opt/
        CMD ["/opt/x/run"]`,
    },
    {
      title: 'A zip file, a name of its own, more in the RUN',
      bad: `
        FROM debian:12
        ADD «https://example.com/x.zip» /tmp/y.zip
        RUN unzip /tmp/y.zip -d /opt
        WORKDIR /src
        ADD «https://example.com/z.tar.xz» z.tar.xz
        RUN set -e; tar xf z.tar.xz --strip-components=1; make
        ADD «https://example.com/a.tgz» /a.tgz
        RUN ./setup && rm -f /a.tgz`,
    },
    {
      title: 'Unpacked by ADD itself',
      good: `
        FROM debian:12
        ADD --unpack=true --checksum=sha256:0123456789012345678901234567890123456789012345678901234567890123 https://example.com/x.tar.gz /opt/
        RUN tar -xf /opt/x.tar.gz`,
    },
    {
      title: 'Git, files of the build context, what is never unpacked',
      good: `
        FROM debian:12
        ADD https://example.com/app.git#v1.0 /src
        ADD app.tar.gz /src/
        ADD https://example.com/x.jar https://example.com/y.tar.gz /srv/
        RUN tar -xf /other.tar.gz && rm /tmp/z`,
    },
    {
      title: 'In a stage that is only copied from',
      good: `
        FROM debian:12 AS fetch
        ADD https://example.com/x.tar.gz /x.tar.gz
        RUN mkdir /x && tar -xzf /x.tar.gz -C /x
        FROM debian:12
        COPY --from=fetch /x /opt/x`,
    },
  ],
  *check(file) {
    for (const node of file.all('ADD')) {
      if (node.flag('unpack') || !node.target || node.stage?.ships === false) continue;
      for (const word of node.sources) {
        const url = node.valueOf(word);
        if (url === undefined || !isWeb(url) || (!isArchiveName(url) && !/\.zip$/i.test(fileIn(url)))) continue;
        const path = placeOf(node, fileIn(url));
        const found = path === undefined ? undefined : nextUse(node, path);
        if (!found) continue;
        yield {
          at: word,
          message: say`${fileIn(url)} stays in this layer, although a later RUN ${found.isRemoved ? 'removes' : 'unpacks'} it.`,
          fix: unpack(node, word, found.run, fileIn(url)),
          related: [{ at: found.command, message: say`It is ${found.isRemoved ? 'removed' : 'unpacked'} here.` }],
        };
      }
    }
  },
});

/** Where the file comes to lie. */
function placeOf(node: Instructions['ADD'], name: string): string | undefined {
  const { target, sources, state } = node;
  const text = target && node.valueOf(target);
  if (text === undefined) return undefined;
  const isFolder = text.endsWith('/') || text === '.' || sources.length > 1;
  const path = isFolder ? `${text.replace(/\/+$/, '')}/${name}` : text;
  return absolute(path, state.workdir.known ? state.workdir.value : '');
}

const absolute = (path: string, folder: string): string =>
  path.startsWith('/') ? path : `${folder.replace(/\/+$/, '')}/${path.replace(/^(\.\/)+/, '')}`;

/** The first command of a later RUN of the stage that unpacks or removes the file. */
function nextUse(node: Instructions['ADD'], path: string) {
  for (let next = node.next; next && next.keyword !== 'FROM'; next = next.next) {
    if (next.keyword !== 'RUN') continue;
    const folder = next.state.workdir.known ? next.state.workdir.value : '';
    const isIt = ({ literal, text }: Word): boolean => literal && absolute(text, folder) === path;
    for (const command of next.commands) {
      if (command.program.text === 'rm' && removedBy(command).some(isIt))
        return { run: next, command, isRemoved: true };
      if (UNPACKING.includes(command.program.text) && command.args.some(isIt))
        return { run: next, command, isRemoved: false };
    }
  }
  return undefined;
}

const UNPACKING = ['tar', 'unzip', 'gunzip', 'bsdtar', 'unxz', 'bunzip2', '7z'];

/** Only where the RUN does nothing but unpack the archive, whole, and remove it. */
function unpack(node: Instructions['ADD'], word: Word, run: Run, name: string): Fix | undefined {
  const [tar, ...rest] = run.commands;
  if (!node.target || node.isJson || node.sources.length > 1 || run.form !== 'shell' || run.mounts.length > 0)
    return undefined;
  if (tar?.program.text !== 'tar' || !isArchiveName(name) || tar.wrappers.length > 0) return undefined;
  if (rest.some((command) => command.program.text !== 'rm' || operandsOf(command).length !== 1)) return undefined;
  if (tar.flags.some((flag) => !PLAIN.includes(flag.name)) || hasMembers(tar)) return undefined;
  const folder = tar.flag('-C', '--directory')?.value;
  const target = folder ? folder.text.replace(/\/*$/, '/') : run.state.workdir.known ? './' : undefined;
  if (target === undefined || folder?.literal === false) return undefined;
  return suggestion(
    'Unpack it with ADD --unpack',
    insertBefore(word, '--unpack=true '),
    replace(node.target, target),
    removeLines(run),
  );
}

const PLAIN = [
  '-x',
  '--extract',
  '-f',
  '--file',
  '-z',
  '-j',
  '-J',
  '-v',
  '-C',
  '--directory',
  '--gzip',
  '--xz',
  '--bzip2',
];

/** Whether only some of the archive is unpacked. */
const hasMembers = (tar: Command): boolean => objectsOf(tar).length > 0;
