import { fix, removeLines } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { repeated } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'single-cmd',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'misleading'],
  since: 'next',
  peers: {
    hadolint: ['DL4003'],
    buildkit: ['MultipleInstructionsDisallowed'],
    'dockerfile-utils': ['MULTIPLE_INSTRUCTIONS'],
    sonar: ['S6589'],
  },
  summary: 'Write one CMD per stage; only the last one counts.',
  docs: `
Of several CMD only the last one of a stage is kept. The others look as if they started something, and nothing says that
they do not.

Delete the earlier ones. Two programs in one container need an init such as tini with a script, or better a container each.`,
  sources: {
    'CMD reference': 'https://docs.docker.com/reference/dockerfile/#cmd',
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
      from: 'hadolint/DL4003',
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
        «CMD» ["/migrate"]
        CMD ["/server"]`,
      good: `
        FROM debian:12
        CMD ["/server"]`,
    },
    {
      title: 'Three, over several lines and with others between them',
      bad: `
        FROM debian:12
        «CMD» /one \\
          --flag
        USER 1000
        «CMD» ["/two"]
        CMD ["/server"]`,
      good: `
        FROM debian:12
        USER 1000
        CMD ["/server"]`,
    },
    {
      title: 'One in each stage, and one that is inherited',
      good: `
        FROM debian:12 AS base
        CMD ["/migrate"]
        FROM base AS one
        CMD ["/server"]
        FROM base
        USER 1000`,
    },
    {
      title: 'Those of health checks and triggers',
      good: `
        FROM debian:12
        HEALTHCHECK CMD ["/check"]
        ONBUILD CMD ["/other"]
        CMD ["/server"]`,
    },
    {
      title: 'As the peers mark it',
      profile: 'all',
      bad: `
        FROM debian:12
        «CMD» ["/one"]
        «CMD» ["/two"]`,
      good: `
        FROM debian:12
        CMD ["/two"]`,
    },
  ],
  *check(file, { options }) {
    for (const nodes of repeated(file, 'CMD')) {
      const last = nodes.at(-1);
      for (const [index, node] of nodes.entries()) {
        if (node === last) {
          if (options.asPeers)
            yield { at: node.head, message: say`The stage has another CMD above.`, peers: ['hadolint/DL4003'] };
          continue;
        }
        yield {
          at: node.head,
          message: say`This CMD does nothing: only the last one of a stage counts.`,
          fix: fix('Delete it', removeLines(node)),
          related: last && [{ at: last.head, message: say`This CMD counts.` }],
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
