import { replace, suggestion } from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

const PEERS = { parfum: ['gpgUseHaPools'] };

export default rule({
  id: 'gpg-keyserver-pool',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: 'next',
  peers: PEERS,
  summary: 'Fetch keys from a key server that still runs, since the SKS pool was shut down.',
  docs: `
The pool of SKS key servers, \`pool.sks-keyservers.net\` with \`ha.pool\` and the other names below it, was shut down in
2021. A build that fetches a key from there fails, or waits for an answer that does not come.

Ask \`hkps://keys.openpgp.org\` or \`hkps://keyserver.ubuntu.com\`. See first that the key is there: the former hands out
names and addresses only where their owner agreed, and without them gpg may refuse the key.
A key that lies in the repository, beside the Dockerfile, needs no server at all.`,
  sources: {
    'keys.openpgp.org': 'https://keys.openpgp.org/about',
    'gpg(1)': 'https://www.gnupg.org/documentation/manuals/gnupg/GPG-Configuration-Options.html',
  },
  differs: [
    {
      from: 'parfum/gpgUseHaPools',
      they: 'flags every key server with `pool.` in its name but `ha.pool.`, which it tells you to use',
      we: 'all names of the SKS pool are flagged, `ha.pool.sks-keyservers.net` among them, and no other pool',
      why: 'The whole SKS pool was shut down in 2021; what another pool does is not known.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: any server with `pool.` in its name, unless it reads `ha.pool.`.',
    },
  },
  examples: [
    {
      title: 'A key of the pool that is gone',
      bad: `
        FROM debian:13
        RUN gpg --batch --keyserver «pool.sks-keyservers.net» --recv-keys 0123456789ABCDEF`,
      good: `
        FROM debian:13
        RUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys 0123456789ABCDEF`,
    },
    {
      title: 'Other names of the pool',
      bad: `
        FROM debian:13
        RUN gpg --batch --keyserver «ha.pool.sks-keyservers.net» --recv-keys 0123456789ABCDEF
        RUN gpg --batch --recv-keys --keyserver «hkp://p80.pool.sks-keyservers.net:80» 0123456789ABCDEF`,
      good: `
        FROM debian:13
        RUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys 0123456789ABCDEF
        RUN gpg --batch --recv-keys --keyserver hkps://keys.openpgp.org 0123456789ABCDEF`,
    },
    {
      title: 'Servers that run, and one that only the build knows',
      good: `
        FROM debian:13
        RUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys 0123456789ABCDEF
        RUN gpg --batch --keyserver keyserver.ubuntu.com --recv-keys 0123456789ABCDEF
        RUN gpg --batch --keyserver "$SERVER" --recv-keys 0123456789ABCDEF`,
    },
    {
      title: 'A pool of somebody else, and a name that only looks like it',
      good: `
        FROM debian:13
        RUN gpg --batch --keyserver keys.pool.example.org --recv-keys 0123456789ABCDEF
        RUN gpg --batch --keyserver pool.sks-keyservers.net.example.org --recv-keys 0123456789ABCDEF`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM debian:13
        RUN gpg --batch --keyserver «keys.pool.example.org» --recv-keys 0123456789ABCDEF
        RUN gpg --batch --keyserver ha.pool.sks-keyservers.net --recv-keys 0123456789ABCDEF`,
      good: `
        FROM debian:13
        RUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys 0123456789ABCDEF
        RUN gpg --batch --keyserver ha.pool.sks-keyservers.net --recv-keys 0123456789ABCDEF`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('gpg')) {
      const server = command.flag('--keyserver')?.value;
      if (!server) continue;
      const parfum = parfumSees(command) && server.text.includes('pool.') && !server.text.includes('ha.pool.');
      const isGone = SKS.test(server.text);
      if (options.asPeers ? !parfum : !isGone) continue;
      yield {
        at: server,
        message: isGone
          ? say`${server.text} was shut down in 2021 with the whole SKS pool.`
          : say`${server.text} is a pool without a promise of availability.`,
        fix: suggestion('Ask keys.openpgp.org', replace(server, 'hkps://keys.openpgp.org')),
        peers: codesOf(PEERS, { parfum }),
      };
    }
  },
});

const SKS = /(^|[/.])sks-keyservers\.net(:\d+)?\/?$/;
