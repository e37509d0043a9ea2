import { addInstructionAfter, remove, suggestion, type Fix } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { variablesIn, type Dockerfile, type Instructions, type Pair } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'env-self-reference',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['correctness'],
  since: 'next',
  peers: { hadolint: ['DL3044'] },
  summary: 'Use a variable of ENV only in a later instruction.',
  docs: `
All pairs of one ENV are put in at once. A variable that is set in the same line is not set yet: \`$A\` in \`ENV A=1 B=$A\`
is whatever A was before, mostly nothing.

Set it in an ENV of its own, above.`,
  sources: { 'Environment replacement': 'https://docs.docker.com/reference/dockerfile/#environment-replacement' },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as hadolint does, which overlooks modifiers and knows no stages.' },
  },
  differs: [
    {
      from: 'hadolint/DL3044',
      they: 'overlooks references with a modifier, as `${A:-x}`, and takes a name that another stage sets for known',
      we: 'reads modifiers, and looks at the stage alone',
      why: 'The builder does so.',
    },
  ],
  examples: [
    {
      title: 'In the pair behind it',
      bad: `
        FROM debian:12
        ENV BASE=/srv HOME_OF=«\${BASE}»/app`,
      good: `
        FROM debian:12
        ENV BASE=/srv
        ENV HOME_OF=\${BASE}/app`,
    },
    {
      title: 'With a modifier, and in a stage that does not know it',
      bad: `
        FROM debian:12 AS a
        ENV A=0
        FROM debian:12
        ENV A=1 B=«\${A:-2}» C=3`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12 AS a
        ENV A=0
        FROM debian:12
        ENV A=1 B=\${A:-2} C=3
        ENV X=1 Y=«$X»`,
      good: `
        FROM debian:12 AS a
        ENV A=0
        FROM debian:12
        ENV A=1 B=\${A:-2} C=3
        ENV X=1
        ENV Y=$X`,
    },
    {
      title: 'Its own old value, a value from before, another name',
      good: `
        FROM debian:12
        ENV PATH=/opt/bin:$PATH
        ENV A=1
        ENV A=2 B=$A
        ARG C=1
        ENV C=2 D=$C E=$CC F='$E' G=\\$F`,
      except: ['with backticks for continuations'],
    },
  ],
  *check(file, { options }) {
    for (const node of file.all('ENV')) {
      const isKnown = knownBefore(file, node, options.asPeers);
      for (const [index, pair] of node.pairs.entries()) {
        for (const { at, name, operator } of pair.value ? variablesIn(pair.value) : []) {
          const others = node.pairs.filter((other, place) => place !== index && other.name.text === name);
          if (others.length === 0 || isKnown(name) || (options.asPeers && operator !== undefined)) continue;
          yield {
            at,
            message: say`${name} is set in this very instruction, and is not there yet.`,
            fix: apart(node, pair),
          };
        }
      }
    }
  },
});

function knownBefore(file: Dockerfile, node: Instructions['ENV'], asPeers: boolean): (name: string) => boolean {
  if (!asPeers) return (name) => node.state.env.lookup(name) !== undefined;
  const names = new Set<string>();
  for (const other of file.all('ENV', 'ARG')) {
    if (other === node) break;
    for (const { name } of other.pairs) names.add(name.text);
  }
  return (name) => names.has(name);
}

/** The last pair as an ENV of its own, where it is the one that refers to another. */
function apart(node: Instructions['ENV'], pair: Pair): Fix | undefined {
  if (node.pairs.at(-1) !== pair || node.pairs.length !== 2 || node.isContinued || !pair.value) return undefined;
  const text = `${node.written(pair.name)}=${node.written(pair.value)}`;
  return suggestion('Set it in an ENV of its own', remove(pair), addInstructionAfter(node, `ENV ${text}`));
}
