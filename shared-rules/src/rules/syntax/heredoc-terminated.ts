import { rule, say } from '../../rule.js';

export default rule({
  id: 'heredoc-terminated',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  summary: 'End every heredoc with the line that it names.',
  docs: `
A heredoc runs to the line that holds nothing but its name. Without one, with a blank behind it, or with one before it
where no \`-\` allows for tabs, the rest of the file becomes part of it, and the build stops.

Put the name alone on a line of its own, without blanks around it.`,
  sources: { 'Here-documents': 'https://docs.docker.com/reference/dockerfile/#here-documents' },
  examples: [
    {
      title: 'The end is missing',
      bad: `
        FROM debian:12
        RUN «<<EOF»
        make`,
    },
    {
      title: 'The end is set in',
      bad: `
        FROM debian:12
        COPY «<<EOF» /etc/motd
        hello
          EOF`,
    },
    {
      title: 'A heredoc for a target',
      bad: `
        FROM debian:12
        COPY a «<<EOF»
        hello
        EOF`,
    },
    {
      title: 'Ends where it says so, and what is none',
      good: `
        FROM debian:12
        RUN <<A && cat <<-'B'
        make
        A
        hello
        	B
        RUN echo "<<EOF" && cat <<< text`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('RUN', 'COPY', 'ADD')) {
      for (const { marker, name, terminated } of node.heredocs)
        if (!terminated) yield { at: marker, message: say`The line ${name} that ends this heredoc is missing.` };
      if (node.keyword === 'RUN' || node.words.length < 2) continue;
      const { target } = node;
      if (target && /^\d*<<-?['"]?\w/.test(target.text) && node.heredocs.length > 0)
        yield { at: target, message: say`A heredoc can be copied from, not to.` };
    }
  },
});
