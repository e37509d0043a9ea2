import { placesOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'long-run-line',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['style'],
  since: 'next',
  peers: { sonar: ['S7020'] },
  summary: 'Break long lines of RUN.',
  docs: `
A command beyond the edge of the window is a command that nobody reads, and a change in it shows as a change of the whole
line in a review.

End the line with a backslash before \`&&\` and between packages. Lines with an address are left alone: an address cannot be
broken.`,
  sources: {
    'Best practices for building, "Sort multi-line arguments"':
      'https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments',
  },
  options: {
    limit: { type: 'integer', min: 40, default: 120, about: 'How many characters a line may have.' },
  },
  examples: [
    {
      title: 'Beyond the limit',
      options: { limit: 60 },
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl git make gcc p«atch perl && make install»`,
    },
    {
      title: 'One of several lines',
      options: { limit: 60 },
      bad: `
        FROM debian:12
        RUN apt-get update && \\
            apt-get install -y --no-install-recommends curl git make« gcc patch && \\»
            make install`,
      except: ['with backticks for continuations'],
    },
    {
      title: 'Short lines, few words, an address, a heredoc',
      options: { limit: 60 },
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        RUN make --a-very-long-flag=with-a-very-long-value --and-another-one
        RUN curl -f -s -S -L -o a -O https://example.com/a/very/long/address/of/a/file && tar xf a
        RUN <<EOF
        apt-get update && apt-get install -y curl git make gcc patch perl && make install
        EOF`,
    },
  ],
  *check(file, { options }) {
    const long = new RegExp(`^(?=[ \\t]*(?:\\S+[ \\t]+){6}\\S)(?!.*://).{${options.limit}}([^\\r\\n]+)`, 'dgm');
    for (const run of file.allWithTriggers('RUN')) {
      if (run.heredocs.length > 0) continue;
      for (const at of placesOf(file, long, run))
        yield { at, message: say`The line goes on beyond ${options.limit} characters.` };
    }
  },
});
