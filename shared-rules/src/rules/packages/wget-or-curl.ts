import { hadolintSees } from '../../knowledge/peers.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const TOOLS = ['wget', 'curl'];

export default rule({
  id: 'wget-or-curl',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'size'],
  since: 'next',
  peers: { hadolint: ['DL4001'] },
  summary: 'Download with wget or with curl, not with both.',
  docs: `
wget and curl do the same in a build. A stage that calls both needs both packages, with the libraries of each, and both
stay in the image for an attacker to use.

Write all downloads with one of them and leave the other out. ADD with an address needs neither. Each stage counts for
itself; a package that is only named in an install is no call.`,
  sources: {
    'Best practices for building, "Don\'t install unnecessary packages"':
      'https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages',
  },
  examples: [
    {
      title: 'Both in one stage',
      bad: `
        FROM debian:12
        RUN wget -q https://example.com/a
        RUN make
        RUN «curl» -fsSLO https://example.com/b
        RUN make check && «wget» -q https://example.com/c`,
    },
    {
      title: 'Both in one RUN, and in triggers',
      bad: `
        FROM debian:12
        RUN curl -fsSLO https://example.com/a \\
            && «wget» -q https://example.com/b
        FROM debian:12
        ONBUILD RUN curl -fsSLO https://example.com/a
        ONBUILD RUN «wget» -q https://example.com/b`,
    },
    {
      title: 'One in each stage',
      good: `
        FROM debian:12 AS one
        RUN wget -q https://example.com/a
        FROM debian:12
        RUN curl -fsSLO https://example.com/b && curl -fsSLO https://example.com/c`,
    },
    {
      title: 'Names of packages, and a word that is only printed',
      good: `
        FROM debian:12
        RUN apt-get install -y curl wget && curl -fsSLO https://example.com/a && echo wget
        ONBUILD RUN wget -q https://example.com/b`,
    },
  ],
  *check(file) {
    const called = new Map<Stage | undefined, Record<'build' | 'trigger', Set<string>>>();
    for (const node of file.runs(...TOOLS)) {
      let known = called.get(node.stage);
      if (!known) called.set(node.stage, (known = { build: new Set(), trigger: new Set() }));
      const names = known[node.isTrigger ? 'trigger' : 'build'];
      for (const command of node.commands) {
        const { program } = command;
        if (!TOOLS.includes(program.text) || !hadolintSees(command)) continue;
        names.add(program.text);
        if (names.size < TOOLS.length) continue;
        const other = program.text === 'curl' ? 'wget' : 'curl';
        yield { at: program, message: say`${program.text} and ${other} do the same; one of them is enough.` };
        break;
      }
    }
  },
});
