import { addLineBefore, remove, replace, suggestion, type Fix } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { exposedBy, mappedPort, PROTOCOLS, type ExposedPort } from '../../knowledge/ports.js';
import { sourceText, stretch, type Dockerfile, type Instructions, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'expose-port-syntax',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['network', 'broken-build'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_PORT'] },
  summary: 'Write the ports of EXPOSE as numbers, set apart by blanks.',
  docs: `
EXPOSE takes numbers, ranges and a protocol: \`80\`, \`8000-8010\`, \`53/udp\`. At a comma, the name of a service or a comment
behind the ports the build stops.

Set the ports apart by blanks, and put a comment on a line of its own.`,
  sources: {
    'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report every word as dockerfile-utils does: those of a comment each, and addresses before the port.',
    },
  },
  differs: [
    {
      from: 'dockerfile-utils/INVALID_PORT',
      they: 'flags an address before the port',
      we: 'leaves it to expose-no-mapping',
      why: 'The builder takes it and only warns.',
    },
  ],
  examples: [
    {
      title: 'Commas',
      bad: `
        FROM debian:12
        EXPOSE «80,» 443
        EXPOSE «80,443»`,
      good: `
        FROM debian:12
        EXPOSE 80 443
        EXPOSE 80 443`,
    },
    {
      title: 'The protocol in front',
      bad: `
        FROM debian:12
        EXPOSE 80 «udp/53»`,
      good: `
        FROM debian:12
        EXPOSE 80 53/udp`,
    },
    {
      title: 'A name, a fraction, and what a variable stands for',
      bad: `
        FROM debian:12
        ENV PORT=http
        EXPOSE «http»
        EXPOSE «8080.5/tcp» «8$PORT»`,
    },
    {
      title: 'A comment behind the ports',
      bad: `
        FROM debian:12
        EXPOSE 80 443 «#» the ports of the server`,
      good: `
        FROM debian:12
        # the ports of the server
        EXPOSE 80 443`,
    },
    {
      title: 'Ports, ranges, protocols, quotes',
      good: `
        FROM debian:12
        EXPOSE 80 8000-8010 53/udp 53/ "443/tcp" 9000-9010/tcp`,
    },
    {
      title: 'Variables, and a protocol that there is not',
      good: `
        FROM debian:12
        ARG PORT
        EXPOSE $PORT \${PORT}/tcp 80$PORT 80/http`,
    },
    {
      title: 'A port of the host, which another rule is about',
      good: `
        FROM debian:12
        EXPOSE 8080:80 127.0.0.1:8080:80`,
    },
    {
      title: 'As dockerfile-utils judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        EXPOSE 8080:80 «127.0.0.1:8080:80» $X
        EXPOSE «#» «http»`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers('EXPOSE')) {
      for (const port of exposedBy(node)) {
        const { word } = port;
        if (word.text.startsWith('$') || /^\d+(?:-\d+)?(?::\d+(?:-\d+)?)?$/.test(port.port)) continue;
        if (!options.asPeers && mappedPort(port.port) !== undefined) continue;
        const isComment = word.text.startsWith('#');
        yield {
          at: word,
          message: isComment
            ? say`EXPOSE takes no comment: ${word.text} is read as a port.`
            : say`${port.value} is no port.`,
          fix: isComment ? aboveIt(file, node, word) : meant(port),
        };
        if (isComment && !options.asPeers) break;
      }
    }
  },
});

/** Puts a comment on a line of its own. */
function aboveIt(file: Dockerfile, node: Instructions['EXPOSE'], start: Word): Fix | undefined {
  const last = node.words.at(-1);
  if (!last || node.isContinued || node.isTrigger || node.words[0] === start) return undefined;
  const comment = stretch(start, last);
  const edits = [addLineBefore(node, sourceText(file, comment)), remove(comment)];
  return suggestion('Put the comment above', ...edits);
}

/** What somebody meant who set ports apart by commas, or put the protocol in front. */
function meant({ word, port, protocol }: ExposedPort): Fix | undefined {
  if (!word.literal) return undefined;
  const list = word.text.split(',').filter((part) => part !== '');
  const text =
    list.length > 0 &&
    word.text.includes(',') &&
    list.every((part) => /^\d+(?:-\d+)?(?:\/(?:tcp|udp|sctp))?$/.test(part))
      ? list.join(' ')
      : PROTOCOLS.has(port) && /^\d+$/.test(protocol ?? '')
        ? `${protocol}/${port}`
        : undefined;
  return text === undefined ? undefined : suggestion(`Write ${text}`, replace(word, text));
}
