import { fix, insertBefore, suggestion } from '../../edit.js';
import { isNoName, LISTER_PROGRAMS, packagesOf } from '../../knowledge/package-lists.js';
import { continuationAt, sourceText, type Dockerfile, type Instruction, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'space-before-backslash',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['style', 'broken-build'],
  since: 'next',
  summary: 'Put a blank between a word and the backslash that continues the line.',
  docs: `
A continuation joins two lines without a blank of its own. \`curl\\\` goes well as long as the next line is indented; when
somebody takes the indent away, the two words become one, \`curlgit\`, and the package is not found.

Put a blank in front of the backslash. Where two names of packages have become one already, that is a warning.`,
  sources: {
    'Dockerfile reference, "Format"': 'https://docs.docker.com/reference/dockerfile/#format',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A word that touches the backslash',
      bad: `
        FROM debian:12
        RUN apt-get install -y \\
            curl«\\»
            git
        ENV A=1«\\»
            B=2`,
      good: `
        FROM debian:12
        RUN apt-get install -y \\
            curl \\
            git
        ENV A=1 \\
            B=2`,
      except: ['with backticks for continuations'],
    },
    {
      title: 'Two packages that have become one: a warning',
      bad: `
        FROM debian:12
        RUN apt-get install -y curl«\\»
        git`,
      good: `
        FROM debian:12
        RUN apt-get install -y curl \\
        git`,
      except: ['with backticks for continuations'],
    },
    {
      title: 'A blank in front of it',
      good: `
        FROM debian:12
        RUN apt-get install -y \\
            curl \\
            git`,
    },
    {
      title: 'Within quotes, and an address over two lines',
      good: `
        FROM debian:12
        RUN echo "a\\
          b" && curl -fsSLO https://example.com/a/very/long/path/\\
        file.tar.gz
        LABEL text="one\\
          two"`,
    },
    {
      title: 'In a heredoc and in an exec form',
      good: `
        FROM debian:12
        RUN <<EOF
        apt-get install -y curl\\
          git
        EOF
        RUN ["echo",\\
          "a"]`,
    },
  ],
  *check(file) {
    for (const node of file.all()) {
      if (!node.isContinued) continue;
      for (const word of wordsOf(node)) {
        const behind = word.form === 'json' ? undefined : continuationAt(file, word, 'behind');
        if (!behind) continue;
        yield {
          at: behind,
          message: say`No blank sets ${word.text} off from the continuation.`,
          fix: fix('Put a blank before it', insertBefore(behind, ' ')),
        };
      }
      if (node.keyword === 'RUN' && node.form === 'shell') yield* joinedPackages(file, node);
    }
  },
});

function* joinedPackages(file: Dockerfile, node: Extract<Instruction, { keyword: 'RUN' }>) {
  for (const command of node.commands) {
    if (!LISTER_PROGRAMS.includes(command.program.text) || command.script !== node.script) continue;
    for (const one of packagesOf(command) ?? []) {
      const within =
        isNoName(one) || /["']/.test(sourceText(file, one.word)) ? undefined : continuationAt(file, one.word, 'within');
      if (!within) continue;
      yield {
        at: within,
        severity: 'warning' as const,
        message: say`Without a blank the two lines make one word: ${one.word.text}.`,
        fix: suggestion('Put a blank before it', insertBefore(within, ' ')),
      };
    }
  }
}

/** The words that stand in the text of an instruction by themselves. */
function wordsOf(node: Instruction): readonly Word[] {
  switch (node.keyword) {
    case 'RUN':
      if (node.form !== 'shell') return [];
      return node.commands
        .filter(({ script }) => script === node.script)
        .flatMap(({ wrappers, program, args }) => (wrappers.length > 0 ? [] : [program, ...args]));
    case 'ENV':
    case 'LABEL':
    case 'ARG':
      return node.pairs.flatMap(({ name, value }) => (value ? [value] : [name]));
    case 'COPY':
    case 'ADD':
    case 'EXPOSE':
      return node.words;
    default:
      return [];
  }
}
