import { isTargetInComments, isTargetOf, reachedFrom, referencesIn } from '../../knowledge/stage-graph.js';
import { isDevLike } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'no-unreachable-stages',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'clarity'],
  since: 'next',
  peers: { tally: ['no-unreachable-stages'] },
  summary: 'Remove stages that nothing needs.',
  docs: `
The final stage neither starts from such a stage nor copies from it, so a build skips it. Whoever changes it wonders why
nothing happens; often a \`COPY --from\` was forgotten or names another stage.

Remove it, or take from it what was meant. A stage that has a name may be one to build by itself, with \`--target\`; that is
only hinted at, and not at all where a compose file, a bake file, a workflow or a script beside the Dockerfile names it as a
target. Others go into \`targets\`.`,
  sources: {
    'Stop at a specific build stage':
      'https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
  },
  options: {
    targets: { type: 'strings', default: [], about: 'Names of stages that are built by themselves.' },
  },
  examples: [
    {
      title: 'Images that share a builder, by way of a stage of their own',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM debian:12 AS licenses
        RUN collect
        FROM debian:12 AS base
        COPY --from=build /server /server
        FROM base AS image
        COPY --from=licenses /licenses /licenses
        CMD ["/server"]
        FROM scratch AS export
        COPY --from=build /server /`,
      except: ['behind another stage'],
    },
    {
      title: 'A comment says how to build it',
      good: `
        FROM debian:12 AS build
        RUN make
        # docker build --target export --output out .
        FROM scratch AS export
        COPY --from=build /out /
        FROM debian:12
        COPY --from=build /app /app
        CMD ["/app"]`,
      except: ['behind another stage'],
    },
    {
      title: 'A stage without a name that nothing copies from',
      bad: `
        FROM «golang:1.27»
        RUN go build -o /server .
        FROM debian:12
        CMD ["/server"]`,
      except: ['behind another stage'],
    },
    {
      title: 'Stages with a name may be targets',
      bad: `
        FROM golang:1.27 AS «build»
        RUN go build -o /server .
        FROM build AS «test»
        RUN go test ./...
        FROM debian:12
        CMD ["/server"]`,
      except: ['behind another stage'],
    },
    {
      title: 'Needed as a base, by COPY, by a mount, by a number',
      good: `
        FROM golang:1.27 AS a
        FROM a AS b
        FROM debian:12 AS c
        FROM debian:12
        FROM debian:12
        COPY --from=b /x /x
        COPY --from=3 /y /y
        RUN --mount=from=c,target=/c ls /c`,
      except: ['behind another stage'],
    },
    {
      title: 'A target of a compose file, of a script and of the options',
      options: { targets: ['docs'] },
      files: {
        'compose.yaml': 'services:\n  test:\n    build:\n      context: .\n      target: test\n',
        Makefile: 'lint:\n\tdocker build --target=lint .\n',
      },
      good: `
        FROM golang:1.27 AS test
        FROM golang:1.27 AS lint
        FROM golang:1.27 AS docs
        FROM debian:12`,
      except: ['behind another stage'],
    },
  ],
  *check(file, { options, workspace }) {
    const final = file.finalStage;
    if (!final || file.stages.length < 2) return;
    const references = referencesIn(file);
    const ofFinal = reachedFrom(final, references);
    // A named stage that shares one with the final stage is another image of the same file.
    const others = file.stages.filter(
      (stage) =>
        stage.name &&
        stage.isOutput &&
        !isDevLike(stage) &&
        [...reachedFrom(stage, references)].some((other) => ofFinal.has(other)),
    );
    const reached = new Set(
      [ofFinal, ...others.map((other) => reachedFrom(other, references))].flatMap((set) => [...set]),
    );
    const targets = new Set(options.targets.map((name) => name.toLowerCase()));
    for (const stage of file.stages) {
      const name = stage.name?.text;
      if (reached.has(stage) || !stage.from) continue;
      if (name !== undefined && (targets.has(name.toLowerCase()) || isTargetInComments(file, name))) continue;
      if (name !== undefined && isTargetOf(workspace, name)) continue;
      const isTarget = name !== undefined || isDevLike(stage);
      yield {
        at: stage.name ?? stage.from.image,
        message: say`The final stage needs nothing of ${name ?? `stage ${stage.index}`}, so a build skips it.`,
        ...(isTarget ? { severity: 'hint' as const } : {}),
      };
    }
  },
});
