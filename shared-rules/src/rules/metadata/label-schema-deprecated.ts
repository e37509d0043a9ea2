import { remove, removeLines, replace, suggestion, type Fix } from '../../edit.js';
import type { Instructions, Pair } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const OLD = 'org.label-schema.';
const NEW = 'org.opencontainers.image.';

/** The keys that took the place of the old ones. Source: the OCI image specification, "Back-compatibility with Label Schema". */
const TWINS: ReadonlyMap<string, string> = new Map([
  ['build-date', 'created'],
  ['name', 'title'],
  ['description', 'description'],
  ['usage', 'documentation'],
  ['url', 'url'],
  ['vcs-url', 'source'],
  ['vcs-ref', 'revision'],
  ['vendor', 'vendor'],
  ['version', 'version'],
]);

export default rule({
  id: 'label-schema-deprecated',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['metadata', 'deprecated'],
  since: 'next',
  summary: 'Use the label keys of the OCI specification, not those of Label Schema.',
  docs: `
Label Schema was given up in 2019 in favour of the OCI specification. Registries, scanners and update bots read
\`${NEW}source\`, \`${NEW}revision\` and their like; whatever stands under \`${OLD}\` they pass over, so the image
loses its link to the source.

Rename the keys. Keep the old ones beside the new where a tool of your own reads them: then nothing is reported.`,
  sources: {
    'OCI annotations':
      'https://github.com/opencontainers/image-spec/blob/main/annotations.md#back-compatibility-with-label-schema',
    'Label Schema': 'https://github.com/label-schema/label-schema.org',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Keys with a twin',
      bad: `
        FROM debian:12
        ARG VCS_REF
        LABEL «org.label-schema.name»="app" \\
              «org.label-schema.vcs-ref»=$VCS_REF \\
              «org.label-schema.vcs-url»="https://example.com/app.git"`,
      good: `
        FROM debian:12
        ARG VCS_REF
        LABEL org.opencontainers.image.title="app" \\
              org.opencontainers.image.revision=$VCS_REF \\
              org.opencontainers.image.source="https://example.com/app.git"`,
    },
    {
      title: 'In quotes and in the old form, and the version of the schema, which nobody needs',
      bad: `
        FROM debian:12
        LABEL «"org.label-schema.vendor"»="Example"
        LABEL «org.label-schema.schema-version»="1.0"
        LABEL «org.label-schema.build-date» 2024-01-01`,
      good: `
        FROM debian:12
        LABEL org.opencontainers.image.vendor="Example"
        LABEL org.opencontainers.image.created 2024-01-01`,
    },
    {
      title: 'A key without a twin',
      bad: `
        FROM debian:12
        LABEL «org.label-schema.docker.cmd»="docker run app"`,
    },
    {
      title: 'Beside the twin',
      good: `
        FROM debian:12
        LABEL org.label-schema.name="app" org.label-schema.schema-version="1.0"
        LABEL org.opencontainers.image.title="app"`,
    },
    {
      title: 'Other keys',
      good: `
        FROM debian:12
        LABEL org.opencontainers.image.title="app" com.example.org.label-schema.name="x"`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('LABEL')) {
      const there = new Set(
        (node.stage?.instructions ?? [node])
          .flatMap((one) => (one.keyword === 'LABEL' ? one.pairs : []))
          .map(({ name }) => name.text),
      );
      // Whoever keeps both has a tool for each.
      const keepsBoth = [...TWINS].some(([old, twin]) => there.has(OLD + old) && there.has(NEW + twin));
      if (keepsBoth) continue;
      for (const pair of node.pairs) {
        const { name } = pair;
        if (!name.literal || !name.text.startsWith(OLD)) continue;
        const twin = TWINS.get(name.text.slice(OLD.length));
        yield {
          at: name,
          message:
            twin === undefined
              ? say`${name.text} belongs to Label Schema, which was given up.`
              : say`${name.text} belongs to Label Schema, which was given up for ${NEW + twin}.`,
          fix:
            twin === undefined
              ? withoutVersion(node, pair)
              : suggestion(`Rename it to ${NEW + twin}`, replace(name, NEW + twin)),
        };
      }
    }
  },
});

function withoutVersion(node: Instructions['LABEL'], pair: Pair): Fix | undefined {
  if (pair.name.text !== `${OLD}schema-version`) return undefined;
  return suggestion('Delete it', node.pairs.length === 1 && !node.isTrigger ? removeLines(node) : remove(pair));
}
