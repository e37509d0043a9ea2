import { addItem, setIn, suggestion, type Edit, type Fix } from '../../edit.js';
import { keepsHeartbeatOnDisk, startWords } from '../../knowledge/gunicorn.js';
import { isMountFor } from '../../knowledge/stateful.js';
import type { Container, YamlMap } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** Images whose programs fill more of /dev/shm than the runtime gives them: 64 MB. */
const HUNGRY =
  /(?:^|\/)(?:postgres|postgis|timescaledb|pgvector|(?:standalone|node)-(?:chrome|chromium|firefox|edge|all)|chrome|chromium|alpine-chrome|headless-shell|puppeteer|playwright)$/;

export default rule({
  id: 'k8s-shm-small',
  kinds: ['kubernetes'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['kubernetes', 'performance', 'python'],
  since: 'next',
  summary: 'Give browsers, PostgreSQL and gunicorn memory for /dev/shm.',
  docs: `
Kubernetes gives a container 64 MB of /dev/shm. PostgreSQL fails larger queries with "could not resize shared memory
segment", and a browser crashes in the middle of a page. gunicorn's heartbeat files lie on the disk, which may block.

Mount an \`emptyDir\` with \`medium: Memory\` at /dev/shm; what is in it counts against the memory limit.
For gunicorn, \`--worker-tmp-dir /dev/shm\` alone is enough.`,
  sources: {
    emptyDir: 'https://kubernetes.io/docs/concepts/storage/volumes/#emptydir',
    'The postgres image': 'https://github.com/docker-library/docs/blob/master/postgres/README.md#caveats',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A database',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: «db»
              image: postgres:17`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: db
              image: postgres:17
              volumeMounts:
                - name: shm
                  mountPath: /dev/shm
          volumes:
            - name: shm
              emptyDir:
                medium: Memory`,
    },
    {
      title: 'gunicorn, beside other volumes',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          volumes:
            - name: data
              emptyDir: {}
          containers:
            - name: «app»
              image: example/app:1.2
              args: [gunicorn, app:api]
              volumeMounts:
                - name: data
                  mountPath: /data`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          volumes:
            - name: data
              emptyDir: {}
            - name: shm
              emptyDir:
                medium: Memory
          containers:
            - name: app
              image: example/app:1.2
              args: [gunicorn, app:api]
              volumeMounts:
                - name: data
                  mountPath: /data
                - name: shm
                  mountPath: /dev/shm`,
    },
    {
      title: 'In memory already, or told otherwise, or another program',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: db
              image: postgres:17
              volumeMounts:
                - { name: shm, mountPath: /dev/shm }
            - name: flag
              image: example/app:1.2
              args: [gunicorn, --worker-tmp-dir, /dev/shm, app:api]
            - name: tmp
              image: example/app:1.2
              args: [gunicorn, app:api]
              volumeMounts:
                - { name: shm, mountPath: /tmp }
            - name: other
              image: example/app:1.2
            - name: client
              image: postgres:17
              command: [sleep, infinity]
          volumes:
            - name: shm
              emptyDir: { medium: Memory }`,
    },
    {
      title: 'A job, and mounts that a template fills in',
      good: `
        apiVersion: batch/v1
        kind: Job
        spec:
          template:
            spec:
              containers:
                - name: dump
                  image: postgres:17
        ---
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
      const { name, image, mounts, isInit, workload, entrypoint } = container;
      if (isInit || workload.kind.text === 'Job' || workload.kind.text === 'CronJob') continue;
      const isHungry = image !== undefined && HUNGRY.test(image.name) && !entrypoint;
      const isGunicorn = keepsHeartbeatOnDisk(startWords(container, undefined), container);
      if (!isHungry && !isGunicorn) continue;
      const list = container.node('volumeMounts');
      if (container.settings.isOpen || list?.isOpen === true || (list?.type === 'scalar' && !list.isNull)) continue;
      const isGiven = mounts.some(
        ({ target }) => target === undefined || isMountFor(target, '/dev/shm') || isMountFor(target, '/tmp'),
      );
      if (isGiven) continue;
      yield {
        at: name,
        message: isHungry
          ? say`${name.text} has 64 MB of shared memory, and may want more.`
          : say`gunicorn keeps its heartbeat files on the disk of ${name.text}.`,
        fix: mountMemory(container),
      };
    }
  },
});

function mountMemory({ settings, podSpec }: Container): Fix | undefined {
  const mount = append(settings, 'volumeMounts', 'name: shm\nmountPath: /dev/shm');
  const volume = append(podSpec, 'volumes', 'name: shm\nemptyDir:\n  medium: Memory');
  return mount && volume && suggestion('Mount memory there', mount, volume);
}

function append(map: YamlMap, key: string, item: string): Edit | undefined {
  const list = map.list(key);
  if (list) return list.isFlow || map.entry(key)?.map !== map ? undefined : addItem(list, item);
  return map.lacks(key) ? setIn(map, [key], `\n- ${item.replaceAll('\n', '\n  ')}`) : undefined;
}
