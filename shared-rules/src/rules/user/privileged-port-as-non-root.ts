import { listenersOf, type Listener } from '../../knowledge/servers.js';
import { appendedTo, mainCommand, startsOf } from '../../knowledge/start.js';
import { isRoot } from '../../knowledge/users.js';
import { chainOf, type Stage, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'privileged-port-as-non-root',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['users', 'network', 'runtime'],
  since: 'next',
  summary: 'Listen on a port from 1024 up if the image does not run as root.',
  docs: `
Ports below 1024 are for root alone by the kernel's default: on some platforms the program ends at its start with
"bind: permission denied". Docker from 20.10 on and containerd for Kubernetes allow them to everybody; Podman without root,
CRI-O, older clusters and hosts with a network of their own do not.

Listen on 8080 and publish it as 80: \`docker run -p 80:8080\`, or \`targetPort: 8080\` of a Service. Else the file gets the
right by \`setcap cap_net_bind_service=+ep\`, or the Pod the sysctl \`net.ipv4.ip_unprivileged_port_start\`.

Leave the rule off where you know the platform.`,
  sources: {
    'Ports of Docker 20.10': 'https://docs.docker.com/engine/release-notes/20.10/#20100',
    'Sysctls in Kubernetes': 'https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/',
    'capabilities(7)': 'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  },
  examples: [
    {
      title: 'What is exposed',
      bad: `
        FROM nginx:1.27
        EXPOSE «80» 8080 «443/tcp»
        USER nginx
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'What the server is told',
      bad: `
        FROM python:3.12-slim
        USER 1000
        EXPOSE 80
        CMD ["uvicorn", "app:api", "--host", "0.0.0.0", "--port", "«80»"]`,
    },
    {
      title: 'Exposed in the stage that the final one starts from',
      bad: `
        FROM debian:12 AS base
        EXPOSE «80»
        FROM base
        USER app`,
    },
    {
      title: 'A higher port, and a server that is told another one than is exposed',
      good: `
        FROM debian:12 AS one
        USER app
        EXPOSE 8080 1024
        FROM python:3.12-slim
        USER app
        EXPOSE 80
        CMD ["uvicorn", "app:api", "--host", "0.0.0.0", "--port", "8000"]`,
    },
    {
      title: 'Root, and a user that only the build knows',
      good: `
        FROM nginx:1.27 AS one
        EXPOSE 80
        FROM debian:12 AS two
        ARG NAME
        USER $NAME
        EXPOSE 80
        FROM debian:12
        EXPOSE 80
        USER app
        USER root`,
    },
    {
      title: 'The right by setcap, and a base that is made for it',
      good: `
        FROM caddy:2 AS one
        RUN setcap cap_net_bind_service=+ep /usr/bin/caddy
        EXPOSE 80
        USER app
        FROM nginxinc/nginx-unprivileged:1.27
        EXPOSE 80`,
    },
    {
      title: 'What only the build knows',
      good: `
        FROM debian:12
        ARG PORT=80
        EXPOSE $PORT
        USER app`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    const user = stage?.result.user;
    if (!stage || !user?.known || user.value === '' || isRoot(user.value) || stage.start.family === 'windows') return;
    const nodes = chainOf(stage);
    const isAllowed = nodes.some(
      (node) =>
        node.keyword === 'RUN' &&
        node.commands.some(({ args }) => args.some(({ text }) => /cap_net_bind_service/i.test(text))),
    );
    if (isAllowed || /unprivileged|rootless/.test(stage.rootImage?.word.text ?? '')) return;
    const listeners = listenersIn(stage);
    if (listeners.some(({ port }) => port !== undefined)) {
      for (const { at, portAt, port } of listeners) {
        const word = portAt ?? at;
        if (word && port !== undefined && port < FIRST_FREE && port > 0) yield finding(word, user.value);
      }
      return;
    }
    for (const node of nodes) {
      if (node.keyword !== 'EXPOSE') continue;
      for (const word of node.words) if (isPrivileged(word)) yield finding(word, user.value);
    }
  },
});

const FIRST_FREE = 1024;

const finding = (at: Word, user: string) => ({
  at,
  message: say`${user} may not listen on ${at.text} wherever the kernel's default holds.`,
});

const isPrivileged = ({ text }: Word): boolean => {
  const port = /^(\d{1,5})(-\d{1,5})?(\/(tcp|udp))?$/i.exec(text)?.[1];
  return port !== undefined && Number(port) > 0 && Number(port) < FIRST_FREE;
};

function listenersIn(stage: Stage): readonly Listener[] {
  const [start] = startsOf(stage);
  const command = start && mainCommand(start);
  return command ? listenersOf(command, stage.result.env, appendedTo(start, stage)) : [];
}
