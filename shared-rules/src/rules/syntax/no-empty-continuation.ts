import { fix, replace } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'no-empty-continuation',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['style', 'deprecated'],
  since: 'next',
  peers: { buildkit: ['NoEmptyContinuation'], 'dockerfile-utils': ['EMPTY_CONTINUATION_LINE'] },
  summary: 'Leave no empty line within an instruction.',
  docs: `
A line that ends in a backslash goes on in the next one. An empty line there looks like the end of the instruction and
is none: builders read over it, with a warning that it will be an error one day.

Take the line out; a comment line may stand there instead.`,
  sources: { NoEmptyContinuation: 'https://docs.docker.com/reference/build-checks/no-empty-continuation/' },
  examples: [
    {
      title: 'Two places in one instruction',
      bad: `
        FROM debian:12
        RUN make && \\
        «

        »    make test && \\
        «
        »    make install`,
      good: `
        FROM debian:12
        RUN make && \\
            make test && \\
            make install`,
    },
    {
      title: 'Between two lines',
      bad: `
        FROM debian:12
        RUN apt-get update && \\
        «
        »    apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update && \\
            apt-get install -y curl`,
    },
    {
      title: 'A comment, a line that holds the backslash alone, a heredoc',
      good: `
        FROM debian:12
        RUN make && \\
            # a remark
            \\
            make install
        RUN <<EOF
        make

        make install
        EOF`,
    },
  ],
  *check(file) {
    for (const node of file.all()) {
      for (const lines of node.emptyLines) {
        yield {
          at: lines,
          message: say`An empty line stands within the instruction.`,
          fix: fix('Remove it', replace(lines, '')),
        };
      }
    }
  },
});
