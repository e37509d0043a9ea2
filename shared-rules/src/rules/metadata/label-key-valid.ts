import { replace, suggestion, type Fix } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Stage, Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

export default rule({
  id: 'label-key-valid',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['metadata', 'style'],
  since: 'next',
  peers: { hadolint: ['DL3048'] },
  summary: 'Write label keys in small letters, digits, dots and hyphens, outside the namespaces of Docker.',
  docs: `
Keys of labels tell capitals apart: a filter for \`version\` does not find \`Version\`. Keys with other characters are refused
or mangled by some of the tools that read them, and those that begin with \`com.docker.\`, \`io.docker.\` or \`org.dockerproject.\`
Docker uses itself, so a value of your own may be taken for Docker's.

Begin with a small letter, end with a small letter or a digit, and use dots and hyphens, one at a time, between them.`,
  sources: {
    'Docker object labels': 'https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations',
    'LABEL reference': 'https://docs.docker.com/reference/dockerfile/#label',
  },
  options: { asPeers: { ...AS_PEERS, about: 'Judge keys with variables as they are written, as hadolint does.' } },
  differs: [
    {
      from: 'hadolint/DL3048',
      they: 'flags every key with a variable',
      we: 'silent on keys with a variable',
      why: 'The key is known only once the variable is put in.',
    },
  ],
  examples: [
    {
      title: 'Capitals',
      bad: `
        FROM debian:12
        LABEL «Version»="1.0" description="x" \\
              «"Maintainer"»="team"`,
      good: `
        FROM debian:12
        LABEL version="1.0" description="x" \\
              maintainer="team"`,
    },
    {
      title: 'Other characters, doubled ones, the wrong ends, and what Docker keeps to itself',
      bad: `
        FROM debian:12
        LABEL «my+key»=1 «a..b»=2 «a--b»=3 «2nd»=4 «end-»=5 «-start»=6
        LABEL «com.docker.team»=1 «io.docker.team»=2 «org.dockerproject.team»=3`,
    },
    {
      title: 'The old form: a blank ends the key',
      bad: `
        FROM debian:12
        LABEL «Team» = a`,
      good: `
        FROM debian:12
        LABEL team = a`,
    },
    {
      title: 'Keys that fit',
      good: `
        FROM debian:12
        LABEL org.opencontainers.image.version="1.0" a.b-c_d/e="x" "quoted.key"="y" k8s="z"
        LABEL com.dockerish.team=a`,
    },
    {
      title: 'A key with a variable',
      good: `
        FROM debian:12
        ARG PREFIX
        LABEL $PREFIX.version="1.0"`,
    },
    {
      title: 'A key that would then be there twice is left to the author',
      bad: `
        FROM debian:12
        LABEL «Version»="1.0" version="2.0"`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        ARG PREFIX
        LABEL «$PREFIX.version»="1.0" version="1.0"`,
    },
  ],
  *check(file, { options }) {
    for (const { pairs, stage } of file.all('LABEL')) {
      for (const { name } of pairs) {
        const fault = options.asPeers || (name.literal && name.text !== '') ? faultOf(name.text) : undefined;
        if (!fault) continue;
        yield { at: name, message: fault, fix: () => lowered(name, stage) };
      }
    }
  },
});

/** The key in small letters, where that is enough and no other label has it. */
function lowered(name: Word, stage: Stage | undefined): Fix | undefined {
  const small = name.text.toLowerCase();
  if (!name.literal || small === name.text || faultOf(small)) return undefined;
  const isTaken = (stage?.instructions ?? []).some(
    (node) => node.keyword === 'LABEL' && node.pairs.some((pair) => pair.name.text === small),
  );
  return isTaken ? undefined : suggestion(`Write ${small}`, replace(name, small));
}

function faultOf(key: string): Message | undefined {
  const namespace = ['com.docker.', 'io.docker.', 'org.dockerproject.'].find((start) => key.startsWith(start));
  if (namespace !== undefined) return say`Docker keeps keys that begin with ${namespace} to itself.`;
  if (/[A-Z]/.test(key)) return say`The label key ${key} has capitals, which filters tell apart.`;
  if (!/^[a-z]/.test(key)) return say`The label key ${key} does not begin with a small letter.`;
  if (!/[a-z0-9]$/.test(key)) return say`The label key ${key} does not end with a small letter or a digit.`;
  if (/[^a-z0-9._/-]/.test(key))
    return say`The label key ${key} has other characters than letters, digits, dots and hyphens.`;
  return /\.\.|--/.test(key) ? say`The label key ${key} has dots or hyphens in a row.` : undefined;
}
