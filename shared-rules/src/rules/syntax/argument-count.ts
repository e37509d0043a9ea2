import { remove, suggestion } from '../../edit.js';
import type { Instruction } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'argument-count',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: {
    'dockerfile-utils': [
      'ARGUMENT_MISSING',
      'ARGUMENT_EXTRA',
      'ARGUMENT_REQUIRES_ONE',
      'ARGUMENT_REQUIRES_AT_LEAST_TWO',
    ],
  },
  summary: 'Give every instruction the arguments that it needs.',
  docs: `
A builder refuses an instruction without its arguments, a COPY or ADD that names only one path, and a STOPSIGNAL with
more than a signal. The whole build stops there.

Name what the instruction is to work on, or take the line out.`,
  sources: { 'Dockerfile reference': 'https://docs.docker.com/reference/dockerfile/' },
  examples: [
    {
      title: 'Nothing behind the keyword',
      bad: `
        FROM debian:12
        «WORKDIR»
        «EXPOSE»
        «ENV»
        «RUN»`,
    },
    {
      title: 'One path for a copy',
      bad: `
        FROM debian:12
        COPY «/srv»
        ADD ["«/srv»"]
        «COPY» []`,
    },
    {
      title: 'A word too many',
      bad: `
        FROM debian:12
        STOPSIGNAL SIGTERM «SIGINT»`,
      good: `
        FROM debian:12
        STOPSIGNAL SIGTERM`,
    },
    {
      title: 'A heredoc without a target',
      bad: `
        FROM debian:12
        COPY «<<EOF»
        text
        EOF`,
    },
    {
      title: 'Blanks that belong to the argument, a heredoc, a healthcheck',
      good: `
        FROM debian:12
        WORKDIR /srv/my app
        MAINTAINER A Person
        COPY <<EOF /etc/motd
        hello
        EOF
        RUN <<EOF
        make
        EOF
        HEALTHCHECK NONE
        CMD []`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers()) {
      if (node.keyword === 'UNKNOWN') continue;
      const found = wrongCount(node);
      if (found) yield found;
    }
  },
});

function wrongCount(node: Instruction): Finding | undefined {
  const { body, head, heredocs, words } = node;
  const keyword = node.keyword;
  if (body.text.trim() === '' && heredocs.length === 0)
    return {
      at: head,
      message: say`${keyword} needs at least one argument.`,
      peers: HAS_OWN_CODE.has(keyword) ? [] : ['dockerfile-utils/ARGUMENT_MISSING'],
    };
  if (keyword === 'STOPSIGNAL') {
    const [, extra] = words;
    return (
      extra && {
        at: extra,
        message: say`STOPSIGNAL takes one signal.`,
        fix: suggestion(`Remove ${extra.text}`, remove(extra)),
        peers: ['dockerfile-utils/ARGUMENT_EXTRA'],
      }
    );
  }
  if ((keyword === 'COPY' || keyword === 'ADD') && words.length < 2)
    return {
      at: words[0] ?? head,
      message: say`${keyword} needs a source and a target.`,
      peers: ['dockerfile-utils/ARGUMENT_REQUIRES_AT_LEAST_TWO'],
    };
  return undefined;
}

/** Where dockerfile-utils says nothing of it, or by the code of another rule. */
const HAS_OWN_CODE: ReadonlySet<string> = new Set(['RUN', 'CMD', 'HEALTHCHECK', 'ADD', 'COPY']);
