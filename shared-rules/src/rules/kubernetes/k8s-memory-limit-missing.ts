import { setIn, suggestion } from '../../edit.js';
import { hasObject } from '../../knowledge/namespace.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-memory-limit-missing',
  kinds: ['kubernetes'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['kubernetes', 'resources'],
  since: 'next',
  summary: 'Limit the memory of every container.',
  docs: `
A container without a limit can take all the memory of its node. One leak then brings down its neighbours, chosen by the
kernel, and programs that size themselves by the limit, as the JVM does, size themselves by the whole node.

Set \`resources.limits.memory\`, and the same as request, to what the program needs at its peak.
A LimitRange in the namespace may do it for all; one that lies in the file or beside it counts.`,
  sources: {
    'Resource management for pods': 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    'Limit ranges': 'https://kubernetes.io/docs/concepts/policy/limit-range/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    memory: { type: 'text', default: '512Mi', about: 'The limit that the fix sets where nothing is requested.' },
  },
  examples: [
    {
      title: 'No resources at all',
      bad: `
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector: { matchLabels: { app: web } }
          template:
            spec:
              containers:
                - name: «app»
                  image: example/app:1.2`,
      good: `
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector: { matchLabels: { app: web } }
          template:
            spec:
              containers:
                - name: app
                  image: example/app:1.2
                  resources:
                    limits:
                      memory: 512Mi`,
    },
    {
      title: 'A request, which becomes the limit',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              «resources»:
                requests:
                  cpu: 250m
                  memory: 1Gi
              image: example/app:1.2`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests:
                  cpu: 250m
                  memory: 1Gi
                limits:
                  memory: 1Gi
              image: example/app:1.2`,
    },
    {
      title: 'A container that only prepares, and one with a limit',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          initContainers:
            - name: prepare
              image: example/app:1.2
          containers:
            - name: app
              image: example/app:1.2
              resources:
                limits:
                  memory: 1Gi`,
    },
    {
      title: 'A LimitRange beside the file',
      files: { 'limits.yaml': 'apiVersion: v1\nkind: LimitRange\n' },
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: example/app:1.2`,
    },
    {
      title: 'A part that kustomize lays over another',
      good: `
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
                - name: app
                  image: example/app:1.2
        ---
        apiVersion: apps/v1
        kind: Deployment
        spec:
          selector: { matchLabels: { app: web } }
          template:
            spec:
              containers:
                - name: app
                  tty: true`,
    },
    {
      title: 'What a template fills in',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: example/app:1.2
              resources:
                {{- toYaml .Values.resources | nindent 8 }}`,
    },
  ],
  *check(file, { options, workspace }) {
    const found = file
      .containers()
      .filter((container) => !container.isInit && container.lacks('resources', 'limits', 'memory'));
    if (found.length === 0 || hasObject(file, workspace, 'LimitRange')) return;
    for (const { name, settings, memoryRequest } of found) {
      const requested = memoryRequest?.value === undefined ? undefined : memoryRequest.node.text;
      const limit = requested ?? options.memory;
      const edit = setIn(settings, ['resources', 'limits', 'memory'], limit);
      yield {
        at: settings.entry('resources')?.key ?? name,
        message: say`${name.text} may take all the memory of its node.`,
        fix: edit && suggestion(`Limit its memory to ${limit}`, edit),
      };
    }
  },
});
