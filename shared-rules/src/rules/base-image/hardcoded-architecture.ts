import { addInstructionAfter, replaceIn, suggestion, type Fix } from '../../edit.js';
import {
  addressesWithArchitecture,
  architectureIn,
  choosesArchitecture,
  isForSeveral,
} from '../../knowledge/architectures.js';
import type { Dockerfile, Instruction, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'hardcoded-architecture',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'compatibility', 'downloads'],
  since: 'next',
  summary: 'Fetch programs for the architecture that the image is built for.',
  docs: `
The base image comes in the architecture that is built for, the program fetched here always in this one. Built on a Mac
with Apple silicon or for an ARM server, the image is a mix, and the program ends with "exec format error".

BuildKit says what it builds for: declare \`ARG TARGETARCH\` in the stage and put \`\${TARGETARCH}\`, which is \`amd64\` or
\`arm64\`, into the address. Where the makers write \`x86_64\` and \`aarch64\`, use \`$(uname -m)\`.

An image that is for one architecture says so in its FROM: \`FROM --platform=linux/amd64\`. Nothing is said then, nor where
the instruction asks for the architecture or names several.

Where nothing else in the file asks for the architecture, it may be for one without saying so: what \`TARGETARCH\` mends is
mentioned then, and the rest only with the option \`always\`.`,
  sources: {
    'Multi-platform builds': 'https://docs.docker.com/build/building/multi-platform/',
    'Automatic platform ARGs':
      'https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope',
  },
  options: {
    always: {
      type: 'boolean',
      default: { recommended: false, strict: true, all: true },
      about: 'Report also where nothing in the file is made for several architectures.',
    },
  },
  examples: [
    {
      title: 'A base for one kind of machine',
      good: `
        FROM nvidia/cuda:13.0.1-base-ubuntu24.04
        RUN curl -fsSLO https://example.com/tool-1.2-linux-x86_64.tar.gz`,
    },
    {
      title: 'A download for one architecture',
      bad: `
        FROM debian:12
        RUN curl -fsSLo /usr/local/bin/tool «https://example.com/v1.2/tool-linux-amd64»`,
      good: `
        FROM debian:12
        ARG TARGETARCH
        RUN curl -fsSLo /usr/local/bin/tool https://example.com/v1.2/tool-linux-\${TARGETARCH}`,
    },
    {
      title: 'The argument is there already; ADD',
      bad: `
        FROM debian:12
        ARG TARGETARCH
        ADD «https://example.com/v1.2/tool_arm64.tar.gz» /opt/`,
      good: `
        FROM debian:12
        ARG TARGETARCH
        ADD https://example.com/v1.2/tool_\${TARGETARCH}.tar.gz /opt/`,
    },
    {
      title: 'Other names of it, in a file that is made for several architectures',
      bad: `
        FROM debian:12
        RUN curl -fsSLO https://example.com/$(uname -m)/other.tgz
        RUN wget «https://example.com/v1.2/tool.x86_64.tgz» && tar xzf tool.x86_64.tgz`,
    },
    {
      title: 'Other names of it, in a file that may be for one',
      good: `
        FROM debian:12
        RUN wget https://example.com/v1.2/tool.x86_64.tgz && tar xzf tool.x86_64.tgz`,
    },
    {
      title: 'Other names of it, and single quotes, where a team wants to hear of all',
      profile: 'strict',
      bad: `
        FROM debian:12
        RUN wget «https://example.com/v1.2/tool.x86_64.tgz» && tar xzf tool.x86_64.tgz
        RUN wget «'https://example.com/v1.2/tool.amd64.tgz'»`,
    },
    {
      title: 'The compiler of Go is told',
      bad: `
        FROM golang:1.27
        RUN GOOS=linux «GOARCH=amd64» go build -o /server .
        ENV «GOARCH=arm64»`,
    },
    {
      title: 'A FROM that names its platform',
      good: `
        FROM --platform=linux/amd64 debian:12
        RUN curl -fsSLO https://example.com/tool-linux-amd64`,
    },
    {
      title: 'The architecture is asked for',
      good: `
        FROM debian:12
        ARG TARGETARCH
        RUN curl -fsSLO https://example.com/tool-linux-\${TARGETARCH}
        RUN if [ "$(uname -m)" = x86_64 ]; then curl -fsSLO https://example.com/tool-linux-x86_64; fi
        RUN case "$TARGETARCH" in amd64) curl -fsSLO https://example.com/tool-amd64 ;; esac
        RUN arch=$(dpkg --print-architecture) && curl -fsSLO https://example.com/amd64/$arch
        RUN curl -fsSLO https://example.com/tool-amd64 || curl -fsSLO https://example.com/tool-arm64`,
    },
    {
      title: 'A base image of one architecture, and Windows',
      good: `
        FROM amd64/debian:12
        RUN curl -fsSLO https://example.com/tool-linux-amd64
        FROM example.com/base:1-x86_64
        RUN curl -fsSLO https://example.com/tool-linux-amd64
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        ADD https://example.com/tool-amd64.zip C:/tool.zip`,
    },
    {
      title: 'A file for one architecture among others',
      path: 'build/arm64v8/Dockerfile',
      good: `
        FROM debian:12
        RUN curl -fsSLO https://example.com/tool-linux-arm64`,
    },
    {
      title: 'Other words, comments and labels',
      good: `
        FROM debian:12
        # amd64 only
        LABEL arch=amd64
        RUN curl -fsSLO https://example.com/x64dbg/tool.tgz && echo amd64 > /arch`,
    },
  ],
  *check(file, { options }) {
    // A folder or a file of that name says that there is one for each.
    if (isArchitectureName(file.path)) return;
    const done = new Set<Instruction>();
    const isSure = isForSeveral(file);
    for (const { node, word, text } of namedIn(file)) {
      const { stage } = node;
      if (!stage || done.has(node) || isForOne(stage) || choosesArchitecture(node)) continue;
      done.add(node);
      const architecture = architectureIn(text) ?? '';
      const fix = byTarget(stage, node, word, architecture);
      // Without a fix, and without a sign that it matters, there is little to say about an address.
      if (!isSure && !options.always && !fix && 'text' in word) continue;
      yield {
        at: word,
        message: say`${architecture} is fetched or built whatever the image is built for.`,
        ...(isSure ? { severity: 'warning' as const } : {}),
        fix,
      };
    }
  },
});

