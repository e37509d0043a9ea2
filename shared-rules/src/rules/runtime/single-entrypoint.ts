import { fix, removeLines } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { repeated } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'single-entrypoint',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['runtime', 'misleading'],
  since: 'next',
  peers: {
    hadolint: ['DL4004'],
    buildkit: ['MultipleInstructionsDisallowed'],
    'dockerfile-utils': ['MULTIPLE_INSTRUCTIONS'],
    sonar: ['S6589'],
  },
  summary: 'Write one ENTRYPOINT per stage; only the last one counts.',
  docs: `
Of several ENTRYPOINT only the last one of a stage is kept. A wrapper such as tini or a script that prepares the start is
silently left out.

Delete the earlier ones, or make one of them: \`ENTRYPOINT ["tini", "--", "/entrypoint.sh"]\`.`,
  sources: {
    'ENTRYPOINT reference': 'https://docs.docker.com/reference/dockerfile/#entrypoint',
    MultipleInstructionsDisallowed: 'https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Mark the second and later ones as well, as hadolint does, beside those without effect, as BuildKit does.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL4004',
      they: 'flags the second and later ones',
      we: 'flags those before the last one',
      why: 'The last one is what counts; it is the others that do nothing.',
    },
  ],
  examples: [
    {
      title: 'Two in a stage',
      bad: `
        FROM debian:12
        «ENTRYPOINT» ["tini", "--"]
        ENTRYPOINT ["/entrypoint.sh"]`,
      good: `
        FROM debian:12
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'Three, over several lines and with others between them',
      bad: `
        FROM debian:12
        «ENTRYPOINT» /one \\
          --flag
        USER 1000
        «ENTRYPOINT» ["/two"]
        ENTRYPOINT ["/entrypoint.sh"]`,
      good: `
        FROM debian:12
        USER 1000
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'One in each stage, and one that is inherited',
      good: `
        FROM debian:12 AS base
        ENTRYPOINT ["tini", "--"]
        FROM base AS one
        ENTRYPOINT ["/entrypoint.sh"]
        FROM base
        USER 1000`,
    },
    {
      title: 'Those of triggers',
      good: `
        FROM debian:12
        ONBUILD ENTRYPOINT ["/other"]
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'As the peers mark it',
      profile: 'all',
      bad: `
        FROM debian:12
        «ENTRYPOINT» ["/one"]
        «ENTRYPOINT» ["/two"]`,
      good: `
        FROM debian:12
        ENTRYPOINT ["/two"]`,
    },
  ],
  *check(file, { options }) {
    for (const nodes of repeated(file, 'ENTRYPOINT')) {
      const last = nodes.at(-1);
      for (const [index, node] of nodes.entries()) {
        if (node === last) {
          if (options.asPeers)
            yield { at: node.head, message: say`The stage has another ENTRYPOINT above.`, peers: ['hadolint/DL4004'] };
          continue;
        }
        yield {
          at: node.head,
          message: say`This ENTRYPOINT does nothing: only the last one of a stage counts.`,
          fix: fix('Delete it', removeLines(node)),
          related: last && [{ at: last.head, message: say`This ENTRYPOINT counts.` }],
          ...(options.asPeers && index === 0 ? { peers: NOT_HADOLINT } : {}),
        };
      }
    }
  },
});

/** To hadolint the first one is the one that stays. */
const NOT_HADOLINT = [
  'buildkit/MultipleInstructionsDisallowed',
  'dockerfile-utils/MULTIPLE_INSTRUCTIONS',
  'sonar/S6589',
];
