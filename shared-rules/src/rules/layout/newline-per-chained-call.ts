import { fix, replaceBetween, type Edit } from '../../edit.js';
import { isPosix } from '../../knowledge/shells.js';
import {
  areOnOneLine,
  between,
  type Dockerfile,
  type Instructions,
  type Located,
  type Statement,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'newline-per-chained-call',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'strict',
  tags: ['style', 'layers'],
  since: 'next',
  peers: { tally: ['newline-per-chained-call'] },
  summary: 'Begin a line with each command of a chain, each mount, each label.',
  docs: `
A RUN with many commands on a line is hard to read, and a change to one of them shows as a change to all.

The fix breaks the line in front of each \`&&\` and \`||\`, each further \`--mount\`, each further pair of a LABEL, and each flag
of a HEALTHCHECK. Short chains may stay on their line: \`minCommands\` says how many commands make a long one.`,
  sources: {
    'Best practices for building, "Sort multi-line arguments"':
      'https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    minCommands: {
      about: 'From how many commands on a chain has a line for each.',
      type: 'integer',
      default: { recommended: 3, all: 2 },
      min: 2,
    },
  },
  examples: [
    {
      title: 'A chain on one line',
      bad: `
        FROM debian:12
        RUN apt-get update «&&» apt-get install -y curl || exit 1`,
      good: `
        FROM debian:12
        RUN apt-get update \\
        	&& apt-get install -y curl \\
        	|| exit 1`,
    },
    {
      title: 'Partly broken already, without blanks',
      bad: `
        FROM debian:12
        RUN make \\
          && make test«&&»make install
        RUN make «&&» make install && \\
          make clean`,
      good: `
        FROM debian:12
        RUN make \\
          && make test \\
        	&&make install
        RUN make && \\
        	make install && \\
          make clean`,
    },
    {
      title: 'Mounts, labels, a health check',
      bad: `
        FROM debian:12
        RUN --mount=type=cache,target=/a «--mount=type=cache,target=/b» make
        LABEL a=1 «b=2» c=3
        HEALTHCHECK --interval=30s «--timeout=3s» CMD ["curl", "-f", "localhost"]`,
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/a \\
        	--mount=type=cache,target=/b make
        LABEL a=1 \\
        	b=2 \\
        	c=3
        HEALTHCHECK --interval=30s \\
        	--timeout=3s \\
        	CMD ["curl", "-f", "localhost"]`,
      except: ['with lower-case keywords'],
    },
    {
      title: 'Two commands, where two are few',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Two commands, where two are many',
      options: { minCommands: 2 },
      bad: `
        FROM debian:12
        RUN apt-get update «&&» apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update \\
        	&& apt-get install -y curl`,
    },
    {
      title: 'Broken already, and pipes',
      good: `
        FROM debian:12
        RUN a \\
          && b \\
          # why
          && c | d | e | f
        RUN a | b | c | d; e
        LABEL a=1 \\
          b=2
        HEALTHCHECK --interval=30s \\
          CMD curl -f localhost
        HEALTHCHECK CMD curl -f localhost`,
    },
    {
      title: 'An exec form, heredocs, old labels, another shell',
      good: `
        FROM debian:12
        RUN ["sh", "-c", "a && b && c && d"]
        RUN <<EOF
        a && b && c && d
        EOF
        RUN cat <<EOF > /x && a && b && c
        text
        EOF
        LABEL a b=2 c=3
        SHELL ["pwsh", "-Command"]
        RUN a && b && c && d`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.all('RUN', 'HEALTHCHECK', 'LABEL')) {
      const shared = sharedIn(file, node, options.minCommands);
      const [first] = shared;
      if (!first) continue;
      yield {
        at: first.at,
        message: say`${node.keyword} goes on here on the same line.`,
        fix: fix('Break the line', ...shared.map(({ edit }) => edit)),
      };
    }
  },
});

/** A place that shares its line with what is before it, and how it gets one of its own. */
interface Shared {
  readonly at: Located;
  readonly edit: Edit;
}

function sharedIn(
  file: Dockerfile,
  node: Instructions['RUN' | 'HEALTHCHECK' | 'LABEL'],
  minCommands: number,
): readonly Shared[] {
  switch (node.keyword) {
    case 'LABEL':
      return node.isLegacy ? [] : neighbours(file, node.pairs);
    case 'HEALTHCHECK': {
      const parts = node.type ? [...node.flags, node.type] : [];
      return [...(node.flags.length > 0 ? neighbours(file, parts) : []), ...chainIn(file, node, minCommands)];
    }
    case 'RUN':
      return [
        ...neighbours(
          file,
          node.flags.filter(({ name }) => name === 'mount'),
          node.flags,
        ),
        ...(node.heredocs.length > 0 ? [] : chainIn(file, node, minCommands)),
      ];
  }
}

/** The nodes that share a line with the one before them. What is not next to it in `all` has something in between. */
const neighbours = (file: Dockerfile, nodes: readonly Located[], all = nodes): readonly Shared[] =>
  nodes.flatMap((at, index) => {
    const before = nodes[index - 1];
    const isNext = before !== undefined && all.indexOf(at) === all.indexOf(before) + 1;
    return isNext && areOnOneLine(file, before, at) ? [{ at, edit: breakBetween(file, before, at) }] : [];
  });

function chainIn(file: Dockerfile, node: Instructions['RUN' | 'HEALTHCHECK'], minCommands: number): readonly Shared[] {
  const { shell } = node.state;
  if (node.form !== 'shell' || !node.script?.readable || (shell.known && !isPosix(shell.value))) return [];
  return node.script.statements.flatMap((statement) => {
    const joints = [...jointsOf(statement)];
    if (joints.length + 1 < minCommands) return [];
    const chain = joints.map(({ left, right }) => ({ left, right, at: between(file, left, right) }));
    // Where operators end their lines already, they go on to do so.
    const isTrailing = chain.some(({ at, right }) => !areOnOneLine(file, at, right));
    return chain
      .filter(({ left, right }) => areOnOneLine(file, left, right))
      .map(({ left, right, at }) => ({
        at,
        edit: isTrailing ? breakBetween(file, at, right) : breakBetween(file, left, at),
      }));
  });
}

/** What stands on both sides of each `&&` and `||`, in the order of the text. */
function* jointsOf(statement: Statement): Iterable<{ readonly left: Located; readonly right: Located }> {
  if (statement.kind !== 'list') return;
  yield* jointsOf(statement.left);
  yield { left: statement.left, right: statement.right };
  yield* jointsOf(statement.right);
}

const breakBetween = (file: Dockerfile, before: Located, at: Located): Edit =>
  replaceBetween(before, at, ` ${file.escape}${file.lineEnding}\t`);
