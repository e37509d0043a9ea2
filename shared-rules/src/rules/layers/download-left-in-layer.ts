import { chain, suggestion } from '../../edit.js';
import { isOpaque, jumps, operandsOf } from '../../knowledge/commands.js';
import { resolve, startOf, workingFolder } from '../../knowledge/dependencies.js';
import { isClearedAfter, isOnMount, isPlainAtEnd, pathOf } from '../../knowledge/left-files.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Instruction, Instructions, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Copy = Instructions['COPY' | 'ADD'];

export default rule({
  id: 'download-left-in-layer',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['layers', 'size'],
  since: 'next',
  summary: 'Delete a downloaded archive in the RUN that unpacks it.',
  docs: `
An archive or an installer that is unpacked and left behind is in the image for good, next to all that came out of it. A
later RUN that deletes it does not make the image smaller.

Delete it at the end of the same RUN, or pipe it into tar and never write it: \`curl -fsSL … | tar -xz -C /opt\`.
A file that COPY brought cannot be taken out again at all; mount it instead while it is needed:
\`RUN --mount=type=bind,source=tool.tgz,target=/tmp/tool.tgz tar -xzf /tmp/tool.tgz -C /opt\`.`,
  sources: {
    'Best practices for building, "ADD or COPY"': 'https://docs.docker.com/build/building/best-practices/#add-or-copy',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An archive that stays next to its content',
      bad: `
        FROM debian:12
        RUN curl -fsSL -o «/tmp/tool.tar.gz» https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /opt`,
      good: `
        FROM debian:12
        RUN curl -fsSL -o /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /opt && rm -f /tmp/tool.tar.gz`,
    },
    {
      title: 'Named by its address; a package; an installer',
      bad: `
        FROM debian:12
        WORKDIR /opt
        RUN wget -q «https://example.com/tool.zip» && unzip tool.zip
        RUN curl -LO «https://example.com/tool_1.2_amd64.deb» && dpkg -i tool_1.2_amd64.deb
        RUN wget -O «setup.sh» https://example.com/x && sh setup.sh --prefix /opt`,
      good: `
        FROM debian:12
        WORKDIR /opt
        RUN wget -q https://example.com/tool.zip && unzip tool.zip && rm -f tool.zip
        RUN curl -LO https://example.com/tool_1.2_amd64.deb && dpkg -i tool_1.2_amd64.deb && rm -f tool_1.2_amd64.deb
        RUN wget -O setup.sh https://example.com/x && sh setup.sh --prefix /opt && rm -f setup.sh`,
    },
    {
      title: 'Unpacked in a later RUN, and an archive that was copied',
      bad: `
        FROM debian:12
        COPY «tool.tgz» /tmp/
        RUN curl -o «/tmp/more.tgz» https://example.com/more.tgz
        RUN tar -xzf /tmp/tool.tgz -C /opt && rm /tmp/tool.tgz && tar -xzf /tmp/more.tgz -C /opt`,
    },
    {
      title: 'A stage that is only copied from',
      good: `
        FROM debian:12 AS fetch
        RUN curl -fsSL -o /tmp/tool.tgz https://example.com/tool.tgz && tar -xzf /tmp/tool.tgz -C /opt
        FROM debian:12
        COPY --from=fetch /opt/tool /opt/tool`,
    },
    {
      title: 'Deleted in the same RUN, one way or another',
      good: `
        FROM debian:12
        RUN curl -o /tmp/a.tgz https://example.com/a.tgz && tar -xzf /tmp/a.tgz && rm /tmp/a.tgz
        RUN curl -o /tmp/b.tgz https://example.com/b.tgz && tar -xzf /tmp/b.tgz && rm -rf /tmp/*
        RUN cd /tmp && curl -LO https://example.com/c.deb && dpkg -i c.deb && rm *.deb
        RUN curl -o "$DIR/d.tgz" https://example.com/d.tgz && tar -xzf "$DIR/d.tgz" && rm -rf "$DIR"
        RUN mkdir /tmp/e && cd /tmp/e && wget https://example.com/e.zip && unzip e.zip && rm -r /tmp/e`,
    },
    {
      title: 'Never written, written to a mount, or not unpacked at all',
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/a.tgz | tar -xz -C /opt
        RUN --mount=type=tmpfs,target=/tmp curl -o /tmp/b.tgz https://example.com/b.tgz && tar -xzf /tmp/b.tgz
        RUN curl -o /srv/c.tgz https://example.com/c.tgz
        ADD d.tgz /opt/
        ADD https://example.com/e.tgz /tmp/e.tgz
        RUN tar xzf /tmp/e.tgz`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      if (!stage.ships || stage.start.family === 'windows' || isForDevelopment(stage, file)) continue;
      for (const node of stage.instructions) {
        if (node.keyword === 'COPY' || node.keyword === 'ADD') {
          for (const { word, path } of archivesOf(node)) {
            if (!after(stage, node).some((later) => unpacks(later, path))) continue;
            yield { at: word, message: say`${nameIn(word.text)} stays in the image next to what is made of it.` };
          }
        }
        if (node.keyword !== 'RUN' || node.script?.readable === false || (node.script && jumps(node.script))) continue;
        for (const command of node.commands) {
          const found = downloadOf(command);
          if (!found || isOnMount(node, found.path) || isClearedAfter(command, found.path)) continue;
          if (!unpacks(node, found.path) && !after(stage, node).some((later) => unpacks(later, found.path))) continue;
          const edit =
            unpacks(node, found.path) && isPlainAtEnd(found.name, node)
              ? chain(node, `rm -f ${found.name}`)
              : undefined;
          yield {
            at: found.at,
            message: say`${nameIn(found.path)} stays in the layer next to what is made of it.`,
            fix: edit && suggestion('Delete it at the end of the RUN', edit),
          };
        }
      }
    }
  },
});

interface Download {
  readonly at: Word;
  /** As the RUN may call it. */
  readonly name: string;
  readonly path: string;
}

const ARCHIVE = /\.(tar(\.\w+)?|tgz|tbz2?|txz|zip|7z|deb|rpm|whl|sh|run|bin|gz|xz|bz2)$/;
const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The archive or installer that the call writes to a file. */
function downloadOf(command: Command): Download | undefined {
  const { program } = command;
  const isCurl = program.text === 'curl';
  if (!isCurl && program.text !== 'wget') return undefined;
  const output = isCurl ? command.flag('-o', '--output') : command.flag('-O', '--output-document');
  const address =
    operandsOf(command).findLast(({ text }) => /^(https?|ftp):|^\$/.test(text)) ?? command.flag('--url')?.value;
  const at = output ? output.value : isCurl && !command.has('-O', '--remote-name') ? undefined : address;
  if (!at || at.text === '-') return undefined;
  const name = output ? at.text : nameIn(at.text.replace(/[?#].*$/, ''));
  if (!ARCHIVE.test(name) || command.redirections.length > 0) return undefined;
  const prefix = isCurl ? command.flag('--output-dir')?.value : command.flag('-P', '--directory-prefix')?.value;
  const file = prefix && !output ? `${prefix.text.replace(/\/$/, '')}/${name}` : name;
  return { at, name: file, path: pathOf(command, file) };
}

/** The archives that the instruction copies as they are. */
function archivesOf(copy: Copy): readonly { readonly word: Word; readonly path: string }[] {
  const target = copy.target && copy.valueOf(copy.target);
  if (target === undefined) return [];
  const place = resolve(startOf(copy.state), target);
  const isFolder = /(^|\/)\.?$/.test(target) || copy.sources.length > 1;
  return copy.sources.flatMap((word) => {
    const isUnpacked =
      copy.keyword === 'ADD' && !/^https?:/.test(word.text) && !/\.(zip|deb|rpm|whl|sh|run)$/.test(word.text);
    // What ADD fetches and a RUN unpacks is for `add-remote-url`.
    if (/^https?:/.test(word.text) && !/\.(deb|rpm)$/.test(word.text)) return [];
    if (!word.literal || !/\.(tar(\.\w+)?|tgz|tbz2?|txz|zip|7z|deb|rpm)$/.test(word.text) || isUnpacked) return [];
    return [{ word, path: isFolder ? resolve(place, nameIn(word.text)) : place }];
  });
}

const after = (stage: Stage, node: Instruction): readonly Instruction[] =>
  stage.instructions.slice(stage.instructions.indexOf(node) + 1);

const UNPACKERS: ReadonlySet<string> = new Set(
  'tar unzip 7z 7za bsdtar dpkg apt apt-get yum dnf microdnf rpm zypper apk pip pip3 sh bash gunzip unxz xz bunzip2'.split(
    ' ',
  ),
);

/** Whether the instruction makes something of the file. */
const unpacks = (node: Instruction, path: string): boolean =>
  node.keyword === 'RUN' &&
  node.commands.some((command) => {
    if (!UNPACKERS.has(command.program.text) && !isOpaque(command)) return false;
    if (/^(gunzip|unxz|bunzip2|xz)$/.test(command.program.text) && !command.has('-k', '--keep', '-c', '--stdout'))
      return false;
    const folder = workingFolder(command) ?? '/?';
    return command.args.some(
      ({ text }) =>
        resolve(folder, text.replace(/^(-\w*f|--file=)(?=[./\w])/, '')) === path || resolve(folder, text) === path,
    );
  });
