import { replace, suggestion, type Fix } from '../../edit.js';
import { arrayOf, plainWords } from '../../knowledge/exec-form.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PEERS = {
  hadolint: ['DL3025'],
  buildkit: ['JSONArgsRecommended'],
  sonar: ['S7019'],
  kics: ['Not Using JSON In CMD And ENTRYPOINT Arguments'],
  semgrep: ['prefer-json-notation'],
};

export default rule({
  id: 'exec-form-cmd',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'signals'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Write CMD and ENTRYPOINT as a JSON array, so that no shell stands before the program.',
  docs: `
In the shell form a shell is process 1 and the program its child. \`docker stop\` signals the shell, which passes nothing
on: the program never hears that it should end, and is killed after ten seconds in the middle of whatever it does.

The JSON array starts the program itself. It knows no variables and no \`&&\`; what needs them stays a shell form that
ends in \`exec\`, and is the business of another rule.`,
  sources: {
    'Shell and exec form': 'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form',
    JSONArgsRecommended: 'https://docs.docker.com/reference/build-checks/json-args-recommended/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3025',
      they: 'flags every CMD and ENTRYPOINT in shell form',
      we: 'silent where a shell is needed, for variables, operators or redirections',
      why: 'There an array would not do the same; shell-form-pid1-no-exec says what helps.',
    },
    {
      from: 'buildkit/JSONArgsRecommended',
      they: 'flags every shell form of a stage without SHELL',
      we: 'silent where a shell is needed, for variables, operators or redirections',
      why: 'There an array would not do the same; shell-form-pid1-no-exec says what helps.',
    },
    {
      from: 'hadolint/DL3025',
      they: 'flags a shell form under a SHELL, and in HEALTHCHECK',
      we: 'silent in both',
      why: 'A shell was chosen on purpose; and a health check gets no signals.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report every shell form, as hadolint and BuildKit do: with variables, under a SHELL, and in HEALTHCHECK.',
    },
  },
  examples: [
    {
      title: 'A program and its arguments',
      bad: `
        FROM node:22
        CMD «node server.js --port "80 80"»`,
      good: `
        FROM node:22
        CMD ["node", "server.js", "--port", "80 80"]`,
    },
    {
      title: 'An exec that the array makes needless',
      bad: `
        FROM node:22
        ENTRYPOINT «exec node server.js»`,
      good: `
        FROM node:22
        ENTRYPOINT ["node", "server.js"]`,
    },
    {
      title: 'What looks like an array but is none, since JSON wants double quotes',
      bad: `
        FROM node:22
        CMD «['node', 'server.js']»`,
      good: `
        FROM node:22
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A comma too many, over several lines',
      bad: `
        FROM node:22
        CMD «[ "node", \\
              "server.js", ]»`,
      good: `
        FROM node:22
        CMD ["node", "server.js"]`,
    },
    {
      title: 'What nobody can tell the elements of',
      bad: `
        FROM node:22
        CMD «["node" "server.js"]»`,
    },
    {
      title: 'A test is no array, and words of the shell are no programs',
      good: `
        FROM node:22 AS one
        CMD [ -f /srv/ready ]
        FROM node:22 AS two
        CMD exec -a web node server.js
        FROM node:22
        CMD command node server.js`,
    },
    {
      title: 'Nothing for the peers: arrays, over several lines as well, no health check, triggers',
      profile: 'all',
      good: `
        FROM node:22
        HEALTHCHECK NONE
        ENTRYPOINT []
        CMD [ "node", \\
          "server.js" ]
        ONBUILD CMD node server.js`,
    },
    {
      title: 'Arrays, the empty one as well',
      good: `
        FROM node:22
        ENTRYPOINT ["node"]
        CMD []
        HEALTHCHECK NONE`,
    },
    {
      title: 'A shell that was chosen on purpose, here or in the stage it starts from',
      good: `
        FROM node:22 AS base
        SHELL ["/bin/bash", "-c"]
        FROM base
        CMD node server.js`,
    },
    {
      title: 'What needs a shell is the business of shell-form-pid1-no-exec; a health check gets no signals',
      good: `
        FROM node:22
        HEALTHCHECK CMD curl -f http://localhost/
        CMD node server.js --port $PORT && echo done
        ONBUILD CMD node server.js`,
    },
    {
      title: 'Every shell form, as hadolint sees it',
      profile: 'all',
      bad: `
        FROM node:22
        SHELL ["/bin/bash", "-c"]
        HEALTHCHECK CMD «curl -f http://localhost/»
        CMD «node server.js --port $PORT»`,
      good: `
        FROM node:22
        SHELL ["/bin/bash", "-c"]
        HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
        CMD ["/bin/bash", "-c", "node server.js --port $PORT"]`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.all('CMD', 'ENTRYPOINT', 'HEALTHCHECK')) {
      if (node.form === 'exec' || !node.commandText) continue;
      const isHealthcheck = node.keyword === 'HEALTHCHECK';
      const hasShell = node.state.shell.setBy !== undefined;
      const words = plainWords(node);
      const { nearJson } = node;
      const isPlain = words !== undefined || (nearJson !== undefined && !isTest(node));
      if (!options.asPeers && (isHealthcheck || hasShell || !isPlain || node.state.family === 'windows')) continue;
      yield {
        at: node.commandText,
        message: nearJson
          ? say`${node.keyword} looks like a JSON array but is run by a shell: ${nearJson.reason}.`
          : say`${node.keyword} runs through a shell, which keeps signals from the program.`,
        fix: inExecForm(node, words),
        peers: codesOf(PEERS, {
          buildkit: !isHealthcheck && !hasShell,
          sonar: !isHealthcheck,
          kics: !isHealthcheck,
          semgrep: !isHealthcheck,
        }),
      };
    }
  },
});

type Starts = Instructions['CMD' | 'ENTRYPOINT' | 'HEALTHCHECK'];

/** A test such as `[ -f x ]`, which only looks like an array. */
const isTest = ({ commands, script, nearJson }: Starts): boolean =>
  nearJson?.meant === undefined &&
  (commands[0]?.program.text === '[' ||
    script?.statements.some((statement) => statement.kind === 'compound' && statement.construct === 'test') === true);

function inExecForm(node: Starts, words: readonly string[] | undefined): Fix | undefined {
  const at = node.commandText;
  if (!at || node.state.family === 'windows') return undefined;
  if (words) return suggestion('Write it as a JSON array', replace(at, arrayOf(words)));
  const { shellWords } = node.state;
  // Over several lines the text that the shell gets is not the text as it stands.
  if (node.isContinued || node.nearJson) return undefined;
  return suggestion('Name the shell in a JSON array', replace(at, arrayOf([...shellWords, at.text])));
}
