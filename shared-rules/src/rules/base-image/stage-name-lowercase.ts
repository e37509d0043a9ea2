import { fix, replace } from '../../edit.js';
import { referencesIn } from '../../knowledge/stage-graph.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'stage-name-lowercase',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['style'],
  since: 'next',
  peers: { buildkit: ['StageNameCasing'] },
  summary: 'Write the names of stages in lower case.',
  docs: `
A builder keeps the name of a stage in lower case. \`FROM Build\` then looks for an image of that name instead of the stage,
and two names that differ by case alone are one.

Write the name in lower case wherever it stands.`,
  sources: { StageNameCasing: 'https://docs.docker.com/reference/build-checks/stage-name-casing/' },
  examples: [
    {
      title: 'With every place that names it',
      bad: `
        FROM debian:12 AS «BuildBase»
        RUN make
        FROM scratch
        COPY --from=BuildBase /a /a
        RUN --mount=type=bind,from=BUILDBASE,target=/b ["/a"]`,
      good: `
        FROM debian:12 AS buildbase
        RUN make
        FROM scratch
        COPY --from=buildbase /a /a
        RUN --mount=type=bind,from=buildbase,target=/b ["/a"]`,
    },
    {
      title: 'Where the name in lower case is taken',
      bad: `
        FROM debian:12 AS build
        FROM debian:12 AS «Build»`,
    },
    {
      title: 'Lower case, and no name',
      good: `
        FROM debian:12 AS build
        FROM Debian`,
    },
  ],
  *check(file) {
    const names = file.stages.flatMap(({ name }) => (name ? [name.text.toLowerCase()] : []));
    for (const stage of file.stages) {
      const { name } = stage;
      if (!name?.literal || name.text === name.text.toLowerCase()) continue;
      const lower = name.text.toLowerCase();
      const isTaken = names.filter((other) => other === lower).length > 1;
      const references = referencesIn(file).filter(({ to }) => to === stage);
      const places = references.filter(({ at }) => 'text' in at && at.text !== lower);
      yield {
        at: name,
        message: say`The stage ${name.text} is ${lower} to a builder.`,
        fix: isTaken
          ? undefined
          : () => fix(`Write ${lower}`, replace(name, lower), ...places.map(({ at }) => replace(at, lower))),
      };
    }
  },
});
