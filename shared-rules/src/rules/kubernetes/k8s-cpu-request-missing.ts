import { setIn, suggestion } from '../../edit.js';
import { hasObject } from '../../knowledge/namespace.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-cpu-request-missing',
  kinds: ['kubernetes'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['kubernetes', 'resources', 'performance'],
  since: 'next',
  summary: 'Request processor time for every container.',
  docs: `
Without a request the scheduler takes the container for one that needs nothing and piles such pods onto one node. As soon
as that node is busy, those with a request get their share and this one starves; autoscaling by processor time does not
work at all.

Request what the container needs to work well, \`500m\` if nothing is known yet. A limit stands in for a missing request.
A LimitRange in the namespace may set it for all; one that lies in the file or beside it counts.`,
  sources: {
    'Resource management for pods': 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    'Horizontal pod autoscaling': 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: { cpu: { type: 'text', default: '500m', about: 'What the fix requests.' } },
  examples: [
    {
      title: 'No resources',
      bad: `
        apiVersion: apps/v1
        kind: Deployment
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
        spec:
          selector: { matchLabels: { app: web } }
          template:
            spec:
              containers:
                - name: app
                  image: example/app:1.2
                  resources:
                    requests:
                      cpu: 500m`,
    },
    {
      title: 'Only memory is requested',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: «app»
              image: example/app:1.2
              resources:
                requests:
                  memory: 1Gi`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: example/app:1.2
              resources:
                requests:
                  memory: 1Gi
                  cpu: 500m`,
    },
    {
      title: 'A limit stands in, and a container only prepares',
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
                  cpu: "1"`,
    },
    {
      title: 'A LimitRange in the same file',
      good: `
        apiVersion: v1
        kind: LimitRange
        metadata:
          name: defaults
        ---
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
              resources: {{- toYaml .Values.resources | nindent 8 }}`,
    },
  ],
  *check(file, { options, workspace }) {
    const found = file
      .containers()
      .filter(
        (container) =>
          !container.isInit &&
          container.lacks('resources', 'requests', 'cpu') &&
          container.lacks('resources', 'limits', 'cpu'),
      );
    if (found.length === 0 || hasObject(file, workspace, 'LimitRange')) return;
    for (const { name, settings } of found) {
      const edit = setIn(settings, ['resources', 'requests', 'cpu'], options.cpu);
      yield {
        at: name,
        message: say`${name.text} requests no processor time, so it gets what the others leave.`,
        fix: edit && suggestion(`Request ${options.cpu}`, edit),
      };
    }
  },
});
