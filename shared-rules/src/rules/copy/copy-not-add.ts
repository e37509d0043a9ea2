import { fix, replaceKeyword, suggestion, type Fix } from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { isArchiveName, isFetched, isNamedArchive, isWebAddress, mayFindArchive } from '../../knowledge/sources.js';
import type { Instructions, Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

const PEERS = {
  hadolint: ['DL3020'],
  parfum: ['DL3020'],
  trivy: ['DS-0005'],
  checkov: ['CKV_DOCKER_4'],
  kics: ['Add Instead of Copy'],
  dockle: ['CIS-DI-0009'],
  semgrep: ['prefer-copy-over-add'],
  sonar: ['S7029'],
} as const;

export default rule({
  id: 'copy-not-add',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['copy'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Copy files of the build context with COPY, not with ADD.',
  docs: `
ADD unpacks archives and fetches addresses, COPY never does.
Where ADD merely copies, readers have to find out that nothing else happens, and it stays so only until somebody
puts an archive in the file's place: then its contents are strewn over the image.

Write COPY. It takes the same sources, the same target and the same flags.

ADD is right for what only ADD can do: local archives, addresses (with \`--checksum\`) and Git repositories.`,
  sources: {
    'ADD reference': 'https://docs.docker.com/reference/dockerfile/#add',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#add-or-copy',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3020',
      they: 'flags ADD of a Git repository',
      we: 'silent',
      why: 'COPY cannot fetch one.',
    },
    {
      from: 'hadolint/DL3020',
      they: 'flags ADD with `--checksum`, `--keep-git-dir` or `--unpack`',
      we: 'silent',
      why: 'COPY has no such flag.',
    },
    {
      from: 'hadolint/DL3020',
      they: 'flags a variable as a plain file',
      we: 'silent where only the build knows what it is',
      why: 'It may be an archive or an address.',
    },
    {
      from: 'parfum/DL3020',
      they: 'flags ADD of a Git repository, and a variable',
      we: 'silent',
      why: 'COPY cannot fetch the one; the other may be an archive or an address.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does: by a list of endings, every variable a plain file, Git and the flags of ADD unknown.',
    },
  },
  examples: [
    {
      title: 'Plain files and folders',
      bad: `
        FROM python:3.12-slim
        «ADD» requirements.txt /app/
        «ADD» --chown=1000:1000 . /app
        «ADD» ["src/main.py", "src/util.py", "/app/"]`,
      good: `
        FROM python:3.12-slim
        COPY requirements.txt /app/
        COPY --chown=1000:1000 . /app
        COPY ["src/main.py", "src/util.py", "/app/"]`,
    },
    {
      title: 'A zip file, which ADD does not unpack, and a program by its ending',
      bad: `
        FROM eclipse-temurin:21
        «ADD» tools.zip /opt/
        «ADD» \\
          # built before
          target/*.jar \\
          /app/`,
      good: `
        FROM eclipse-temurin:21
        COPY tools.zip /opt/
        COPY \\
          # built before
          target/*.jar \\
          /app/`,
    },
    {
      title: 'A heredoc',
      bad: `
        FROM debian:12
        «ADD» <<EOF /etc/motd
        Welcome
        EOF`,
      good: `
        FROM debian:12
        COPY <<EOF /etc/motd
        Welcome
        EOF`,
    },
    {
      title: 'A wildcard that may find an archive: somebody has to look',
      bad: `
        FROM debian:12
        «ADD» build/* /app/`,
      good: `
        FROM debian:12
        COPY build/* /app/`,
    },
    {
      title: 'A path by the default of an argument',
      bad: `
        FROM debian:12
        ARG CONFIG=app.ini
        «ADD» $CONFIG /etc/`,
      good: `
        FROM debian:12
        ARG CONFIG=app.ini
        COPY $CONFIG /etc/`,
    },
    {
      title: 'An archive among the files: what is unpacked must stay with ADD',
      bad: `
        FROM debian:12
        «ADD» app.ini rootfs.tar.xz /srv/`,
    },
    {
      title: 'Archives and addresses',
      good: `
        FROM debian:12
        ADD rootfs.tar.xz /
        ADD "a.tgz" b.tar c.gz /srv/
        ADD rootfs-*.tar.* /
        ADD https://example.com/tool /usr/local/bin/
        ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/t /t`,
    },
    {
      title: 'Git repositories, and flags that only ADD has',
      good: `
        FROM debian:12
        ADD git@github.com:team/app.git /src
        ADD --keep-git-dir=true https://github.com/team/app.git#main /src
        ADD --unpack=true bundle /opt/
        ADD Rootfs.TAR.GZ layer.tar.zst /`,
    },
    {
      title: 'What only the build knows, and what an ONBUILD holds',
      good: `
        FROM debian:12
        ARG SOURCE
        ADD $SOURCE /app
        ADD files/\${SOURCE} /app
        ONBUILD ADD . /app`,
    },
    {
      title: 'As hadolint judges it: a variable is a plain file',
      profile: 'all',
      bad: `
        FROM debian:12
        ARG SOURCE
        «ADD» $SOURCE /app
        ADD https://example.com/app.git /src`,
      good: `
        FROM debian:12
        ARG SOURCE
        COPY $SOURCE /app
        ADD https://example.com/app.git /src`,
    },
    {
      title: 'As hadolint judges it: neither Git nor every archive is known',
      profile: 'all',
      bad: `
        FROM debian:12
        «ADD» git@github.com:team/app.git /src
        «ADD» --unpack=true layer.tar.zst /`,
    },
  ],
  *check(file, { options }) {
    for (const add of file.all('ADD')) {
      const { sources, heredocs, flags, words } = add;
      if (!add.target) continue;
      const plain = options.asPeers
        ? sources.find(({ text }) => !isNamedArchive(text) && !isWebAddress(text))
        : sources.find((word) => isPlain(add, word));
      if (!plain && heredocs.length === 0) continue;
      if (!options.asPeers && flags.some(({ name }) => OF_ADD.has(name))) continue;
      const hasTar = words.some(({ text }) => text.includes('tar') || text.includes('tgz'));
      yield {
        at: add.head,
        message: messageFor(add, plain),
        fix: copying(add),
        peers: codesOf(PEERS, { parfum: !hasTar, trivy: !hasTar }),
      };
    }
  },
});

type Add = Instructions['ADD'];

function messageFor(add: Add, plain: Word | undefined): Message {
  if (!plain) return say`ADD only writes a heredoc here, which COPY does as well.`;
  const value = add.valueOf(plain);
  if (value === undefined) return say`${plain.text} may well be a plain file, which is what COPY is for.`;
  return needsAdd(value)
    ? say`${plain.text} is neither an archive nor an address to the letter.`
    : say`ADD only copies ${plain.text} here, which is what COPY is for.`;
}

/** Flags that COPY does not take. Source: Dockerfile reference, "ADD". */
const OF_ADD: ReadonlySet<string> = new Set(['checksum', 'keep-git-dir', 'unpack']);

/** Whether the source is known to be a path, and not by its name one of an archive. */
function isPlain(add: Add, word: Word): boolean {
  const value = add.valueOf(word);
  return value !== undefined && value !== '' && !needsAdd(value);
}

const needsAdd = (source: string): boolean => isFetched(source) || isArchiveName(source);

/** Safe where it is certain that nothing is fetched or unpacked. */
function copying(add: Add): Fix | undefined {
  if (add.flags.some(({ name }) => OF_ADD.has(name))) return undefined;
  const values = add.sources.map((word) => add.valueOf(word) ?? word.text);
  if (values.some(needsAdd)) return undefined;
  const isCertain = add.sources.every(({ literal }) => literal) && !values.some(mayFindArchive);
  const edit = replaceKeyword(add, 'COPY');
  return isCertain ? fix('Use COPY', edit) : suggestion('Use COPY', edit);
}
