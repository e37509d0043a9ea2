import { isNginxImage, isUnprivilegedNginx } from '../../knowledge/nginx.js';
import { mainCommand, startsOf } from '../../knowledge/start.js';
import { isRoot } from '../../knowledge/users.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Dockerfile, Located, NginxConfig, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'nginx-non-root-paths',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['nginx', 'users', 'runtime'],
  since: '0.1.0',
  summary: 'Give an nginx that runs without root a place for its pid file and its caches.',
  docs: `
nginx writes its pid file to \`/run\` and keeps its caches in \`/var/cache/nginx\`, both of which belong to root. Under
another user it ends with "Permission denied" as soon as it starts.

Start from \`nginxinc/nginx-unprivileged\`, which is made for that and listens on 8080. Or give the user these folders
by \`chown\`, or set \`pid\` and the \`*_temp_path\` directives to folders below \`/tmp\`.

Ports below 1024 are a matter of the runtime: Docker lets everybody open them, others do not.
Leave the rule where these folders are mounted at start.`,
  sources: {
    'Official image, running as another user': 'https://hub.docker.com/_/nginx',
    'nginx-unprivileged': 'https://github.com/nginx/docker-nginx-unprivileged',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The official image under its user',
      bad: `
        FROM nginx:1.29
        COPY site /usr/share/nginx/html
        USER «nginx»`,
    },
    {
      title: 'A configuration that listens on a port of the system and says nothing of the pid file',
      files: { 'nginx.conf': 'events {}\nhttp { server { listen 80; } }\n' },
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y nginx
        COPY nginx.conf /etc/nginx/nginx.conf
        USER «www-data»
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'The image that is made for it',
      good: `
        FROM nginxinc/nginx-unprivileged:1.29
        USER nginx`,
    },
    {
      title: 'The folders are given to the user',
      good: `
        FROM nginx:1.29
        RUN touch /run/nginx.pid && chown -R nginx /run/nginx.pid /var/cache/nginx
        USER nginx`,
    },
    {
      title: 'The pid file lies elsewhere',
      files: { 'nginx.conf': 'pid /tmp/nginx.pid;\nevents {}\n' },
      good: `
        FROM nginx:1.29 AS one
        COPY nginx.conf /etc/nginx/nginx.conf
        USER nginx
        FROM nginx:1.29
        USER nginx
        CMD ["nginx", "-g", "daemon off; pid /tmp/nginx.pid;"]`,
    },
    {
      title: 'A configuration that cannot be read',
      good: `
        FROM nginx:1.29 AS one
        COPY --from=ghcr.io/team/config:1 /nginx.conf /etc/nginx/nginx.conf
        USER nginx
        FROM nginx:1.29
        COPY nginx.conf /etc/nginx/nginx.conf
        USER nginx`,
    },
    {
      title: 'Root, another program, and a user that nobody knows',
      good: `
        FROM nginx:1.29 AS one
        USER root
        FROM nginx:1.29 AS two
        USER nginx
        CMD ["/server"]
        FROM nginx:1.29
        ARG NAME
        USER $NAME`,
    },
    {
      title: 'The folders are mounted where the image is run',
      files: {
        'compose.yaml': 'services:\n  web:\n    build: .\n    tmpfs:\n      - /run\n      - /var/cache/nginx\n',
      },
      good: `
        FROM nginx:1.29
        USER nginx`,
    },
    {
      title: 'A script in front may see to it, and a stage for development',
      good: `
        FROM nginx:1.29 AS dev
        USER nginx
        FROM nginx:1.29
        USER nginx
        ENTRYPOINT ["/start.sh"]
        CMD ["nginx", "-g", "daemon off;"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    const user = stage?.effective('USER');
    if (!stage || !user?.stage?.ships || !user.name.literal || isRoot(user.name.text)) return;
    if (isForDevelopment(stage, file) || stage.start.family === 'windows' || !startsNginx(stage)) return;
    if (mentions(file) || isMounted(workspace)) return;
    const config = configOf(file, stage, workspace);
    if (config === 'unknown' || (config && [...config.all('pid')].length > 0)) return;
    yield {
      at: user.name,
      message: say`nginx cannot write its pid file and its caches as ${user.name.text}.`,
      related: config ? lowPorts(config) : [],
    };
  },
});

function startsNginx(stage: Stage): boolean {
  const name = stage.rootImage?.resolved?.name ?? stage.rootImage?.name ?? '';
  if (isUnprivilegedNginx(name) || (!isNginxImage(name) && stage.start.family === 'unknown')) return false;
  const [first] = startsOf(stage);
  if (!first) return isNginxImage(name);
  const command = mainCommand(first);
  return command?.program.text === 'nginx' && !command.has('-c', '-p', '-t');
}

/** Whether a place that nginx writes to, or its configuration, comes from outside when the image is run. */
const isMounted = (workspace: Workspace): boolean =>
  workspace
    .uses()
    .some(({ container: { mounts } }) =>
      mounts.some(({ target }) => isFolder(target) || target?.startsWith('/etc/nginx') === true),
    );

const isFolder = (target: string | undefined): boolean =>
  target === undefined || /^(\/var)?\/run(\/|$)|^\/var\/(cache|lib)(\/|$)/.test(target);

/** Words that show that somebody has thought of where nginx writes. */
const PLACES = /(^|[^\w])((\/var)?\/run(\/|$|[^\w])|\/var\/(cache|lib|log)\b|nginx\.pid|pid |_temp_path)/;

/** Whether anything in the image has to do with the places that nginx writes to. */
const mentions = (file: Dockerfile): boolean =>
  [...file.commands()].some(
    ({ args, instruction }) => instruction?.stage?.ships === true && args.some(({ text }) => PLACES.test(text)),
  ) ||
  [...file.all('COPY', 'ADD', 'VOLUME')].some(
    ({ stage, words }) => stage?.ships === true && isKept(words.at(-1)?.text ?? ''),
  );

const isKept = (target: string): boolean => target === '/' || isFolder(target);

/** The main configuration that is copied; `unknown` where one is copied that cannot be read. */
function configOf(file: Dockerfile, stage: Stage, workspace: Workspace): NginxConfig | 'unknown' | undefined {
  const isFromElsewhere = [...file.all('COPY')].some(
    (copy) =>
      copy.stage?.ships === true &&
      (copy.flag('from') ?? copy.heredocs[0]) &&
      /^\/etc(\/nginx)?(\/nginx\.conf)?\/?$/.test(copy.target?.text ?? ''),
  );
  if (isFromElsewhere) return 'unknown';
  const paths = file.contextPathsOf('/etc/nginx/nginx.conf', stage);
  const opened = paths.map((path) => workspace.open(path, 'nginx')).find((config) => config !== undefined);
  return opened ?? (paths.length > 0 ? 'unknown' : undefined);
}

const lowPorts = (config: NginxConfig): readonly { at: Located; path: string; message: ReturnType<typeof say> }[] =>
  [...config.all('listen')].flatMap(({ args: [value] }) =>
    value && /(^|:)(80|443)$/.test(value.text)
      ? [{ at: value, path: config.path, message: say`Not every runtime lets other users than root open this port.` }]
      : [],
  );
