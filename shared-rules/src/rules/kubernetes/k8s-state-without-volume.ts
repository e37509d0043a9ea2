import { dataPathsOf, isDataElsewhere, isMountFor, isOftenCache } from '../../knowledge/stateful.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-state-without-volume',
  kinds: ['kubernetes'],
  severity: 'info',
  profile: 'recommended',
  tags: ['kubernetes', 'state'],
  since: 'next',
  summary: 'Give a server that keeps data a volume for it.',
  docs: `
What a server writes into its container is gone when the pod is moved, evicted or updated: the database starts empty.
An \`emptyDir\` lives no longer than the pod.

Mount a volume over the data, by \`volumeClaimTemplates\` in a StatefulSet or by a PersistentVolumeClaim.
Leave it for caches, and for servers that are filled anew each time.`,
  sources: {
    'Persistent volumes': 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/',
    StatefulSets: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A database without a volume',
      bad: `
        apiVersion: apps/v1
        kind: Deployment
        spec:
          selector: { matchLabels: { app: web } }
          template:
            spec:
              containers:
                - name: db
                  image: «postgres:17»`,
    },
    {
      title: 'A volume that goes with the pod',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: db
              image: «mysql:8.4»
              volumeMounts:
                - name: data
                  mountPath: /var/lib/mysql
          volumes:
            - name: data
              emptyDir: {}`,
    },
    {
      title: 'A claim of the StatefulSet, and one of its own',
      good: `
        apiVersion: apps/v1
        kind: StatefulSet
        spec:
          selector: { matchLabels: { app: web } }
          volumeClaimTemplates:
            - metadata: { name: data }
          template:
            spec:
              containers:
                - name: db
                  image: postgres:17
                  volumeMounts:
                    - name: data
                      mountPath: /var/lib/postgresql/data
        ---
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: db
              image: mongo:8
              volumeMounts:
                - { name: data, mountPath: /data }
          volumes:
            - name: data
              persistentVolumeClaim: { claimName: db }`,
    },
    {
      title: 'A cache, a job, a client, data elsewhere and other images',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: cache
              image: redis:8
            - name: client
              image: postgres:17
              command: [sleep, infinity]
            - name: elsewhere
              image: postgres:17
              env:
                - { name: PGDATA, value: /mnt/data }
            - name: app
              image: example/app:1.2
        ---
        apiVersion: batch/v1
        kind: Job
        spec:
          template:
            spec:
              containers:
                - name: dump
                  image: postgres:17
                  args: [pg_dump]`,
    },
    {
      title: 'Mounts that a template fills in',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: db
              image: postgres:17
              volumeMounts:
                {{- toYaml .Values.mounts | nindent 8 }}`,
    },
  ],
  *check(file) {
    for (const container of file.containers()) {
      const { image, workload, mounts, isInit } = container;
      if (!image?.node.literal || isInit || container.isPartial || container.entrypoint || isDataElsewhere(container))
        continue;
      if (workload.kind.text === 'Job' || workload.kind.text === 'CronJob') continue;
      const paths = dataPathsOf(image.name, image.tag);
      if (!paths || container.node('volumeMounts')?.isOpen === true || container.settings.isOpen) continue;
      if (container.node('volumeMounts')?.type === 'scalar' && !container.lacks('volumeMounts')) continue;
      const cover = mounts.find(({ target }) => target === undefined || paths.some((path) => isMountFor(target, path)));
      const [path = ''] = paths;
      if (!cover) {
        if (isOftenCache(image.name)) continue;
        yield { at: image.node, message: say`What ${image.name} keeps in ${path} goes with the container.` };
      } else if (cover.type === 'emptyDir' && !isOftenCache(image.name)) {
        yield {
          at: image.node,
          severity: 'warning',
          message: say`What ${image.name} keeps in ${path} goes with the pod: emptyDir lives no longer.`,
        };
      } else if (cover.type === 'hostPath') {
        yield {
          at: image.node,
          message: say`What ${image.name} keeps in ${path} stays on one node: hostPath does not move.`,
        };
      }
    }
  },
});
