import { fix, removeLines } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { repeated } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'single-healthcheck',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['runtime', 'misleading'],
  since: 'next',
  peers: {
    hadolint: ['DL3012'],
    buildkit: ['MultipleInstructionsDisallowed'],
    'dockerfile-utils': ['MULTIPLE_INSTRUCTIONS'],
  },
  summary: 'Write one HEALTHCHECK per stage; only the last one counts.',
  docs: `
Of several HEALTHCHECK only the last one of a stage is kept. What the others were to watch nobody watches.

Delete the earlier ones, or ask for both in one command: \`HEALTHCHECK CMD check-web && check-queue\`.`,
  sources: {
    'HEALTHCHECK reference': 'https://docs.docker.com/reference/dockerfile/#healthcheck',
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
      from: 'hadolint/DL3012',
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
        «HEALTHCHECK» NONE
        HEALTHCHECK --interval=10s CMD ["/check"]`,
      good: `
        FROM debian:12
        HEALTHCHECK --interval=10s CMD ["/check"]`,
    },
    {
      title: 'Three, over several lines and with others between them',
      bad: `
        FROM debian:12
        «HEALTHCHECK» CMD /one \\
          --flag
        USER 1000
        «HEALTHCHECK» CMD ["/two"]
        HEALTHCHECK --interval=10s CMD ["/check"]`,
      good: `
        FROM debian:12
        USER 1000
        HEALTHCHECK --interval=10s CMD ["/check"]`,
    },
    {
      title: 'One in each stage, and one that is inherited',
      good: `
        FROM debian:12 AS base
        HEALTHCHECK NONE
        FROM base AS one
        HEALTHCHECK --interval=10s CMD ["/check"]
        FROM base
        USER 1000`,
    },
    {
      title: 'Those of triggers',
      good: `
        FROM debian:12
        ONBUILD HEALTHCHECK CMD ["/other"]
        HEALTHCHECK CMD ["/check"]`,
    },
    {
      title: 'As the peers mark it',
      profile: 'all',
      bad: `
        FROM debian:12
        «HEALTHCHECK» CMD ["/one"]
        «HEALTHCHECK» CMD ["/two"]`,
      good: `
        FROM debian:12
        HEALTHCHECK CMD ["/two"]`,
    },
  ],
  *check(file, { options }) {
    for (const nodes of repeated(file, 'HEALTHCHECK')) {
      const last = nodes.at(-1);
      for (const [index, node] of nodes.entries()) {
        if (node === last) {
          if (options.asPeers)
            yield { at: node.head, message: say`The stage has another HEALTHCHECK above.`, peers: ['hadolint/DL3012'] };
          continue;
        }
        yield {
          at: node.head,
          message: say`This HEALTHCHECK does nothing: only the last one of a stage counts.`,
          fix: fix('Delete it', removeLines(node)),
          related: last && [{ at: last.head, message: say`This HEALTHCHECK counts.` }],
          ...(options.asPeers && index === 0 ? { peers: NOT_HADOLINT } : {}),
        };
      }
    }
  },
});

/** To hadolint the first one is the one that stays. */
const NOT_HADOLINT = ['buildkit/MultipleInstructionsDisallowed', 'dockerfile-utils/MULTIPLE_INSTRUCTIONS'];
