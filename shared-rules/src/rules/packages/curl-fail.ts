import { suggestion, wordsAfter } from '../../edit.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { mayHoldFlags, onlyAsks } from '../../knowledge/downloads.js';
import { pipedFrom, runOf, type Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'curl-fail',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'correctness', 'build'],
  since: 'next',
  peers: { parfum: ['curlUseFlagF'] },
  summary: 'Let curl fail where the server answers with an error: curl -f.',
  docs: `
To curl an answer of 404 or 500 is an answer like any other. It saves the error page in place of the file, the build goes
on, and the image holds a page of HTML where a program belongs.

With \`-f\` (\`--fail\`), or \`--fail-with-body\`, the RUN fails there. Nothing is said where curl is asked for the status
(\`-w\`, \`-I\`) or about itself.`,
  sources: {
    'curl(1), "--fail"': 'https://curl.se/docs/manpage.html#-f',
    'Everything curl, "Using curl: HTTP response"': 'https://everything.curl.dev/http/response.html',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: nothing but -f and --fail will do.' },
  },
  differs: [
    {
      from: 'parfum/curlUseFlagF',
      they: 'flags every curl without -f',
      we: 'content with --fail-with-body and --fail-early, silent with -w, -I, --version, --help and options in a variable or a file',
      why: 'These fail as well, or ask for the status itself.',
    },
  ],
  examples: [
    {
      title: 'Into a program that refuses an error page, or is a rule of its own',
      good: `
        FROM debian:12
        RUN curl -sL https://example.com/key.asc | gpg --dearmor -o /key.gpg
        RUN curl -sL https://example.com/install.sh | sh`,
    },
    {
      title: 'An error page in place of a file',
      bad: `
        FROM debian:12
        RUN «curl» -sSLo /usr/local/bin/tool https://example.com/tool`,
      good: `
        FROM debian:12
        RUN curl -f -sSLo /usr/local/bin/tool https://example.com/tool`,
    },
    {
      title: 'Behind sudo, in a substitution, in JSON, in a trigger',
      bad: `
        FROM debian:12
        RUN sudo «curl» -L https://example.com/a -o /a && V=$(«curl» -s https://example.com/version)
        RUN ["«curl»", "-LO", "https://example.com/b"]
        ONBUILD RUN «curl» -LO https://example.com/c`,
      good: `
        FROM debian:12
        RUN sudo curl -f -L https://example.com/a -o /a && V=$(curl -f -s https://example.com/version)
        RUN ["curl", "-f", "-LO", "https://example.com/b"]
        ONBUILD RUN curl -f -LO https://example.com/c`,
    },
    {
      title: 'The flag is there',
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/a && curl -sSLf https://example.com/b && curl --fail https://example.com/c
        RUN curl --fail-with-body -LO https://example.com/d && curl --fail-early https://example.com/e`,
    },
    {
      title: 'The status is what is asked for; curl about itself; options that are elsewhere',
      good: `
        FROM debian:12
        RUN curl -s -o /dev/null -w '%{http_code}' https://example.com && curl -sI https://example.com
        RUN curl --version && curl -V && curl --help && apt-get install -y curl && command -v curl
        RUN curl $CURL_OPTS https://example.com/a && curl -K curl.conf https://example.com/b`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN «curl» --fail-with-body -LO https://example.com/d && «curl» -sLI https://example.com && «curl» --version`,
      good: `
        FROM debian:12
        RUN curl -f --fail-with-body -LO https://example.com/d && curl -f -sLI https://example.com && curl -f --version`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('curl')) {
      const isSeen = parfumSees(command);
      if (command.has('-f', '--fail') || (options.asPeers && !isSeen)) continue;
      const isOther =
        onlyAsks(command) ||
        mayHoldFlags(command) ||
        command.has('--fail-with-body', '--fail-early', '-w', '--write-out', '-I', '--head', '-i', '--include');
      if (!options.asPeers && (isOther || isReadBy(command, READERS))) continue;
      yield {
        at: command.program,
        message: say`curl takes an error page of the server for the file.`,
        fix: suggestion('Add -f', wordsAfter(command.program, '-f')),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

/** What refuses an error page by itself, and shells, of which curl-pipe-shell tells. */
const READERS: ReadonlySet<string> = new Set([
  ...['apt-key', 'gpg', 'gpg2', 'tar', 'gunzip', 'gzip', 'unzip', 'xz', 'sha256sum', 'rpm'],
  ...['sh', 'bash', 'ash', 'dash', 'zsh', 'python', 'python3', 'perl', 'php', 'node', 'ruby'],
]);

/** Whether a pipe leads from the call to one of the programs. */
const isReadBy = (command: Command, programs: ReadonlySet<string>): boolean =>
  (runOf(command)?.commands ?? []).some((other) => programs.has(other.program.text) && pipedFrom(other) === command);
