import { addInstructionBefore, replace, suggestion, type Fix } from '../../edit.js';
import { installs, MANAGER_PROGRAMS, managerOf } from '../../knowledge/managers.js';
import type { Instruction, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'env-version-repeated',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['maintenance'],
  since: 'next',
  summary: 'Write the version of a tool once, as an argument, and refer to it.',
  docs: `
A version that stands in the address of a download and again in the name of the folder is updated in one place and forgotten in
the other: the build breaks, or keeps the old tool.

\`ARG TOOL_VERSION=1.2.3\` says it once, lets \`docker build --build-arg\` try another, and update bots find it.
Use ENV instead where whoever runs the image wants to see the version.`,
  sources: {
    'ARG reference': 'https://docs.docker.com/reference/dockerfile/#arg',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#env',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A download and its folder',
      bad: `
        FROM debian:12
        RUN curl -fsSLO https://example.com/node-v18.2.0-linux-x64.tar.gz && tar xzf «node-v18.2.0»-linux-x64.tar.gz`,
      good: `
        FROM debian:12
        ARG NODE_VERSION=18.2.0
        RUN curl -fsSLO https://example.com/node-v\${NODE_VERSION}-linux-x64.tar.gz && tar xzf node-v\${NODE_VERSION}-linux-x64.tar.gz`,
    },
    {
      title: 'In ADD and in RUN',
      bad: `
        FROM debian:12
        # the search server
        ADD https://example.com/solr-9.1.0.tgz /tmp/
        RUN tar xzf /tmp/«solr-9.1.0».tgz -C /opt && ln -s /opt/solr-9.1.0 /opt/solr`,
      good: `
        FROM debian:12
        ARG SOLR_VERSION=9.1.0
        # the search server
        ADD https://example.com/solr-\${SOLR_VERSION}.tgz /tmp/
        RUN tar xzf /tmp/solr-\${SOLR_VERSION}.tgz -C /opt && ln -s /opt/solr-\${SOLR_VERSION} /opt/solr`,
    },
    {
      title: 'An argument already, and a version that stands once',
      good: `
        FROM debian:12
        ARG NODE_VERSION=18.2.0
        RUN curl -fsSLO https://example.com/node-v\${NODE_VERSION}.tar.gz && tar xzf node-v\${NODE_VERSION}.tar.gz
        RUN curl -fsSLO https://example.com/v1.2.3/tool-1.2.3.tar.gz`,
    },
    {
      title: 'A variable that holds the version for whoever runs the image',
      good: `
        FROM debian:12
        ENV SOLR_VERSION=9.1.0
        ADD https://example.com/solr-9.1.0.tgz /tmp/
        RUN tar xzf /tmp/solr-9.1.0.tgz -C /opt`,
    },
    {
      title: 'Pins of packages, and one version of two products',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y libfoo-1.2.3 && apt-get install -y libfoo-1.2.3
        RUN pip install foo==1.2.3 && npm install -g bar@1.2.3
        RUN ./build one-1.2.3.tgz && ./build two-1.2.3.tgz`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      for (const [, places] of placesIn(stage)) {
        const words = new Set(places.map(({ word }) => word));
        const second = places.find(({ word }) => word !== places[0]?.word);
        if (words.size < 2 || !second || isNamed(stage, second.version)) continue;
        yield {
          at: second.at,
          message: say`The version ${second.version} of ${second.product} stands here a second time.`,
          fix: asArgument(stage, places),
          related: places.slice(0, 1).map(({ at }) => ({ at, message: say`The first time.` })),
        };
      }
    }
  },
});

/** Whether an argument or a variable holds the version already. */
function isNamed({ result }: Stage, version: string): boolean {
  for (const { value } of result.env.all()) if (value === version || value === `v${version}`) return true;
  return false;
}

interface Place {
  readonly word: Word;
  readonly product: string;
  readonly version: string;
  /** Product and version. */
  readonly at: Word;
  /** The version alone. */
  readonly figure: Word;
  readonly node: Instruction;
  readonly canExpand: boolean;
}

const VERSIONED = /(?<![\w.])([A-Za-z][A-Za-z+]{1,30})[-_]v?(\d{1,4}\.\d{1,4}\.\d{1,6}(?:\.\d{1,6})?)(?![\w]*\d)/g;

/** Where the stage writes a product with its version, by both. */
function placesIn(stage: Stage): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  const collect = (word: Word, node: Instruction, canExpand: boolean) => {
    for (const match of word.text.matchAll(VERSIONED)) {
      const [text, product = '', version = ''] = match;
      const end = match.index + text.length;
      const at = word.part(match.index, end);
      const figure = word.part(end - version.length, end);
      if (!at?.literal || !figure) continue;
      const key = `${product.toLowerCase()} ${version}`;
      const places = found.get(key) ?? [];
      places.push({ word, product, version, at, figure, node, canExpand });
      found.set(key, places);
    }
  };
  for (const node of stage.instructions) {
    if (node.keyword === 'ADD') for (const word of node.sources) collect(word, node, true);
    if (node.keyword === 'ENV') for (const { value } of node.pairs) if (value) collect(value, node, true);
    if (node.keyword !== 'RUN') continue;
    const wrappers = new Set(node.commands.flatMap((command) => command.wrappers));
    for (const command of node.commands) {
      // The words of a wrapper are those of the command it runs.
      if (wrappers.has(command)) continue;
      const manager = managerOf(command);
      if (manager && installs(manager, command)) continue;
      if (INSTALLERS.has(command.program.text) || command.substituted) continue;
      for (const word of command.args) collect(word, node, node.form !== 'exec' && isPlain(word));
    }
  }
  return found;
}

/** Programs whose words name packages with their versions. */
const INSTALLERS: ReadonlySet<string> = new Set([
  ...MANAGER_PROGRAMS,
  'pip',
  'pip3',
  'npm',
  'yarn',
  'gem',
  'cargo',
  'go',
  'conda',
  'mamba',
]);

/** Whether the shell puts variables into the word: nothing in it calls for single quotes. */
const isPlain = ({ text }: Word): boolean => /^[\w./:@%+=~-]*$/.test(text.replace(/\$\{\w+\}|\$\w+/g, ''));

function asArgument(stage: Stage, places: readonly Place[]): Fix | undefined {
  const [first] = places;
  if (!first || places.some(({ canExpand }) => !canExpand)) return undefined;
  const name = `${first.product.toUpperCase().replace(/\W/g, '')}_VERSION`;
  if (stage.result.env.lookup(name)) return undefined;
  return suggestion(
    `Write it once, as ARG ${name}`,
    addInstructionBefore(first.node, `ARG ${name}=${first.version}`),
    ...places.map(({ figure }) => replace(figure, `\${${name}}`)),
  );
}
