import { insertBefore, suggestion } from '../../edit.js';
import {
  addressesOf,
  DOWNLOADERS,
  fileIn,
  hasVersion,
  isLocal,
  isProgramFile,
  isWeb,
  verifies,
  verifiesSomething,
  type Address,
} from '../../knowledge/downloads.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { around, runOf, type Command, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PLACEHOLDER = `--checksum=sha256:${'0'.repeat(64)}`;

export default rule({
  id: 'download-without-checksum',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'security', 'supply-chain'],
  since: 'next',
  summary: 'Compare what is downloaded with a checksum.',
  docs: `
A file of a fixed version can still be another one tomorrow: a release is replaced, a mirror or an account is taken over.
Without a checksum the build puts it into the image all the same. Over plain \`http://\` anybody on the way can change
it, which is a warning.

\`ADD --checksum=sha256:…\` compares by itself; what the digest is, the builder says when it does not fit. In a RUN, follow
the download with \`echo "<digest>  <file>" | sha256sum -c -\`, or verify a signature. Nothing is said about addresses
without a version, whose contents change by intent, nor about keys and lists of packages.`,
  sources: {
    'ADD --checksum': 'https://docs.docker.com/reference/dockerfile/#add---checksum',
    'sha256sum(1)': 'https://manpages.debian.org/bookworm/coreutils/sha256sum.1.en.html',
  },
  examples: [
    {
      title: 'An ADD of an address',
      bad: `
        FROM debian:12
        ADD --chmod=755 «https://example.com/v1.2.3/tool» /usr/local/bin/`,
      good: `
        FROM debian:12
        ADD --chmod=755 --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 https://example.com/v1.2.3/tool /usr/local/bin/`,
    },
    {
      title: 'A program and an archive of fixed versions',
      bad: `
        FROM debian:12
        ARG VERSION=1.2.3
        RUN curl -fsSLo /usr/local/bin/tool «https://example.com/$VERSION/tool-linux-amd64» \\
            && chmod +x /usr/local/bin/tool
        RUN wget -qO- «https://example.com/x-2.0.tar.gz» | tar xz -C /opt`,
    },
    {
      title: 'Over a connection that anybody can change: a warning',
      bad: `
        FROM debian:12
        RUN wget «http://example.com/x-2.0.tgz» && tar xf x-2.0.tgz
        ADD ["«http://example.com/y»", "/y"]`,
    },
    {
      title: 'A checksum or a signature, in the same RUN or the next',
      good: `
        FROM debian:12
        ADD --checksum=sha256:0123456789012345678901234567890123456789012345678901234567890123 https://example.com/a /a
        RUN curl -fsSLO https://example.com/x-2.0.tgz && echo "$SUM  x-2.0.tgz" | sha256sum -c - && tar xf x-2.0.tgz
        RUN wget https://example.com/x-2.0.tgz https://example.com/x-2.0.tgz.asc
        RUN gpg --batch --verify x-2.0.tgz.asc x-2.0.tgz && tar xf x-2.0.tgz
        RUN curl -LO https://example.com/x-2.0.tgz && openssl dgst -sha256 -verify key.pem -signature x.sig x-2.0.tgz
        RUN curl -LO https://example.com/x-2.0.tgz && cosign verify-blob --key key.pem x-2.0.tgz`,
    },
    {
      title: 'Indexes of packages and keys',
      good: `
        FROM debian:12
        ADD https://example.com/key.asc https://example.com/repo.list /etc/apt/
        RUN curl -fsSL https://example.com/12.0/key.gpg -o /key.gpg && wget https://example.com/1.0/tool.asc`,
    },
    {
      title: 'The machine itself, no version, only the shell knows, Git',
      good: `
        FROM debian:12
        ADD http://localhost:8080/a.tgz https://example.com/app.git#v1.0 /a/
        RUN curl -O http://127.0.0.1:3000/x-1.0.tgz && curl -LO https://example.com/latest/x.tgz
        RUN V=1.0; curl -LO https://example.com/$V/x.tgz
        RUN curl -s https://example.com/api/v1.0/status`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM debian:12 AS test
        ADD https://example.com/a /a
        RUN curl -LO https://example.com/x-2.0.tgz
        FROM debian:12`,
    },
  ],
  *check(file) {
    for (const node of file.all('ADD')) {
      if (node.flag('checksum') || (node.stage && isForDevelopment(node.stage, file))) continue;
      for (const word of node.sources) {
        const url = node.valueOf(word) ?? word.text;
        if (!isWeb(url) || isLocal(url) || isGit(url) || isKeyOrList(url)) continue;
        yield {
          at: word,
          message: say`Nobody compares ${fileIn(url)} with a checksum.`,
          ...severityOf(url),
          fix:
            node.sources.length === 1 && !node.isJson
              ? suggestion('Add --checksum, to be filled in', insertBefore(word, `${PLACEHOLDER} `))
              : undefined,
        };
      }
    }
    for (const command of file.runCommands(...DOWNLOADERS)) {
      const run = runOf(command);
      if (!run?.stage || isForDevelopment(run.stage, file) || isVerified(run, command)) continue;
      for (const { word, url } of addressesOf(command)) {
        if (isLocal(url) || !hasVersion(url) || isKeyOrList(url) || !isProgram(run, { word, url })) continue;
        yield { at: word, message: say`Nobody compares ${fileIn(url)} with a checksum.`, ...severityOf(url) };
      }
    }
  },
});

const severityOf = (url: string) => (/^http:/i.test(url) ? { severity: 'warning' as const } : {});
const isGit = (url: string): boolean => /\.git([#?]|$)/.test(url);
const isKeyOrList = (url: string): boolean =>
  /\.(asc|gpg|key|pub|pem|crt|sig|sha\d+|sha\d+sum|md5|list|repo|sources|txt|json|ya?ml|html?|md)$/i.test(
    fileIn(url),
  ) || /(sum|sums|key)s?$/i.test(fileIn(url));

/** An archive or a package, or a file without an ending that becomes a program. */
const isProgram = ({ commands }: Instructions['RUN'], { url }: Address): boolean =>
  isProgramFile(url) ||
  (!/\.[a-z]{1,5}\d?$/i.test(fileIn(url)) &&
    commands.some(({ program }) => ['chmod', 'install'].includes(program.text)));

/** Whether something is verified in the RUN or the next one, or may be, by a script that the text does not show. */
function isVerified(run: Instructions['RUN'], command: Command): boolean {
  const { before, after } = around(command);
  if (verifies(command) || [...before, ...after].some(verifies)) return true;
  const { next } = run;
  return next?.keyword === 'RUN' && verifiesSomething(next);
}
