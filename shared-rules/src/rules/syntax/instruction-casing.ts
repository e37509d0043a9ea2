import { fix, replace } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Dockerfile, Instruction } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'instruction-casing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['style'],
  since: 'next',
  peers: {
    buildkit: ['ConsistentInstructionCasing'],
    'dockerfile-utils': ['CASING_INSTRUCTION'],
    sonar: ['S6476'],
  },
  summary: 'Write all instructions of a file in one case.',
  docs: `
Builders take keywords in any case, people read them by their shape. A file that mixes \`RUN\` and \`run\` is harder to
scan, and a keyword in another case is easily taken for text of the line above.

What most instructions of the file have is what the others get; upper case is the custom.`,
  sources: {
    ConsistentInstructionCasing: 'https://docs.docker.com/reference/build-checks/consistent-instruction-casing/',
  },
  options: {
    mode: {
      type: 'choice',
      of: ['consistent', 'upper'],
      default: 'consistent',
      about: 'The case of most instructions in the file, or upper case in any event.',
    },
    asPeers: { ...AS_PEERS, about: 'Carry the code of dockerfile-utils for every keyword that is not in upper case.' },
  },
  examples: [
    {
      title: 'One that differs',
      bad: `
        FROM debian:12
        «run» make
        COPY . /srv
        «Cmd» ["/srv/run"]`,
      good: `
        FROM debian:12
        RUN make
        COPY . /srv
        CMD ["/srv/run"]`,
      except: ['with lower-case keywords', 'behind another stage'],
    },
    {
      title: 'Most are in lower case',
      bad: `
        from debian:12
        run make
        copy . /srv
        «CMD» ["/srv/run"]`,
      good: `
        from debian:12
        run make
        copy . /srv
        cmd ["/srv/run"]`,
      except: ['behind another stage', 'with lower-case keywords'],
    },
    {
      title: 'Upper case in any event',
      options: { mode: 'upper' },
      bad: `
        «from» debian:12`,
      good: `
        FROM debian:12`,
      except: ['behind another stage', 'with lower-case keywords'],
    },
    {
      title: 'All in one case, arguments before the first FROM, triggers',
      good: `
        arg BASE=12
        FROM debian:$BASE
        ONBUILD run make
        CMD ["/srv/run"]`,
      except: ['with lower-case keywords'],
    },
    {
      title: 'All in lower case',
      good: `
        from debian:12
        run make`,
      except: ['behind another stage'],
    },
  ],
  *check(file, { options }) {
    const nodes = countedIn(file);
    const upper = nodes.filter(({ head }) => head.text === head.text.toUpperCase()).length;
    const lower = nodes.filter(({ head }) => head.text === head.text.toLowerCase()).length;
    const isUpper = options.mode === 'upper' || upper >= lower;
    for (const node of options.mode === 'upper' ? file.all() : nodes) {
      const { text } = node.head;
      const wanted = isUpper ? text.toUpperCase() : text.toLowerCase();
      if (text === wanted || node.keyword === 'UNKNOWN') continue;
      yield {
        at: node.head,
        message: isUpper
          ? say`${text} is not in upper case, as the other instructions are.`
          : say`${text} is not in lower case, as the other instructions are.`,
        fix: fix(`Write ${wanted}`, replace(node.head, wanted)),
        peers: [
          'buildkit/ConsistentInstructionCasing',
          'sonar/S6476',
          ...(text === text.toUpperCase() ? [] : ['dockerfile-utils/CASING_INSTRUCTION']),
        ],
      };
    }
  },
});

const countedIn = (file: Dockerfile): readonly Instruction[] =>
  file.stages.flatMap(({ from, instructions }) => [...(from ? [from] : []), ...instructions]);
