import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-from-self',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['copy', 'stages', 'broken-build'],
  since: 'next',
  peers: { hadolint: ['DL3023'] },
  summary: 'Copy from other stages, not from the stage at hand.',
  docs: `
A stage that copies from itself waits for itself, and the build stops with an error.

Name the stage that was meant. What lies in the stage already is copied by \`RUN cp\`.`,
  sources: {
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
  },
  differs: [
    {
      from: 'hadolint/DL3023',
      they: 'passes over the stage’s own number and its name in another case',
      we: 'reports them as well',
      why: 'The builder refuses them all the same.',
    },
  ],
  examples: [
    {
      title: 'By its name',
      bad: `
        FROM golang:1.27 AS build
        RUN go build -o /app
        COPY --from=«build» /app /bin/app`,
    },
    {
      title: 'By its number, and by its name in another case',
      bad: `
        FROM golang:1.27 AS build
        RUN go build -o /app
        FROM debian:12 AS final
        COPY --from=«1» /app /bin/app
        COPY --from=«Final» /app /bin/app`,
      except: ['behind another stage'],
    },
    {
      title: 'Other stages, and a stage without a name',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /app
        FROM debian:12
        COPY --from=build /app /bin/app
        COPY --from=busybox:1.37 /bin/sh /bin/sh`,
    },
    {
      title: 'An earlier stage of the same name, which is another matter',
      good: `
        FROM golang:1.27 AS build
        FROM debian:12 AS other
        COPY --from=build /app /bin/app`,
    },
  ],
  *check(file) {
    for (const { from, stage } of file.all('COPY')) {
      if (!from?.word.literal || !stage?.from) continue;
      const { text } = from.word;
      const isName = stage.name?.text.toLowerCase() === text.toLowerCase();
      if (!isName && text !== String(stage.index)) continue;
      yield {
        at: from.word,
        message: say`${text} is the stage itself.`,
        ...(stage.name?.text === text ? {} : { peers: [] }),
      };
    }
  },
});
