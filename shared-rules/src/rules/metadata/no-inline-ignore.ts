import { removeLines, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { isHadolintIgnore, isOurIgnore, isWithinInstruction } from '../../knowledge/pragmas.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'no-inline-ignore',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['policy'],
  since: 'next',
  peers: { hadolint: ['DL1001'] },
  summary: 'Silence no rule by a comment, where a team wants its exceptions in one place.',
  docs: `
A comment that silences a rule is written in a minute and outlives its reason. Whoever answers for the images does not
see it, for the report is empty.

Take the comment out and mend what it hides, or write the exception into the config file, where it is seen. For teams
without such a policy a comment with its reason is the better place, so the rule is off by default.`,
  sources: { 'Inline ignores of hadolint': 'https://github.com/hadolint/hadolint#inline-ignores' },
  options: {
    asPeers: { ...AS_PEERS, about: 'Report the comments for hadolint alone, as it does, not those for Plimsoll.' },
  },
  differs: [
    {
      from: 'hadolint/DL1001',
      they: 'flags comments for hadolint alone',
      we: 'flags comments for Plimsoll too, once the rule is set',
      why: 'A policy against comments that silence rules means every one of them.',
    },
  ],
  examples: [
    {
      title: 'With codes, blanks and a reason',
      bad: `
        FROM debian:12
        «# hadolint ignore=DL3008,SC1035»
        RUN apt-get update && apt-get install -y curl
        «#hadolint  ignore = DL3003 , DL3008 # there is no other way»
        RUN cd /tmp && make`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        RUN cd /tmp && make`,
    },
    {
      title: 'The comment cannot silence its own finding',
      bad: `
        FROM debian:12
        «# hadolint ignore=«DL1001»»
        RUN make`,
      good: `
        FROM debian:12
        RUN make`,
    },
    {
      title: 'For the whole file or a stage, for the shell, and what hadolint does not take for one',
      good: `
        # hadolint global ignore=DL3008
        # hadolint stage ignore=DL3008
        FROM debian:12
        # hadolint shell=bash
        # hadolint ignore=DL3008 because
        # tally ignore=apt-pin-versions
        # the rule DL3008
        RUN make`,
    },
    {
      title: 'Between the lines of an instruction, where it does nothing',
      good: `
        FROM debian:12
        RUN make && \\
            # hadolint ignore=DL3008
            make install`,
    },
  ],
  *check(file, { options }) {
    for (const comment of file.comments) {
      const isOurs = !options.asPeers && isOurIgnore(comment);
      if (!(isOurs || isHadolintIgnore(comment)) || isWithinInstruction(file, comment)) continue;
      yield {
        at: comment,
        message: say`This comment hides what a rule finds below.`,
        fix: suggestion('Delete the comment', removeLines(comment)),
        ...(isOurs ? { peers: [] } : {}),
      };
    }
  },
});
