import { expandedWords } from '../../knowledge/expansion.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { brokenVariablesIn, variablesIn } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'variable-modifier',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['UNSUPPORTED_MODIFIER'] },
  summary: 'Use in variables only what the builder can put in.',
  docs: `
Outside of RUN, CMD and ENTRYPOINT it is the builder that puts variables in, and it knows less than a shell: the modifiers
\`-\`, \`+\` and \`?\` with or without a colon, \`#\`, \`##\`, \`%\`, \`%%\`, \`/\` and \`//\`. It refuses
everything else, as it does braces that are empty or never close.

Let a RUN work the value out, or write the argument so that it needs no more than that.`,
  sources: { 'Environment replacement': 'https://docs.docker.com/reference/dockerfile/#environment-replacement' },
  options: {
    asPeers: { ...AS_PEERS, about: 'Report the placeholders of dev container templates as well.' },
  },
  differs: [
    {
      from: 'dockerfile-utils/UNSUPPORTED_MODIFIER',
      they: 'refuses `${templateOption:name}`',
      we: 'silent on it',
      why: 'It is filled in before any builder sees the file.',
    },
    {
      from: 'dockerfile-utils/UNSUPPORTED_MODIFIER',
      they: 'refuses `#`, `%` and `/`',
      we: 'takes them',
      why: 'The builder knows them since docker/dockerfile 1.7.',
    },
  ],
  examples: [
    {
      title: 'What only a shell knows',
      bad: `
        FROM debian:12
        ARG A=1
        ENV B=«\${A^^}» C=«\${A:1}» D=«\${A=2}»`,
    },
    {
      title: 'Braces that are empty, or never close',
      bad: `
        FROM debian:12
        WORKDIR /srv/«\${}»
        COPY a /srv/«\${A»`,
    },
    {
      title: 'A placeholder of a dev container template',
      good: `
        FROM mcr.microsoft.com/devcontainers/go:2-\${templateOption:imageVariant}`,
    },
    {
      title: 'What the builder knows, and what it leaves to a shell',
      good: `
        FROM debian:12
        ARG A=1
        ENV B=\${A:-1} C=\${A:+2} D=\${A-} E=\${A#*/} F=\${A%%.*} G=\${A//a/b} H=\${A:?}
        RUN echo \${A^^} \${A:1:2}
        CMD echo \${A,,}
        ENV I='\${A^^}' J=\\\${A^^}`,
      except: ['with backticks for continuations'],
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers()) {
      for (const word of expandedWords(node)) {
        for (const { at, name, operator } of variablesIn(word)) {
          if (name === 'templateOption' && !options.asPeers) continue;
          if (operator !== undefined && !KNOWN.has(operator))
            yield { at, message: say`The builder cannot do ${operator} with ${name}.` };
        }
        for (const at of brokenVariablesIn(word)) yield { at, message: say`This is no variable that could be put in.` };
      }
    }
  },
});

const KNOWN: ReadonlySet<string> = new Set([':-', '-', ':+', '+', ':?', '?', '#', '##', '%', '%%', '/', '//']);
