import { replace, suggestion, type Fix } from '../../edit.js';
import type { Dockerfile, Instructions, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'stage-name-unique',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['stages', 'broken-build'],
  since: '0.1.0',
  peers: {
    hadolint: ['DL3024'],
    buildkit: ['DuplicateStageName'],
    'dockerfile-utils': ['DUPLICATE_BUILD_STAGE_NAME'],
    trivy: ['DS-0012'],
    checkov: ['CKV_DOCKER_11'],
    kics: ['Same Alias In Different Froms'],
  },
  summary: 'Give every stage a name of its own.',
  docs: `
Where two stages share a name, \`--from\`, \`FROM\` and \`--target\` can mean either of them.
Builders take the later one, some of them with an error; the earlier stage can no longer be reached by its name, and
files are copied from the wrong place without a word. Names that differ only in case are the same name to the builder.

Rename one of them, with the references that mean it.`,
  sources: {
    DuplicateStageName: 'https://docs.docker.com/reference/build-checks/duplicate-stage-name/',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/#name-your-build-stages',
  },
  examples: [
    {
      title: 'A name for two stages; what refers to the later one is renamed with it',
      bad: `
        FROM golang:1.23 AS build
        RUN go build -o /app
        FROM node:22 AS «build»
        RUN npm ci
        FROM build AS test
        FROM scratch
        COPY --from=build /app /
        RUN --mount=type=bind,from=build,target=/src make`,
      good: `
        FROM golang:1.23 AS build
        RUN go build -o /app
        FROM node:22 AS build-2
        RUN npm ci
        FROM build-2 AS test
        FROM scratch
        COPY --from=build-2 /app /
        RUN --mount=type=bind,from=build-2,target=/src make`,
    },
    {
      title: 'References to the earlier one stay, and a name that is taken is left out',
      bad: `
        FROM golang:1.23 AS build
        FROM build AS build-2
        COPY --from=build /a /b
        FROM node:22 AS «build»`,
      good: `
        FROM golang:1.23 AS build
        FROM build AS build-2
        COPY --from=build /a /b
        FROM node:22 AS build-3`,
    },
    {
      title: 'Names that differ only in case, three times over',
      bad: `
        FROM golang:1.23 AS base
        FROM node:22 AS «Base»
        FROM python:3.12 AS «BASE»`,
      good: `
        FROM golang:1.23 AS base
        FROM node:22 AS Base-2
        FROM python:3.12 AS BASE-3`,
    },
    {
      title: 'Different names and no names',
      good: `
        FROM golang:1.23 AS build
        FROM node:22 AS build-web
        FROM node:22
        FROM node:22`,
    },
  ],
  *check(file) {
    const holders = new Map<string, Word[]>();
    const spellings = new Set<string>();
    const taken = new Set(file.stages.map(({ name }) => name?.text.toLowerCase()));
    for (const from of file.all('FROM')) {
      const { alias } = from;
      if (!alias) continue;
      const key = alias.text.toLowerCase();
      const earlier = holders.get(key) ?? [];
      holders.set(key, earlier);
      const [first] = earlier;
      const count = earlier.length;
      if (first) {
        yield {
          at: alias,
          message: say`Another stage is called ${first.text} already.`,
          related: [{ at: first, message: say`The first one is here.` }],
          fix: () => renaming(file, from, alias, freeName(taken, alias.text, count + 1)),
          ...(spellings.has(alias.text) ? {} : { peers: CASELESS_PEERS }),
        };
      }
      earlier.push(alias);
      spellings.add(alias.text);
    }
  },
});

/** The tools to which names in another case are the same name. */
const CASELESS_PEERS = ['buildkit/DuplicateStageName', 'dockerfile-utils/DUPLICATE_BUILD_STAGE_NAME'];

/** Renames the stage and, down to the next of that name, what means it; undefined where a variable stands for the name. */
function renaming(file: Dockerfile, from: Instructions['FROM'], alias: Word, name: string): Fix | undefined {
  const key = alias.text.toLowerCase();
  const edits = [replace(alias, name)];
  let isBelow = false;
  for (const node of file.all('FROM', 'COPY', 'RUN')) {
    if (node === from) isBelow = true;
    else if (isBelow && node.keyword === 'COPY') {
      const word = node.from?.word;
      if (word?.text.toLowerCase() === key) edits.push(replace(word, name));
    } else if (isBelow && node.keyword === 'RUN') {
      for (const { from: word } of node.mounts) if (word?.text.toLowerCase() === key) edits.push(replace(word, name));
    } else if (isBelow && node.keyword === 'FROM') {
      if (node.base === from.stage) {
        if (!node.image.word.literal) return undefined;
        edits.push(replace(node.image.word, name));
      }
      if (node.alias?.text.toLowerCase() === key) break;
    }
  }
  return suggestion(`Rename the stage to ${name}`, ...edits);
}

/** The name with a number that no stage bears yet. */
function freeName(taken: ReadonlySet<string | undefined>, name: string, from: number): string {
  let number = from;
  while (taken.has(`${name}-${number}`.toLowerCase())) number += 1;
  return `${name}-${number}`;
}
