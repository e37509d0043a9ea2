import { insertAfter, replace, suggestion, type Fix } from '../../edit.js';
import { originsOf } from '../../knowledge/stage-graph.js';
import type { Dockerfile, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-from-numeric-stage',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['copy', 'clarity'],
  since: 'next',
  peers: { kics: ['Using Unnamed Build Stages'] },
  summary: 'Refer to a stage by its name, not by its number.',
  docs: `
A number counts the FROMs above. Whoever puts a stage in between or changes their order makes it mean another stage, and
the build takes the wrong files or stops.

Give the stage a name, \`FROM golang:1.27 AS build\`, and refer to that.`,
  sources: {
    'Name your build stages': 'https://docs.docker.com/build/building/multi-stage/#name-your-build-stages',
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
  },
  examples: [
    {
      title: 'A stage without a name',
      bad: `
        FROM golang:1.27
        RUN go build -o /server .
        FROM debian:12
        COPY --from=«0» /server /server
        RUN --mount=type=bind,from=«0»,target=/src ls /src`,
      good: `
        FROM golang:1.27 AS stage0
        RUN go build -o /server .
        FROM debian:12
        COPY --from=stage0 /server /server
        RUN --mount=type=bind,from=stage0,target=/src ls /src`,
      except: ['behind another stage', 'with lower-case keywords'],
    },
    {
      title: 'A stage that has one, and a name that is taken',
      bad: `
        FROM golang:1.27 AS stage1
        FROM golang:1.27
        FROM debian:12
        COPY --from=«0» /server /server
        COPY --from=«1» /tool /tool`,
      good: `
        FROM golang:1.27 AS stage1
        FROM golang:1.27 AS stage1-b
        FROM debian:12
        COPY --from=stage1 /server /server
        COPY --from=stage1-b /tool /tool`,
      except: ['behind another stage', 'with lower-case keywords'],
    },
    {
      title: 'In lower case, as the rest of the file',
      bad: `
        from golang:1.27
        from debian:12
        copy --from=«0» /server /server`,
      good: `
        from golang:1.27 as stage0
        from debian:12
        copy --from=stage0 /server /server`,
      except: ['behind another stage'],
    },
    {
      title: 'A number that no stage has',
      bad: `
        FROM debian:12
        RUN --mount=from=«7»,target=/src ls /src`,
      except: ['behind another stage'],
    },
    {
      title: 'Names, variables, a stage whose name is a number',
      good: `
        FROM golang:1.27 AS build
        FROM debian:12
        COPY --from=build /server /server
        COPY --from=$STAGE /server /server
        RUN --mount=from=build,target=/src ls /src`,
    },
  ],
  *check(file) {
    for (const node of file.all('COPY', 'RUN', 'ONBUILD')) {
      for (const { word, stage } of originsOf(node)) {
        if (!word.literal || !/^\d+$/.test(word.text)) continue;
        if (stage) {
          if (stage.name?.text === word.text) continue;
          yield {
            at: word,
            message: say`${word.text} is whatever stage has that number; a name would stay.`,
            fix: () => byName(file, stage, word),
          };
        } else if (node.keyword === 'RUN') {
          yield { at: word, message: say`No stage above has the number ${word.text}.`, severity: 'error' };
        }
      }
    }
  },
});

function byName(file: Dockerfile, stage: Stage, word: Word): Fix | undefined {
  if (stage.name) return suggestion(`Refer to ${stage.name.text}`, replace(word, stage.name.text));
  const name = freeName(file, stage);
  const { from } = stage;
  if (from?.words.length !== 1) return undefined;
  const words = [...file.all('COPY', 'RUN', 'ONBUILD')]
    .flatMap(originsOf)
    .filter((origin) => origin.stage === stage)
    .map((origin) => replace(origin.word, name));
  const as = from.head.text === from.head.text.toLowerCase() ? 'as' : 'AS';
  return suggestion(`Call the stage ${name}`, insertAfter(from.image, ` ${as} ${name}`), ...words);
}

function freeName({ stages }: Dockerfile, { index }: Stage): string {
  const taken = new Set(stages.map(({ name }) => name?.text.toLowerCase()));
  const wanted = `stage${index}`;
  return [wanted, `${wanted}-b`, `${wanted}-c`].find((name) => !taken.has(name)) ?? `${wanted}-unnamed`;
}
