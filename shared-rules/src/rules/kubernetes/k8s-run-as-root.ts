import { setIn, suggestion } from '../../edit.js';
import { dropsRootItself } from '../../knowledge/images.js';
import type { Container } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-run-as-root',
  kinds: ['kubernetes'],
  severity: 'info',
  profile: 'recommended',
  tags: ['kubernetes', 'security', 'user'],
  since: 'next',
  summary: 'Tell Kubernetes to refuse a container that would run as root.',
  docs: `
Whoever breaks out of a container that runs as root is root on the node. Whether the image has a USER is seen only when it
is too late: the next version may come without.

Set \`securityContext.runAsNonRoot: true\`, for the pod or the container; an image that runs as root is then not started.
It needs a USER with a number in the image, or \`runAsUser\`.
Images that start as root and change to another user by themselves, such as postgres, are left alone.
Leave it out for what has to be root, such as agents of the node: privileged containers are not reported, and \`allow\`
names images that are fine.`,
  sources: {
    'Security context': 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'Pod security standards': 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    allow: { type: 'strings', default: [], about: 'Images, without tag, that may run as root.' },
  },
  examples: [
    {
      title: 'Nothing is said',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: «app»
              image: example/app:1.2`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: example/app:1.2
              securityContext:
                runAsNonRoot: true`,
    },
    {
      title: 'Root by its number',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: example/app:1.2
              securityContext:
                runAsUser: «0»`,
    },
    {
      title: 'The pod says it for all, or a number does',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          securityContext:
            runAsNonRoot: true
          containers:
            - name: app
              image: example/app:1.2
        ---
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: number
              image: example/app:1.2
              securityContext: { runAsUser: 10001 }
            - name: yes
              image: example/app:1.2
              securityContext: { runAsNonRoot: true }`,
    },
    {
      title: 'An agent of the node, and an image that may',
      options: { allow: ['example/agent'] },
      good: `
        apiVersion: apps/v1
        kind: DaemonSet
        spec:
          selector: { matchLabels: { app: web } }
          template:
            spec:
              containers:
                - name: privileged
                  image: example/app:1.2
                  securityContext: { privileged: true }
                - name: allowed
                  image: example/agent:2
        ---
        apiVersion: v1
        kind: Pod
        spec:
          hostNetwork: true
          containers:
            - name: network
              image: example/app:1.2`,
    },
    {
      title: 'An image that changes to another user by itself',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: db
              image: postgres:17`,
    },
    {
      title: 'What a template fills in, what only prepares, and Windows',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          securityContext:
            {{- toYaml .Values.podSecurityContext | nindent 4 }}
          initContainers:
            - name: prepare
              image: example/app:1.2
          containers:
            - name: app
              image: example/app:1.2
        ---
        apiVersion: v1
        kind: Pod
        spec:
          nodeSelector:
            kubernetes.io/os: windows
          containers:
            - name: app
              image: example/app:1.2`,
    },
  ],
  *check(file, { options: { allow } }) {
    for (const container of file.containers()) {
      const { name, settings, podSpec, isInit } = container;
      if (isInit || allow.includes(container.image?.name ?? '') || isPartOfNode(container)) continue;
      // Its entrypoint starts as root and changes the user by itself, which would be refused.
      if (dropsRootItself(container.image?.name ?? '')) continue;
      const root = container.get('securityContext', 'runAsUser') ?? podSpec.get('securityContext', 'runAsUser');
      if (root?.text === '0') {
        yield { at: root, message: say`${name.text} runs as root.` };
        continue;
      }
      const isSilent = ['runAsNonRoot', 'runAsUser'].every(
        (key) => container.lacks('securityContext', key) && podSpec.lacks('securityContext', key),
      );
      if (!isSilent || podSpec.node('nodeSelector', 'kubernetes.io/os') !== undefined) continue;
      const edit = setIn(settings, ['securityContext', 'runAsNonRoot'], 'true');
      yield {
        at: name,
        message: say`Nothing keeps ${name.text} from running as root.`,
        fix: edit && suggestion('Refuse to run it as root', edit),
      };
    }
  },
});

/** Whether it is given parts of the node, for which it most likely has to be root. */
function isPartOfNode({ settings, podSpec }: Container): boolean {
  const isGiven = ['hostNetwork', 'hostPID', 'hostIPC'].some((key) => podSpec.get(key)?.text === 'true');
  return isGiven || settings.get('securityContext', 'privileged')?.text === 'true';
}
