import { reachedFrom, referencesIn, type Reference } from '../../knowledge/stage-graph.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'stage-circular-dependency',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['base-image', 'broken-build'],
  since: 'next',
  peers: { tally: ['circular-stage-deps'] },
  summary: 'Do not let stages need each other in a circle.',
  docs: `
A stage that needs another, which in turn needs the first, can never be built: the builder refuses the file. It needs the
other if it starts from it or takes files from it, by \`COPY --from\` or a mount.

Move what both need into a stage above them.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
  },
  examples: [
    {
      title: 'Two stages that need each other',
      bad: `
        FROM golang:1.27 AS a
        COPY --from=«b» /x /x
        FROM a AS b
        RUN make`,
    },
    {
      title: 'Three, by a mount and by a number',
      bad: `
        FROM debian:12 AS a
        RUN --mount=type=bind,from=«c»,target=/c ls /c
        FROM debian:12 AS b
        COPY --from=a /x /x
        FROM debian:12 AS c
        COPY --from=b /x /x
        FROM debian:12
        COPY --from=c /x /x`,
    },
    {
      title: 'No circle',
      good: `
        FROM golang:1.27 AS a
        FROM a AS b
        COPY --from=a /x /x
        FROM b
        COPY --from=a /x /x
        COPY --from=b /y /y`,
    },
    {
      title: 'A stage below that needs nothing of this one, and an image',
      good: `
        FROM golang:1.27 AS a
        COPY --from=b /x /x
        COPY --from=busybox:1.37 /bin/sh /bin/sh
        FROM debian:12 AS b
        RUN make`,
    },
    {
      title: 'A stage that copies from itself is another matter',
      good: `
        FROM golang:1.27 AS a
        COPY --from=a /x /x`,
    },
  ],
  *check(file) {
    let left = inCircles(referencesIn(file));
    // Only a reference to a stage below can close a circle; each circle is reported once.
    for (const reference of left.filter(({ from, to }) => to.index > from.index)) {
      const rest = left.filter((other) => other !== reference);
      if (!reachedFrom(reference.to, rest).has(reference.from)) continue;
      left = rest;
      yield {
        at: reference.at,
        message: say`${nameOf(reference, 'from')} and ${nameOf(reference, 'to')} need each other, so neither can be built.`,
        related: wayBack(reference, rest).map((step) => ({
          at: step.at,
          message: say`${nameOf(step, 'from')} needs ${nameOf(step, 'to')}.`,
        })),
      };
    }
  },
});

/** The references that may be part of a circle: what leads nowhere in the end, and what nothing leads to, is none. */
function inCircles(references: readonly Reference[]): readonly Reference[] {
  return withoutEnds(withoutEnds(references, 'from', 'to'), 'to', 'from');
}

function withoutEnds(references: readonly Reference[], near: 'from' | 'to', far: 'from' | 'to'): readonly Reference[] {
  const counts = new Map<Stage, number>();
  const behind = new Map<Stage, Reference[]>();
  for (const reference of references) {
    counts.set(reference[near], (counts.get(reference[near]) ?? 0) + 1);
    const others = behind.get(reference[far]);
    if (others) others.push(reference);
    else behind.set(reference[far], [reference]);
  }
  // An end needs nothing; once it is gone, what needed nothing else is an end as well.
  const ends = new Set([...behind.keys()].filter((stage) => !counts.has(stage)));
  for (const end of ends) {
    for (const reference of behind.get(end) ?? []) {
      const left = (counts.get(reference[near]) ?? 0) - 1;
      counts.set(reference[near], left);
      if (left === 0) ends.add(reference[near]);
    }
  }
  return references.filter((reference) => !ends.has(reference[far]) && !ends.has(reference[near]));
}

const nameOf = (reference: Reference, end: 'from' | 'to'): string =>
  reference[end].name?.text ?? `stage ${reference[end].index}`;

/** The references that lead from the end of one to its start, a shortest way. */
function wayBack({ from, to }: Reference, references: readonly Reference[]): readonly Reference[] {
  const ways = new Map([[to, [] as readonly Reference[]]]);
  for (const [stage, way] of ways) {
    if (stage === from) return way;
    for (const step of references) if (step.from === stage && !ways.has(step.to)) ways.set(step.to, [...way, step]);
  }
  return [];
}
