import { insertAfter, replace, replaceIn, suggestion, type Fix } from '../../edit.js';
import { isWithin } from '../../knowledge/mounts.js';
import { givesAway, inImage } from '../../knowledge/paths.js';
import { isRoot } from '../../knowledge/users.js';
import { chainOf, type Instruction, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'root-home-copied-for-non-root',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['users', 'copy', 'permissions'],
  since: 'next',
  summary: 'Do not put what another user needs into the home of root.',
  docs: `
Only root may enter /root: its mode is 700. A program that runs as another user does not find the packages and tools there,
and fails with "command not found", "No module named" or "Permission denied".

Copy them to the home of that user, \`COPY --from=build --chown=app /root/.local /home/app/.local\`, with
\`ENV PATH=/home/app/.local/bin:$PATH\`, or install into a place that is nobody's home, such as a virtual environment
in /opt/venv.`,
  sources: {
    'COPY --chown': 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
    'pip install --user': 'https://pip.pypa.io/en/stable/user_guide/#user-installs',
  },
  examples: [
    {
      title: 'Packages that a builder installed for root',
      bad: `
        FROM python:3.12 AS build
        RUN pip install --user -r requirements.txt
        FROM python:3.12-slim
        RUN useradd -m app
        COPY --from=build «/root/.local» /root/.local
        ENV PATH=/root/.local/bin:$PATH
        USER app
        CMD ["gunicorn", "app:api"]`,
      good: `
        FROM python:3.12 AS build
        RUN pip install --user -r requirements.txt
        FROM python:3.12-slim
        RUN useradd -m app
        COPY --chown=app --from=build /root/.local /home/app/.local
        ENV PATH=/home/app/.local/bin:$PATH
        USER app
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'Installed in place, as root',
      bad: `
        FROM python:3.12-slim
        RUN pip install «--user» flask
        USER 1000
        CMD ["flask", "run"]`,
    },
    {
      title: 'For a user by number there is no home to copy to; in the stage that the final one starts from',
      bad: `
        FROM rust:1.80 AS build
        RUN cargo install ripgrep
        FROM debian:12 AS base
        COPY --from=build «/root/.cargo/bin/rg» «/root/.nvm» /root/
        FROM base
        USER 1000:1000`,
    },
    {
      title: 'To the home of the user, or to a place for everybody',
      good: `
        FROM python:3.12 AS build
        RUN pip install --user flask
        FROM python:3.12-slim
        COPY --from=build --chown=app /root/.local /home/app/.local
        COPY --from=build /root/.local /usr/local
        USER app`,
    },
    {
      title: 'For root, and for a user that only the build knows',
      good: `
        FROM python:3.12 AS build
        RUN pip install --user flask
        FROM python:3.12-slim AS one
        COPY --from=build /root/.local /root/.local
        FROM python:3.12-slim
        ARG NAME
        COPY --from=build /root/.local /root/.local
        USER $NAME`,
    },
    {
      title: 'A home that was opened, another place for user installs, an install by the user',
      good: `
        FROM python:3.12 AS build
        RUN pip install --user flask
        FROM python:3.12-slim AS one
        COPY --from=build /root/.local /root/.local
        RUN chmod 755 /root
        USER app
        FROM python:3.12-slim
        ENV PYTHONUSERBASE=/opt/python
        RUN pip install --user flask
        USER app
        RUN pip install --user gunicorn`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const user = stage?.result.user;
    if (!stage || !user?.known || user.value === '' || isRoot(user.value) || stage.start.family === 'windows') return;
    const nodes = chainOf(stage);
    if (nodes.some((node) => node.keyword === 'RUN' && givesAway(node, HOME))) return;
    for (const node of nodes) {
      if (node.keyword === 'COPY' && node.from) yield* copied(node, nodes, user.value);
      else if (node.keyword === 'RUN') yield* installed(node, user.value);
    }
  },
});

const HOME = '/root';

/** Folders in which tools keep what they install. */
const OF_TOOLS =
  /^\/root\/\.(local|cache|nvm|cargo|rustup|m2|gradle|pyenv|rbenv|bun|deno|npm|yarn|dotnet|sdkman|poetry|conda|asdf)(\/|$)/;

function* copied(copy: Instructions['COPY'], nodes: readonly Instruction[], user: string) {
  const target = copy.target && copy.valueOf(copy.target);
  const path = target === undefined ? undefined : inImage(target, copy.state);
  if (path === undefined || !isWithin(path, HOME)) return;
  for (const source of copy.sources) {
    if (!source.literal || !OF_TOOLS.test(source.text)) continue;
    yield {
      at: source,
      message: say`${user} cannot enter /root, where this is copied to.`,
      fix: copy.sources.length === 1 ? toHome(copy, path, nodes, user) : undefined,
    };
  }
}

function* installed(run: Instructions['RUN'], user: string) {
  const { env } = run.state;
  if (!run.state.user.known || !isRoot(run.state.user.value) || env.lookup('PYTHONUSERBASE') || env.lookup('HOME'))
    return;
  for (const command of run.commands) {
    const flag = /^(pip[\d.]*|python[\d.]*)$/.test(command.program.text) ? command.flag('--user') : undefined;
    if (!flag || !command.args.some(({ text }) => text === 'install') || command.assignments.length > 0) continue;
    yield { at: flag, message: say`This installs into /root, which ${user} cannot enter.` };
  }
}

/** The same place in the home of the user, and the variables that speak of it. */
function toHome(
  copy: Instructions['COPY'],
  path: string,
  nodes: readonly Instruction[],
  user: string,
): Fix | undefined {
  const [name = ''] = user.split(':');
  if (!copy.target?.literal || !/^[a-z_][\w-]*$/.test(name) || copy.target.form === 'json') return undefined;
  const home = `/home/${name}${path.slice(HOME.length)}`;
  const settings = nodes.flatMap((node) =>
    node.keyword === 'ENV' ? node.pairs.flatMap(({ value }) => (value?.text.includes(path) ? [value] : [])) : [],
  );
  return suggestion(
    `Copy it to the home of ${name}`,
    replace(copy.target, home),
    ...(copy.flag('chown') ? [] : [insertAfter(copy.head, ` --chown=${name}`)]),
    ...settings.map((value) => replaceIn(value, path, home)),
  );
}
