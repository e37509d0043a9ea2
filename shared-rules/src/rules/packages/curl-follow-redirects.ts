import { suggestion, wordsAfter } from '../../edit.js';
import { addressesOf, mayHoldFlags, onlyAsks, staysInside } from '../../knowledge/downloads.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'curl-follow-redirects',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'strict',
  tags: ['packages', 'correctness', 'build'],
  since: 'next',
  peers: { parfum: ['curlUseFlagL'] },
  summary: 'Let curl follow where a server sends it: curl -L.',
  docs: `
Files move. A server then answers with the new address, and curl saves that answer, mostly an empty one, without an error:
\`-f\` does not take it for one.

With \`-L\` (\`--location\`) curl goes there. Nothing is said where a request sends data or asks for the answer's head,
where the address leads to the machine itself, and where curl is asked about itself. Leave the flag out where a redirect
is nothing that you would follow.`,
  sources: {
    'curl(1), "--location"': 'https://curl.se/docs/manpage.html#-L',
    'Everything curl, "Redirects"': 'https://everything.curl.dev/http/redirects.html',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: nothing but -L and --location will do.' },
  },
  differs: [
    {
      from: 'parfum/curlUseFlagL',
      they: 'flags every curl without -L',
      we: 'content with --location-trusted, silent where data is sent, the head is asked for, the host is local, or options stand in a variable or a file',
      why: 'There the flag is given, is not wanted, or changes nothing.',
    },
  ],
  examples: [
    {
      title: 'A file that has moved',
      bad: `
        FROM debian:12
        RUN «curl» -fsSo /usr/local/bin/tool https://example.com/tool`,
      good: `
        FROM debian:12
        RUN curl -L -fsSo /usr/local/bin/tool https://example.com/tool`,
    },
    {
      title: 'Behind sudo, in JSON, in a trigger',
      bad: `
        FROM debian:12
        RUN make && \\
            sudo «curl» -f https://example.com/a -o /a
        RUN ["«curl»", "-fO", "https://example.com/b"]
        ONBUILD RUN «curl» -fO https://example.com/c`,
      good: `
        FROM debian:12
        RUN make && \\
            sudo curl -L -f https://example.com/a -o /a
        RUN ["curl", "-L", "-fO", "https://example.com/b"]
        ONBUILD RUN curl -L -fO https://example.com/c`,
    },
    {
      title: 'The flag is there',
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/a && curl -fLO https://example.com/b && curl -f --location https://example.com/c
        RUN curl -f --location-trusted -u a:b https://example.com/d`,
    },
    {
      title: 'Data, the head, the machine itself, curl about itself, options that are elsewhere',
      good: `
        FROM debian:12
        RUN curl -f -d a=b https://example.com && curl -f -X POST https://example.com && curl -fsI https://example.com
        RUN curl -f http://localhost:8080/health && curl --version && curl --help && command -v curl
        RUN curl -f $CURL_OPTS https://example.com/a && curl -f -K curl.conf`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN «curl» -f --location-trusted https://example.com/d && «curl» -f https://localhost && «curl» -f --version`,
      good: `
        FROM debian:12
        RUN curl -L -f --location-trusted https://example.com/d && curl -L -f https://localhost && curl -L -f --version`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('curl')) {
      const isSeen = parfumSees(command);
      if (command.has('-L', '--location') || (options.asPeers ? !isSeen : isOther(command))) continue;
      yield {
        at: command.program,
        message: say`curl does not follow where the server sends it.`,
        fix: suggestion('Add -L', wordsAfter(command.program, '-L')),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

function isOther(command: Command): boolean {
  if (onlyAsks(command) || mayHoldFlags(command) || command.has('--location-trusted', ...SENDING)) return true;
  const addresses = addressesOf(command);
  return addresses.length > 0 && addresses.every(({ url }) => staysInside(url));
}

/** Flags of requests that a redirect would turn into others, or that ask for the answer's head. Source: curl(1). */
const SENDING =
  `-d --data --data-raw --data-binary --data-urlencode --json -F --form -T --upload-file -X --request -I --head
 -i --include -w --write-out --unix-socket`.split(/\s+/);
