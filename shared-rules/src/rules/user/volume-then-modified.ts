import { holds, isWithin } from '../../knowledge/mounts.js';
import { inImage, pathOf, volumesOf, writtenBy } from '../../knowledge/paths.js';
import { visitAfter, type Instruction, type Instructions, type Word } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'volume-then-modified',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['volumes', 'layers'],
  since: 'next',
  summary: 'Fill a volume before VOLUME, not after it.',
  docs: `
What a RUN changes below a VOLUME may be lost: the classic builder throws it away, BuildKit keeps it, other builders
do either. The same file then makes images with and without the data, or with a folder that the program cannot write to.

Put VOLUME behind everything that makes, fills or chowns the folder, or leave it out: who starts the container can mount
a volume on any folder, and an image cannot take a VOLUME of its base back.

Leave the rule off where only BuildKit ever builds the image.`,
  sources: {
    'VOLUME reference': 'https://docs.docker.com/reference/dockerfile/#notes-about-specifying-volumes',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An owner that is lost',
      bad: `
        FROM debian:12
        RUN useradd -r app
        VOLUME /data
        RUN mkdir -p «/data» && chown app /data
        USER app`,
    },
    {
      title: 'By array, in folders below, by redirection, by archive',
      bad: `
        FROM debian:12
        VOLUME ["/data", "/srv/files/"]
        RUN echo "a=1" > «/data/app.conf»
        RUN tar -xzf files.tgz -C «/srv/files»
        RUN cp -r init «/data/db/»
        RUN rm -rf «/data/tmp»`,
    },
    {
      title: 'In the stage that starts from there; a copy is kept by most builders',
      bad: `
        FROM debian:12 AS base
        WORKDIR /data
        VOLUME .
        FROM base
        RUN touch «/data/ready»
        COPY init «/data/init»
        ADD more «./more»`,
    },
    {
      title: 'Before VOLUME, elsewhere, and only read',
      good: `
        FROM debian:12
        RUN useradd -r app && mkdir /data && chown app /data
        VOLUME /data
        RUN mkdir /database && ls /data && cp /data/init /tmp/
        COPY init /docker-entrypoint-initdb.d/
        USER app`,
    },
    {
      title: 'What only the build knows, and a mount on the folder',
      good: `
        FROM debian:12
        ARG DATA
        VOLUME $DATA
        VOLUME /cache
        RUN mkdir $DATA/a /data
        RUN --mount=type=cache,target=/cache touch /cache/a`,
    },
    {
      title: 'Another stage',
      good: `
        FROM debian:12 AS one
        VOLUME /data
        FROM debian:12
        RUN mkdir /data`,
    },
  ],
  *check(file) {
    for (const volume of file.all('VOLUME')) {
      const paths = [...volumesOf(volume).values()].filter((path) => path !== '/');
      if (paths.length === 0) continue;
      const found: Finding[] = [];
      visitAfter(file, volume, (node) => {
        const written = writtenIn(node, paths);
        if (written) {
          found.push({
            at: written,
            message: say`${written.text} lies in a volume already, and some builders drop what is changed there.`,
            ...(node.keyword === 'RUN' ? {} : { severity: 'hint' as const }),
            related: [{ at: volume, message: say`It becomes a volume here.` }],
          });
        }
        return false;
      });
      yield* found;
    }
  },
});

/** The first word of an instruction by which it writes below one of the folders. */
function writtenIn(node: Instruction, folders: readonly string[]): Word | undefined {
  const isIn = (path: string | undefined): boolean =>
    path !== undefined && folders.some((folder) => isWithin(path, folder));
  if (node.keyword === 'RUN') {
    return wordsOf(node).find((word) => {
      const path = word.text.startsWith('/') ? pathOf(word, node.state) : undefined;
      return isIn(path) && !holds(node, path ?? '');
    });
  }
  if ((node.keyword !== 'COPY' && node.keyword !== 'ADD') || !node.target) return undefined;
  const target = node.valueOf(node.target);
  return target !== undefined && isIn(inImage(target, node.state)) ? node.target : undefined;
}

const wordsOf = ({ commands }: Instructions['RUN']): readonly Word[] => commands.flatMap(writtenBy);
