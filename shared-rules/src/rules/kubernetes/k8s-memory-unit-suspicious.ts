import { setScalar, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

/** No program lives in less. */
const LEAST = 4 * 2 ** 20;
/** No node has so many processors. */
const MOST_CPUS = 100;

export default rule({
  id: 'k8s-memory-unit-suspicious',
  kinds: ['kubernetes'],
  severity: 'error',
  profile: 'recommended',
  tags: ['kubernetes', 'resources'],
  since: 'next',
  summary: 'Write memory with Mi or Gi, and fractions of a processor with m.',
  docs: `
In \`memory: 1024m\` the \`m\` stands for thousandths: the limit is one byte, and the container is killed as it starts.
A bare \`512\` is 512 bytes. The other way round, \`cpu: 500\` asks for 500 processors, and no node takes the pod.

Write \`1024Mi\` for memory and \`500m\` for half a processor.
Plain bytes of a size that a program can live in are left alone.`,
  sources: {
    'Units of memory':
      'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Thousandths of a byte, and a few bytes',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests:
                  memory: «512»
                limits:
                  memory: «"1024m"»`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests:
                  memory: 512Mi
                limits:
                  memory: "1024Mi"`,
    },
    {
      title: 'Five hundred processors',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests:
                  cpu: «"500"»`,
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests:
                  cpu: "500m"`,
    },
    {
      title: 'Bytes enough to live in, units, none at all, and a template',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              resources:
                requests: { memory: 536870912, cpu: 64 }
                limits: { memory: 1Gi, cpu: 500m }
            - name: template
              resources:
                limits:
                  memory: {{ .Values.memory }}m
            - name: none
              resources:
                requests: { memory: "0" }`,
    },
  ],
  *check(file) {
    for (const container of file.containers()) {
      for (const amount of [container.memoryRequest, container.memoryLimit]) {
        const { node, value } = amount ?? {};
        const number = node && /^(\d+)(m?)$/.exec(node.text)?.[1];
        if (!node || number === undefined || value === undefined || value === 0 || value >= LEAST) continue;
        const edit = setScalar(node, `${number}Mi`);
        yield {
          at: node,
          message: node.text.endsWith('m')
            ? say`${node.text} of memory is ${number} thousandths of a byte: m stands for thousandths.`
            : say`${node.text} of memory is ${number} bytes: no unit stands for bytes.`,
          fix: edit && suggestion(`Write ${number}Mi`, edit),
        };
      }
      for (const amount of [container.cpuRequest, container.cpuLimit]) {
        const { node, value } = amount ?? {};
        if (!node || value === undefined || value < MOST_CPUS || !/^\d+$/.test(node.text)) continue;
        const edit = setScalar(node, `${node.text}m`);
        yield {
          at: node,
          severity: 'warning',
          message: say`${node.text} are as many whole processors; thousandths are written with an m.`,
          fix: edit && suggestion(`Write ${node.text}m`, edit),
        };
      }
    }
  },
});
