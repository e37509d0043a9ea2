import { replace, suggestion } from '../../edit.js';
import { FLAGS, IGNORES_FLAGS } from '../../knowledge/flags.js';
import { frontendOf, hasOwnFrontend } from '../../knowledge/frontend.js';
import { nearestNames } from '../../knowledge/nearest.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'unknown-flag',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: {
    'dockerfile-utils': ['UNKNOWN_ADD_FLAG', 'UNKNOWN_COPY_FLAG', 'UNKNOWN_FROM_FLAG', 'UNKNOWN_HEALTHCHECK_FLAG'],
  },
  summary: 'Give instructions only flags that they know.',
  docs: `
A builder refuses a flag that the instruction does not know, be it a slip of the finger, a flag of \`docker run\`, or one
that is newer than the frontend which the \`# syntax\` line asks for.

Write the flag that is meant. A newer one wants a newer \`# syntax=docker/dockerfile:1.N\`, or none at all.`,
  sources: {
    'Dockerfile reference': 'https://docs.docker.com/reference/dockerfile/',
    'Dockerfile frontend releases': 'https://docs.docker.com/build/buildkit/dockerfile-release-notes/',
  },
  examples: [
    {
      title: 'A slip of the finger',
      bad: `
        FROM debian:12
        COPY «--chwon»=app . /srv
        HEALTHCHECK «--intervall»=5s CMD true`,
      good: `
        FROM debian:12
        COPY --chown=app . /srv
        HEALTHCHECK --interval=5s CMD true`,
    },
    {
      title: 'An instruction that has no flags',
      bad: `
        FROM debian:12
        ENV «--global» A=1
        WORKDIR «--parents» /srv`,
    },
    {
      title: 'A flag that is newer than the frontend',
      bad: `
        # syntax=docker/dockerfile:1.3
        FROM debian:12
        COPY «--link» . /srv`,
      good: `
        # syntax=docker/dockerfile:1.4
        FROM debian:12
        COPY --link . /srv`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'What is known, what is an argument, and a frontend of another make',
      good: `
        # syntax=example.com/frontend
        FROM --platform=linux/amd64 debian:12
        COPY --from=a --chown=1 --chmod=644 --link --parents --exclude=*.md . /srv
        RUN --mount=type=cache,target=/c --network=none make --jobs=2
        COPY --brilliant . /srv`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'Behind the first argument, behind two dashes, and where the builder reads over it',
      good: `
        FROM debian:12
        RUN make --fast
        CMD -- --fast
        ARG --global A=1`,
    },
  ],
  *check(file) {
    if (hasOwnFrontend(file)) return;
    const frontend = frontendOf(file);
    for (const node of file.allWithTriggers()) {
      if (IGNORES_FLAGS.has(node.keyword)) continue;
      const known = FLAGS[node.keyword] ?? {};
      for (const { label, name } of node.flags) {
        if (!Object.hasOwn(known, name)) {
          const [near] = nearestNames(name, Object.keys(known), 1);
          yield {
            at: label,
            message: near
              ? say`${node.keyword} knows no flag --${name}; --${near} may be meant.`
              : say`${node.keyword} knows no flag --${name}.`,
            fix: near === undefined ? undefined : suggestion(`Write --${near}`, replace(label, `--${near}`)),
            peers: CODES[node.keyword] ? [`dockerfile-utils/${CODES[node.keyword] ?? ''}`] : [],
          };
          continue;
        }
        const since = known[name]?.since;
        if (since === undefined || frontend?.minor === undefined || frontend.isLabs || frontend.minor >= since)
          continue;
        const version = `docker/dockerfile:1.${since}`;
        yield {
          at: label,
          message: say`--${name} needs ${version}, and the file asks for an older one.`,
          fix: suggestion(`Ask for ${version}`, replace(frontend.directive.value, version)),
          peers: [],
        };
      }
    }
  },
});

const CODES: Readonly<Record<string, string>> = {
  ADD: 'UNKNOWN_ADD_FLAG',
  COPY: 'UNKNOWN_COPY_FLAG',
  FROM: 'UNKNOWN_FROM_FLAG',
  HEALTHCHECK: 'UNKNOWN_HEALTHCHECK_FLAG',
};
