import { removeEntry, suggestion } from '../../edit.js';
import { hasObject } from '../../knowledge/namespace.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-cpu-limit-set',
  kinds: ['kubernetes'],
  severity: 'info',
  profile: 'recommended',
  tags: ['kubernetes', 'resources', 'performance'],
  since: 'next',
  summary: 'Set no limit on processor time; a request is enough.',
  docs: `
A container that has used up its limit stands still until the next tenth of a second, even on a node that is idle:
answers come late for no reason that anybody sees. The request alone guarantees every container its share.

Leave \`limits.cpu\` out and keep \`requests.cpu\`. The program then counts the processors of the whole node: give pools of
threads and workers their size by hand, as with \`-XX:ActiveProcessorCount\` or \`GOMAXPROCS\`.
Keep the limit where it equals the request and memory does likewise (quality of service Guaranteed), where a quota of the
namespace demands it, or where tenants are to be held apart: \`requireCpuLimit\`.`,
  sources: {
    'Resource management for pods': 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    'Quality of service': 'https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    requireCpuLimit: { type: 'boolean', default: false, about: 'Limits are demanded here: report none of them.' },
  },
  examples: [
    {
      title: 'A limit above the request',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: example/app:1.2
              resources:
                requests:
                  cpu: 250m
                  memory: 1Gi
                limits:
                  «cpu»: "1"
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
                  cpu: 250m
                  memory: 1Gi
                limits:
                  memory: 1Gi`,
    },
    {
      title: 'The only limit there is goes with its key',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                limits:
                  «cpu»: 1 # plenty
                requests:
                  cpu: 250m`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests:
                  cpu: 250m`,
    },
    {
      title: 'A limit that stands in for the request',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                limits: { «cpu»: 500m, memory: 1Gi }
                requests: { memory: 512Mi }`,
    },
    {
      title: 'Guaranteed on purpose',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests: { cpu: "2", memory: 1Gi }
                limits: { cpu: 2000m, memory: 1024Mi }`,
    },
    {
      title: 'A quota in the file, or beside it',
      files: { 'quota.yaml': 'apiVersion: v1\nkind: ResourceQuota\nspec: {hard: {limits.cpu: "4"}}\n' },
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                limits: { cpu: 500m }`,
    },
    {
      title: 'Limits are demanded here',
      options: { requireCpuLimit: true },
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                limits: { cpu: 500m }`,
    },
    {
      title: 'No limit, or one that a template fills in',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: none
              resources:
                requests: { cpu: 500m }
            - name: template
              resources:
                limits:
                  cpu: {{ .Values.cpu }}`,
    },
  ],
  *check(file, { options, workspace }) {
    if (options.requireCpuLimit) return;
    const found = file.containers().flatMap((container) => {
      const { cpuLimit, cpuRequest, memoryLimit, memoryRequest } = container;
      const entry = container.settings.entry('resources', 'limits', 'cpu');
      if (!entry || cpuLimit?.value === undefined) return [];
      const isGuaranteed =
        cpuRequest?.value === cpuLimit.value &&
        memoryLimit?.value !== undefined &&
        memoryRequest?.value === memoryLimit.value;
      return isGuaranteed ? [] : [{ container, entry, cpuRequest, cpuLimit }];
    });
    if (found.length === 0 || hasObject(file, workspace, 'LimitRange', 'ResourceQuota')) return;
    for (const { container, entry, cpuRequest, cpuLimit } of found) {
      // Without a request the limit stands in for it.
      const edit = cpuRequest && removeEntry(entry);
      yield {
        at: entry.key,
        message: say`${container.name.text} is held up whenever it has used ${cpuLimit.node.text} of a processor, even on an idle node.`,
        fix: edit && suggestion('Take the limit away', edit),
      };
    }
  },
});
