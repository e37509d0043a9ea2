import { setScalar, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-memory-request-not-equal-limit',
  kinds: ['kubernetes'],
  severity: 'info',
  profile: 'recommended',
  tags: ['kubernetes', 'resources'],
  since: 'next',
  summary: 'Request as much memory as the limit allows.',
  docs: `
The scheduler places a pod by what it requests. A container that then grows towards a higher limit takes memory that the
node may have promised to others, and when the node runs out, the kernel kills whatever exceeds its request first.
A request above the limit is refused by the API server.

Give request and limit the same value: memory, unlike processor time, cannot be taken back from a program.
Leave it where many copies share nodes that are overcommitted on purpose.`,
  sources: {
    'Resource management for pods': 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    'Node-pressure eviction': 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A request below the limit',
      bad: `
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: app
              image: example/app:1.2
              resources:
                requests:
                  memory: «256Mi»
                limits:
                  memory: 1Gi`,
      good: `
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
        spec:
          containers:
            - name: app
              image: example/app:1.2
              resources:
                requests:
                  memory: 1Gi
                limits:
                  memory: 1Gi`,
    },
    {
      title: 'A request above the limit, which is refused',
      bad: `
        apiVersion: batch/v1
        kind: Job
        spec:
          template:
            spec:
              containers:
                - name: app
                  resources: { requests: { memory: «"2Gi"» }, limits: { memory: 1Gi } }`,
      good: `
        apiVersion: batch/v1
        kind: Job
        spec:
          template:
            spec:
              containers:
                - name: app
                  resources: { requests: { memory: "1Gi" }, limits: { memory: 1Gi } }`,
    },
    {
      title: 'The same amount in other units, or only one of the two',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          initContainers:
            - name: prepare
              resources: { requests: { memory: 64Mi }, limits: { memory: 1Gi } }
          containers:
            - name: same
              resources: { requests: { memory: 1Gi }, limits: { memory: 1024Mi } }
            - name: limit
              resources: { limits: { memory: 1Gi } }
            - name: request
              resources: { requests: { memory: 1Gi } }`,
    },
    {
      title: 'A figure that a template fills in',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests:
                  memory: {{ .Values.memory }}
                limits:
                  memory: 1Gi`,
    },
  ],
  *check(file) {
    for (const { name, memoryRequest: request, memoryLimit: limit, isInit } of file.containers()) {
      if (request?.value === undefined || limit?.value === undefined || request.value === limit.value) continue;
      const isRefused = request.value > limit.value;
      // What only prepares is gone before the node runs out.
      if (isInit && !isRefused) continue;
      const edit = setScalar(request.node, limit.node.text);
      yield {
        at: request.node,
        severity: isRefused ? 'error' : 'info',
        message: isRefused
          ? say`${name.text} requests ${request.node.text} of memory, above its limit of ${limit.node.text}: the API refuses that.`
          : say`${name.text} may grow from ${request.node.text} to ${limit.node.text} that the node has not set aside.`,
        fix: edit && suggestion(`Request ${limit.node.text}`, edit),
      };
    }
  },
});
