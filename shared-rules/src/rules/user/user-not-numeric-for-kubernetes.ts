import { isRoot } from '../../knowledge/users.js';
import type { Container, Manifest, YamlScalar } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'user-not-numeric-for-kubernetes',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['users', 'kubernetes'],
  since: 'next',
  summary: 'Set USER by its number if the manifests ask for runAsNonRoot.',
  docs: `
Under \`runAsNonRoot: true\` the kubelet starts no container whose image names its user: it cannot tell by a name whether
that is root, and the Pod stays in CreateContainerConfigError, "image has non-numeric user".

Write the number, \`USER 10001\`, or say it in the manifest with \`runAsUser\`.

Reported is what the manifests beside the Dockerfile, or in k8s, kubernetes, deploy or manifests, ask of their one image.`,
  sources: {
    'Pod security context': 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
  },
  examples: [
    {
      title: 'A manifest in a folder beside the Dockerfile',
      files: {
        'k8s/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: shop
          image: example/shop:1.4
          securityContext:
            runAsNonRoot: true
`,
      },
      bad: `
        FROM debian:12
        RUN useradd -r app
        USER «app»
        CMD ["/server"]`,
    },
    {
      title: 'For the whole Pod, with a group, in the stage that the final one starts from',
      files: {
        'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  securityContext:
    runAsNonRoot: true
  containers:
    - name: shop
      image: example/shop:1.4
`,
      },
      bad: `
        FROM debian:12 AS base
        USER «app»:app
        FROM base
        CMD ["/server"]`,
    },
    {
      title: 'A number in the manifest',
      files: {
        'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
  containers:
    - name: shop
      image: example/shop:1.4
`,
      },
      good: `
        FROM debian:12
        USER app
        CMD ["/server"]`,
    },
    {
      title: 'A number in the Dockerfile, and a user that only the build knows',
      files: {
        'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
    - name: shop
      image: example/shop:1.4
      securityContext:
        runAsNonRoot: true
`,
      },
      good: `
        FROM debian:12
        ARG NAME
        USER $NAME
        FROM debian:12
        USER 10001:app
        CMD ["/server"]`,
    },
    {
      title: 'Manifests that do not ask for it, and manifests of several images, of which nobody knows which is this',
      files: {
        'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
    - name: shop
      image: example/shop:1.4
      securityContext:
        runAsNonRoot: true
    - name: proxy
      image: example/proxy:2
`,
        'compose.yaml': 'services:\n  shop:\n    build: .\n',
      },
      good: `
        FROM debian:12
        USER app
        CMD ["/server"]`,
    },
  ],
  *check(file, { workspace }) {
    const user = file.finalStage?.effective('USER');
    if (!user?.name.literal || /^\d+$/.test(user.name.text) || isRoot(user.name.text) || user.name.text === '') return;
    if (file.finalStage?.start.family === 'windows') return;
    const found = refusalIn(manifestsBeside(workspace));
    if (!found) return;
    yield {
      at: user.name,
      message: say`${found.path} asks for runAsNonRoot, and Kubernetes cannot tell that ${user.name.text} is not root.`,
      related: [{ at: found.at, path: found.path, message: say`It is asked for here.` }],
    };
  },
});

const FOLDERS: readonly string[] = ['', 'k8s/', 'kubernetes/', 'deploy/', 'deployment/', 'manifests/', '.k8s/'];

function manifestsBeside(workspace: Workspace): readonly Manifest[] {
  const top = workspace.list('') ?? [];
  return FOLDERS.filter((folder) => folder === '' || top.includes(folder)).flatMap((folder) =>
    (folder === '' ? top : (workspace.list(folder) ?? []))
      .filter((name) => /\.ya?ml$/.test(name) && !/^(docker-)?compose/.test(name))
      .flatMap((name) => workspace.open(`${folder}${name}`, 'kubernetes') ?? []),
  );
}

/** Where the manifests ask for it, if all of them run one image, which must be that of the Dockerfile then. */
function refusalIn(manifests: readonly Manifest[]): { readonly at: YamlScalar; readonly path: string } | undefined {
  const containers = manifests.flatMap((file) =>
    file.containers().map((container) => ({ container, path: file.path })),
  );
  const images = new Set(containers.map(({ container }) => container.image?.name));
  if (images.size !== 1 || images.has(undefined)) return undefined;
  for (const { container, path } of containers) {
    const at = askedIn(container);
    if (at) return { at, path };
  }
  return undefined;
}

function askedIn({ settings, podSpec }: Container): YamlScalar | undefined {
  const maps = [settings, podSpec];
  const asked = maps.map((map) => map.get('securityContext', 'runAsNonRoot')).find((value) => value !== undefined);
  const isGiven = maps.some((map) => !map.lacks('securityContext', 'runAsUser'));
  return asked?.text === 'true' && !isGiven ? asked : undefined;
}
