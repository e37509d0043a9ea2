import { remove, removeLines, suggestion } from '../../edit.js';
import { exposedBy } from '../../knowledge/ports.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

/** Servers by which people work on a machine from afar; that of SSH is no-sshd's. Source: the IANA registry of ports. */
const SERVERS: ReadonlyMap<number, string> = new Map([
  [23, 'Telnet'],
  [3389, 'Remote Desktop'],
  [5800, 'VNC over HTTP'],
  [5900, 'VNC'],
]);

export default rule({
  id: 'expose-remote-access',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['security', 'network'],
  since: 'next',
  peers: { sonar: ['S6473'] },
  summary: 'Do not expose the ports of Telnet, Remote Desktop or VNC.',
  docs: `
Telnet and plain VNC send passwords unencrypted, and whoever gets in works inside the container. A port that was opened to look for a
fault once stays open wherever the image runs.

\`docker exec\` and \`kubectl exec\` open a shell without a server in the image. Images whose purpose is a desktop in the
browser need the port: set \`allow\`. For SSH there is no-sshd.`,
  sources: {
    'docker container exec': 'https://docs.docker.com/reference/cli/docker/container/exec/',
    'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose',
  },
  options: { allow: { type: 'boolean', default: false, about: 'The image is such a server by purpose: say nothing.' } },
  examples: [
    {
      title: 'A desktop beside the server',
      bad: `
        FROM debian:12
        EXPOSE 8080 «5900»
        EXPOSE «3389/tcp»
        CMD ["/server"]`,
      good: `
        FROM debian:12
        EXPOSE 8080
        CMD ["/server"]`,
    },
    {
      title: 'In a range, and by a variable',
      bad: `
        FROM debian:12
        ENV PORT=23
        EXPOSE 8080 «5890-5910» «$PORT»`,
      good: `
        FROM debian:12
        ENV PORT=23
        EXPOSE 8080`,
    },
    {
      title: 'Other ports and protocols, and one that nobody knows',
      good: `
        FROM debian:12
        ARG PORT
        EXPOSE 230 23/udp 5901-5910 $PORT 1024-65535`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM debian:12 AS dev
        EXPOSE 5900`,
      except: ['behind another stage'],
    },
    {
      title: 'An image that is a desktop',
      options: { allow: true },
      good: `
        FROM debian:12
        EXPOSE 5900`,
    },
  ],
  *check(file, { options }) {
    if (options.allow) return;
    for (const node of file.all('EXPOSE')) {
      if (node.stage && isForDevelopment(node.stage, file)) continue;
      for (const { word, port, protocol = '' } of exposedBy(node)) {
        const server = !['', 'tcp'].includes(protocol.toLowerCase()) ? undefined : serverAt(port);
        if (server === undefined) continue;
        yield {
          at: word,
          message: say`Port ${word.text} lets people in by ${server}.`,
          fix: suggestion('Do not expose it', node.words.length > 1 ? remove(word) : removeLines(node)),
        };
      }
    }
  },
});

/** A range that is as wide as this is meant for anything. */
const WIDE = 1000;

function serverAt(port: string): string | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(port) ?? [];
  if (from === undefined || Number(to) - Number(from) > WIDE) return undefined;
  return [...SERVERS].find(([number]) => Number(from) <= number && number <= Number(to))?.[1];
}
