import { replaceIn, suggestion } from '../../edit.js';
import { operandsOf } from '../../knowledge/commands.js';
import { hostOf, staysInside } from '../../knowledge/downloads.js';
import { placesOf, type Dockerfile, type Word } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'clear-text-protocol',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['security', 'supply-chain'],
  since: 'next',
  peers: { sonar: ['S5332'] },
  summary: 'Reach other machines over a protocol that is encrypted.',
  docs: `
What goes over \`http://\`, \`ftp://\` or \`telnet://\` can be read and changed by anybody on the way: a package that is
installed, a repository that is cloned, and by ENV what the program in production talks to.

Write \`https://\`, or \`sftp://\` and SSH for the others. Nothing is said about the machine itself, private addresses and
names of other services, names that only look like addresses (XML namespaces), proxies, whose protocol it is, text that is
only printed, lists of package sources, whose contents are signed, and an ADD with a checksum. curl and wget have rules of
their own.`,
  sources: {
    'SonarSource, "Using clear-text protocols is security-sensitive"':
      'https://rules.sonarsource.com/docker/RSPEC-5332/',
    'ADD --checksum': 'https://docs.docker.com/reference/dockerfile/#add---checksum',
  },
  differs: [
    {
      from: 'sonar/S5332',
      they: 'flags an address of any use',
      we: 'silent about proxies, signed package sources and what a checksum stands beside',
      why: 'A proxy is asked in clear text by its nature, and a signature or a checksum shows every change.',
    },
  ],
  examples: [
    {
      title: 'What is added, installed and cloned',
      bad: `
        FROM debian:12
        ADD «http://»example.com/list.txt /list.txt
        RUN pip install «http://»example.com/a.whl && git clone "«http://»git.example.com/a.git"`,
      good: `
        FROM debian:12
        ADD https://example.com/list.txt /list.txt
        RUN pip install https://example.com/a.whl && git clone "https://git.example.com/a.git"`,
    },
    {
      title: 'What the program talks to',
      bad: `
        FROM debian:12
        ENV MODE=prod API_URL=«http://»api.example.com/v1
        ONBUILD ENV OTHER="«http://»api.example.com"`,
      good: `
        FROM debian:12
        ENV MODE=prod API_URL=https://api.example.com/v1
        ONBUILD ENV OTHER="https://api.example.com"`,
    },
    {
      title: 'Protocols that have no twin of the same name',
      bad: `
        FROM debian:12
        ENV FILES=«ftp://»ftp.example.com/pub
        RUN lftp «ftp://»ftp.example.com/a \\
            && connect «telnet://»example.com:23`,
    },
    {
      title: 'The machine itself, private addresses, other services, names of one network',
      good: `
        FROM debian:12
        ENV A=http://localhost:8080 B=http://127.0.0.1 C=http://[::1]:80 D=http://10.1.2.3/ E=http://db:9200
        ENV F=http://nas.local/ G=http://git.internal/ H=http://$HOST/
        RUN git clone http://gitea:3000/a.git`,
    },
    {
      title: 'Namespaces and schemas',
      good: `
        FROM debian:12
        ENV NS=http://www.w3.org/2001/XMLSchema MAVEN=http://maven.apache.org/xsd/settings-1.0.0.xsd
        RUN xmlstarlet sel -N http://www.w3.org/1999/xhtml a.xml && xmllint http://xmlns.example.com/a`,
    },
    {
      title: 'Proxies, package sources, text, checksums, checks of health, comments',
      good: `
        FROM debian:12
        # http://example.com
        ENV http_proxy=http://proxy.example.com:3128
        ADD --checksum=sha256:0123456789012345678901234567890123456789012345678901234567890123 http://example.com/a /a
        RUN echo "deb http://deb.debian.org/debian sid main" > /etc/apt/sources.list && echo http://example.com
        RUN add-apt-repository http://archive.example.com/ubuntu
        HEALTHCHECK CMD check http://example.com/`,
    },
    {
      title: 'Calls of curl and wget, and encrypted ones',
      good: `
        FROM debian:12
        ENV API_URL=https://api.example.com/v1
        RUN curl -fsSLO http://example.com/a; wget -q http://example.com/b; git clone https://example.com/a.git`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('ADD', 'ENV')) {
      if (node.keyword === 'ENV') {
        for (const { name, value } of node.pairs) if (value && !/proxy$/i.test(name.text)) yield* told(file, value);
      } else if (!node.flag('checksum')) {
        for (const word of node.sources) yield* told(file, word);
      }
    }
    for (const command of file.runCommands()) {
      if (SILENT.has(command.program.text)) continue;
      for (const word of operandsOf(command)) yield* told(file, word);
    }
  },
});

/** Programs with rules of their own, that only print, that write text, or whose sources are signed. */
const SILENT: ReadonlySet<string> = new Set(
  `curl wget echo printf export set sed awk gawk grep perl test [ apt-add-repository add-apt-repository apt-key apk apt
   apt-get deb debootstrap mmdebstrap git-config sh bash ash dash`.split(/\s+/),
);

function* told(file: Dockerfile, word: Word): Iterable<Finding> {
  const scheme = /^(?:http|ftp|telnet):\/\//.exec(word.text)?.[0];
  if (scheme === undefined || word.text.includes(' ') || staysInside(word.text) || isName(word.text)) return;
  const [at] = placesOf(file, /(?:http|ftp|telnet):\/\//g, word);
  if (!at) return;
  yield {
    at,
    message: say`Anybody on the way can read and change what goes to ${hostOf(word.text)}.`,
    fix: scheme === 'http://' ? suggestion('Use https', replaceIn(word, scheme, 'https://')) : undefined,
  };
}

/** Whether the address is but a name that nobody asks for, as that of an XML namespace. */
const isName = (url: string): boolean =>
  /(^|\.)(w3\.org|purl\.org|json-schema\.org|xmlsoap\.org|xml\.org)$|xmlns|schema/.test(hostOf(url)) ||
  /\.(dtd|xsd)$/.test(url) ||
  /xmlns|\/schema\//i.test(url);
