import { setScalar, suggestion } from '../../edit.js';
import { nearestNames } from '../../knowledge/nearest.js';
import type { Dockerfile, Service } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'compose-build-target-missing',
  kinds: ['compose'],
  severity: 'error',
  profile: 'recommended',
  tags: ['compose', 'broken-build'],
  since: 'next',
  summary: 'Build a stage, a Dockerfile and arguments that there are.',
  docs: `
A \`target\` that names no stage of the Dockerfile stops the build, and so does a \`dockerfile\` that is not there. An
argument that the Dockerfile does not declare is worse: the build goes through, and the value is lost without a word.

Name a stage of the Dockerfile, and declare the argument with ARG in the stage that uses it.
Dockerfiles that cannot be read from here, remote contexts and values with variables are left alone.`,
  sources: {
    'Compose: build': 'https://docs.docker.com/reference/compose-file/build/',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
  },
  examples: [
    {
      title: 'A stage that is called otherwise',
      files: { 'api/Dockerfile': 'FROM node:22 AS build\nFROM node:22-slim AS production\n' },
      bad: `
        services:
          api:
            build:
              context: ./api
              target: «prodution»`,
      good: `
        services:
          api:
            build:
              context: ./api
              target: production`,
    },
    {
      title: 'An argument that nobody declares',
      files: { Dockerfile: 'ARG BASE=node:22\nFROM $BASE\nARG PORT\n' },
      bad: `
        services:
          api:
            build:
              context: .
              args:
                BASE: node:24
                «COMMIT»: abc
                HTTP_PROXY: http://proxy:3128`,
    },
    {
      title: 'A Dockerfile that is not there',
      files: { 'docker/Dockerfile.prod': 'FROM alpine:3.22\n' },
      bad: `
        services:
          api:
            build:
              context: .
              dockerfile: «docker/Dockerfile.production»`,
    },
    {
      title: 'Stages by name, by number, in any case, and the arguments that every build knows',
      files: { Dockerfile: 'FROM node:22 AS Dev\nARG VERSION\nFROM node:22-slim\n' },
      good: `
        services:
          name:
            build: { context: ., target: dev, args: [VERSION, BUILDKIT_INLINE_CACHE=1, http_proxy] }
          number:
            build: { context: ., target: "0" }
          plain:
            build: .`,
    },
    {
      title: 'A Dockerfile that cannot be read, a remote context, and variables',
      files: { Dockerfile: 'FROM node:22 AS dev\n' },
      good: `
        services:
          outside:
            build: { context: ../elsewhere, target: prod }
          unseen:
            build: { context: vendor/app, target: prod }
          remote:
            build: { context: https://github.com/example/app.git, target: prod }
          variable:
            build: { context: ., target: "$TARGET" }
          inline:
            build: { dockerfile_inline: FROM alpine, target: prod }`,
    },
    {
      title: 'An overlay whose context stands in the file below it',
      path: 'compose.override.yaml',
      files: { Dockerfile: 'FROM node:22\n' },
      good: `
        services:
          api:
            build: { target: dev }`,
    },
  ],
  *check(file, { workspace }) {
    for (const service of file.services()) {
      const { build } = service;
      if (!build || (service.isPartial && !build.contextNode)) continue;
      const built = workspace.builtBy(file, service);
      if (built?.isMissing) {
        const at = build.dockerfileNode ?? build.contextNode;
        if (at) yield { at, message: say`There is no ${built.path}, which ${service.name.text} is built by.` };
      }
      if (!built?.dockerfile || built.dockerfile.stages.length === 0) continue;
      yield* targetOf(service, built.dockerfile);
      yield* argumentsOf(service, built.dockerfile);
    }
  },
});

function* targetOf({ build }: Service, { stages, path }: Dockerfile): Iterable<Finding> {
  const target = build?.target;
  if (!target?.literal) return;
  const names = stages.flatMap(({ name }) => name?.text ?? []);
  const wanted = target.text.toLowerCase();
  const isNumber = /^\d+$/.test(wanted) && Number(wanted) < stages.filter(({ index }) => index >= 0).length;
  if (isNumber || names.some((name) => name.toLowerCase() === wanted) || names.some((name) => name.includes('$')))
    return;
  const [nearest] = nearestNames(target.text, names, 1);
  const edit = nearest === undefined ? undefined : setScalar(target, nearest);
  yield {
    at: target,
    message: say`${path} has no stage ${target.text}; it has ${names.length === 0 ? 'none with a name' : names.join(', ')}.`,
    fix: edit && suggestion(`Build ${nearest ?? ''}`, edit),
  };
}

/** Arguments that every build knows. Source: https://docs.docker.com/reference/dockerfile/#predefined-args */
const PREDEFINED =
  /^(?:https?_proxy|ftp_proxy|no_proxy|all_proxy|buildkit_.*|source_date_epoch|target.*|build(?:platform|os|arch|variant))$/i;

function* argumentsOf({ build }: Service, file: Dockerfile): Iterable<Finding> {
  const declared = new Set([...file.allWithTriggers('ARG')].flatMap(({ pairs }) => pairs.map(({ name }) => name.text)));
  // A frontend of its own may take what it likes.
  const syntax = file.directives.find(({ name }) => name.text.toLowerCase() === 'syntax')?.value.text ?? '';
  if (syntax !== '' && !syntax.includes('docker/dockerfile')) return;
  for (const { name } of build?.args ?? []) {
    if (!name.literal || declared.has(name.text) || PREDEFINED.test(name.text)) continue;
    yield {
      at: name,
      severity: 'warning',
      message: say`${file.path} declares no ARG ${name.text}, so the value is lost.`,
    };
  }
}
