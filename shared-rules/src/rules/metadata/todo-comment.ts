import { isToTool } from '../../knowledge/pragmas.js';
import { placesOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'todo-comment',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['style'],
  since: 'next',
  peers: { sonar: ['S1135'] },
  summary: 'Do what a TODO in a comment asks for, or put it where work is planned.',
  docs: `
What is only written down beside the code nobody comes across when work is planned. The workaround it speaks of stays, and with
it what it costs.

Do it, or write a ticket and name it in the comment. Many teams keep such notes on purpose, so the rule is off by default.`,
  sources: { 'S1135 of SonarQube': 'https://rules.sonarsource.com/docker/RSPEC-1135/' },
  options: {
    words: { type: 'strings', default: ['TODO'], about: 'The words to look for, in any case: FIXME and XXX, perhaps.' },
  },
  examples: [
    {
      title: 'In any case, and behind other words',
      bad: `
        FROM debian:12
        # «TODO»: pin the version
        RUN apt-get install -y curl
        # we have a «todo» here`,
    },
    {
      title: 'Between the lines of an instruction',
      bad: `
        FROM debian:12
        RUN make && \\
            # «Todo» test it
            make install`,
    },
    {
      title: 'Other words',
      options: { words: ['FIXME', 'XXX'] },
      bad: `
        FROM debian:12
        # «FIXME» and «XXX», but no TODO
        RUN make`,
    },
    {
      title: 'Parts of words, and no comment',
      good: `
        FROM debian:12
        # todos, mastodon, TODO_LIST and FIXME
        RUN echo TODO
        LABEL todo="TODO"`,
    },
    {
      title: 'Directives, and comments that silence rules',
      good: `
        # syntax=docker/dockerfile:todo
        FROM debian:12
        # hadolint ignore=DL3008 # TODO
        # tally ignore=apt-pin-versions TODO
        RUN apt-get install -y curl`,
    },
    {
      title: 'Heredocs',
      good: `
        FROM debian:12
        COPY <<EOF /notes
        # TODO
        EOF
        RUN <<EOF
        # TODO
        make
        EOF`,
    },
  ],
  *check(file, { options }) {
    const words = options.words.filter((word) => word !== '').map((word) => word.replace(/[^\w\s]/g, '\\$&'));
    if (words.length === 0) return;
    const pattern = new RegExp(`(?<!\\w)(?:${words.join('|')})(?!\\w)`, 'gi');
    for (const comment of file.comments) {
      if (isToTool(comment)) continue;
      for (const place of placesOf(file, pattern, comment)) {
        yield { at: place, message: say`This comment says that something is left to do.` };
      }
    }
  },
});
