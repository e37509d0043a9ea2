import { resolve, startOf } from '../../knowledge/dependencies.js';
import { isWithin } from '../../knowledge/mounts.js';
import { jumps } from '../../knowledge/commands.js';
import type { Command, Instructions, Mount, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'cache-mount-target-copied',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['layers', 'cache', 'broken-build'],
  since: 'next',
  summary: 'Do not copy from a folder that was only mounted while a RUN was at work.',
  docs: `
What a RUN writes to a mount is gone when the RUN ends: it belongs to the cache, not to the stage. A later COPY from there
finds an empty folder, and the build stops with "not found", or copies nothing at all.

Copy the result out of the mount in the same RUN: \`cargo build --release && cp target/release/app /app\`.`,
  sources: {
    'Dockerfile reference, "RUN --mount=type=cache"':
      'https://docs.docker.com/reference/dockerfile/#run---mounttypecache',
  },
  examples: [
    {
      title: 'The build folder is a cache',
      bad: `
        FROM rust:1.90 AS build
        WORKDIR /src
        COPY . .
        RUN --mount=type=cache,target=/src/target cargo build --release
        FROM debian:12
        COPY --from=build «/src/target/release/app» /usr/local/bin/`,
    },
    {
      title: 'A relative target, a tmpfs, and a stage that is based on it',
      bad: `
        FROM node:22 AS base
        WORKDIR /app
        RUN --mount=type=cache,target=dist npm run build
        FROM base AS build
        FROM debian:12 AS fetch
        RUN --mount=type=tmpfs,target=/scratch tar -xf a.tar -C /scratch
        FROM nginx:1.29
        COPY --from=build «/app/dist» /usr/share/nginx/html
        COPY --from=fetch «/scratch/out» /out`,
    },
    {
      title: 'Copied out in the same RUN',
      good: `
        FROM rust:1.90 AS build
        WORKDIR /src
        RUN --mount=type=cache,target=/src/target cargo build --release && cp target/release/app /app
        FROM debian:12
        COPY --from=build /app /usr/local/bin/`,
    },
    {
      title: 'Another RUN makes the file without the mount, or puts it back',
      good: `
        FROM rust:1.90 AS build
        WORKDIR /src
        RUN --mount=type=cache,target=/src/target cargo build --release
        RUN cargo build --release
        FROM node:22 AS web
        WORKDIR /app
        RUN --mount=type=cache,target=/app/dist npm run build
        COPY assets /app/dist/assets
        FROM debian:12
        COPY --from=build /src/target/release/app /usr/local/bin/
        COPY --from=web /app/dist/assets /assets`,
    },
    {
      title: 'A folder around the mount, other stages, and what only the build knows',
      good: `
        FROM python:3.13 AS build
        ARG CACHE
        RUN --mount=type=cache,target=/root/.cache pip install --user flask
        RUN --mount=type=cache,target=$CACHE make
        FROM python:3.13
        COPY --from=build /root /root
        COPY --from=debian:12 /root/.cache /x
        COPY --from=build $CACHE/app /app`,
    },
  ],
  *check(file) {
    const mounts = [...file.all('RUN')].flatMap((run) => run.mounts);
    if (!mounts.some(isTransient)) return;
    for (const copy of file.all('COPY')) {
      const stage = copy.from?.stage;
      if (!stage) continue;
      for (const word of copy.sources) {
        const path = copy.valueOf(word);
        if (path === undefined || path.includes('$')) continue;
        const wanted = resolve('/', path);
        const found = mountedOnly(stage, wanted);
        if (!found) continue;
        yield {
          at: word,
          message: say`${wanted} was only mounted while the RUN was at work: it is not in the stage.`,
          related: [{ at: found, message: say`The mount stands here.` }],
        };
      }
    }
  },
});

/** The mount that the path lies on, if nothing else in the stage, or in those it is based on, may have made it. */
function mountedOnly(stage: Stage, path: string): Mount | undefined {
  let found: Mount | undefined;
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of at.instructions) {
      if (node.keyword === 'COPY' || node.keyword === 'ADD') {
        const target = node.target && node.valueOf(node.target);
        if (target === undefined) return undefined;
        const place = resolve(startOf(node.state), target);
        // What the COPY brings may well be it.
        if (isWithin(path, place) && place !== '/' && !isWorkingFolder(node, place)) return undefined;
        if (isWithin(place, path)) return undefined;
        if (
          node.sources.some(
            ({ text }) =>
              isWithin(path, resolve(place, text.slice(text.lastIndexOf('/') + 1))) && !/^[./]*$/.test(text),
          )
        )
          return undefined;
      }
      if (node.keyword !== 'RUN') continue;
      const mount = mountAt(node, path);
      if (mount) found ??= mount;
      else if (mayMake(node, path)) return undefined;
    }
  }
  return found;
}

/** A COPY of the whole source hardly brings what the build makes. */
const isWorkingFolder = (node: Instructions['COPY' | 'ADD'], place: string): boolean =>
  place === startOf(node.state) && node.sources.every(({ text }) => /^[./]*$/.test(text) || /\.\w+$/.test(text));

const mountAt = (run: Run, path: string): Mount | undefined =>
  run.mounts.find(
    ({ type, target, from }) =>
      isTransient({ type, from }) &&
      target !== undefined &&
      !target.includes('$') &&
      isWithin(path, resolve(startOf(run.state), target)),
  );

/** Whether nothing of it stays in the image, nor comes from another one. */
const isTransient = ({ type, from }: Pick<Mount, 'type' | 'from'>): boolean =>
  (type === 'cache' || type === 'tmpfs') && !from;

const BUILDERS: ReadonlySet<string> = new Set(
  'cargo npm yarn pnpm bun make cmake ninja go mvn mvnw gradle gradlew dotnet node python python3 npx'.split(' '),
);

/** Whether a RUN without the mount may make the path. */
function mayMake({ commands, script }: Run, path: string): boolean {
  if (script?.readable === false || (script && jumps(script))) return true;
  return commands.some((command) => BUILDERS.has(command.program.text) || names(command, path));
}

function names({ args, redirections, state }: Command, path: string): boolean {
  const words = [...args, ...redirections.flatMap(({ target }) => target ?? [])];
  return words.some(({ text, literal }) => {
    if (!literal) return true;
    const place = resolve(startOf(state), text);
    return place !== '/' && (isWithin(path, place) || isWithin(place, path));
  });
}