interface Named {
  readonly node: Instruction;
  readonly word: Word | { readonly span: Word['span'] };
  readonly text: string;
}

/** Every place that names an architecture: addresses, and what the compiler of Go is told. */
function* namedIn(file: Dockerfile): Iterable<Named> {
  for (const node of file.all('RUN', 'ADD', 'ENV')) {
    if (node.keyword === 'RUN') {
      for (const command of node.commands) {
        if (command.program.text === 'curl' || command.program.text === 'wget')
          for (const word of addressesWithArchitecture(command)) yield { node, word, text: word.text };
        for (const assignment of command.assignments) {
          const value = assignment.value?.text ?? '';
          if (assignment.name.text === 'GOARCH' && architectureIn(value) !== undefined)
            yield { node, word: assignment, text: value };
        }
      }
    } else if (node.keyword === 'ADD') {
      for (const word of node.sources)
        if (/^https?:\/\//.test(word.text) && architectureIn(word.text) !== undefined)
          yield { node, word, text: word.text };
    } else {
      for (const pair of node.pairs) {
        const value = pair.value?.text ?? '';
        if (pair.name.text === 'GOARCH' && architectureIn(value) !== undefined) yield { node, word: pair, text: value };
      }
    }
  }
}

/** Whether the stage is for one architecture by its FROM, or none that this is about. */
function isForOne({ from, start, rootImage, base }: Stage): boolean {
  if (start.family === 'windows' || from?.flag('platform')?.value?.literal === true) return true;
  if (base && !('kind' in base) && isForOne(base)) return true;
  return isArchitectureName(rootImage?.value ?? '') || /cuda|nvidia|rocm/.test(rootImage?.value ?? '');
}

/** Whether an image or a file is named for one architecture. */
const isArchitectureName = (name: string): boolean =>
  /(^|[-_./:])(amd64|x86_64|i386|arm64v8|arm32v7|aarch64|arm64)(?=$|[-_./:])/.test(name);

/** Putting the argument in the place of the name, where the builder knows it by that name. */
function byTarget(stage: Stage, node: Instruction, word: Named['word'], architecture: string): Fix | undefined {
  if (!('text' in word) || !/^(amd64|arm64)$/.test(architecture) || !stage.from || node.isTrigger) return undefined;
  if (word.text.split(architecture).length !== 2) return undefined;
  // Between single quotes the shell would leave the variable as it is.
  if (
    node.keyword === 'RUN' &&
    (node.form !== 'shell' || node.heredocs.length > 0 || node.commandText?.text.includes("'") === true)
  )
    return undefined;
  const isDeclared = stage.instructions.some(
    (other) => other.keyword === 'ARG' && other.pairs.some(({ name }) => name.text === 'TARGETARCH'),
  );
  const edits = [replaceIn(word, architecture, '${TARGETARCH}')];
  if (!isDeclared) edits.unshift(addInstructionAfter(stage.from, 'ARG TARGETARCH'));
  return suggestion('Fetch it for the architecture that is built for', ...edits);
}
