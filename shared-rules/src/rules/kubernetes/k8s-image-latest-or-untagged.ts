import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'k8s-image-latest-or-untagged',
  kinds: ['kubernetes'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['kubernetes', 'reproducibility'],
  since: 'next',
  peers: { checkov: ['CKV_K8S_14'], trivy: ['KSV-0013'] },
  summary: 'Name the version of every image that runs.',
  docs: `
With \`latest\`, or without a tag, each node runs what it found when it pulled the image. Two pods of one deployment then
run different versions, nobody can tell which, and a rollback brings back nothing.

Name a version, or a digest. Leave it where a tool puts the version in: images that \`kustomization.yaml\` sets and values
of templates are not reported.`,
  sources: {
    'Images in Kubernetes': 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Pulled once, and kept',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: «example/app:latest»
              imagePullPolicy: IfNotPresent`,
    },
    {
      title: 'No tag, and latest',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          initContainers:
            - name: prepare
              image: «busybox»
          containers:
            - name: app
              image: «registry.example.com:5000/app:latest»`,
    },
    {
      title: 'A tag, a digest, a variable and a template',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: tag
              image: example/app:1.2
            - name: digest
              image: example/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            - name: variable
              image: $IMAGE
            - name: template
              image: "{{ .Values.image }}"`,
    },
    {
      title: 'An image that kustomize sets',
      files: { 'kustomization.yaml': 'resources: [deployment.yaml]\nimages:\n  - name: app\n    newTag: "1.2"\n' },
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: app`,
    },
  ],
  *check(file, { workspace }) {
    for (const container of file.containers()) {
      const { image } = container;
      if (!image?.node.literal || image.digest !== undefined) continue;
      if (image.tag !== undefined && image.tag !== 'latest') continue;
      if (isSetByKustomize(workspace)) return;
      const isKept = ['IfNotPresent', 'Never'].includes(container.get('imagePullPolicy')?.text ?? '');
      yield {
        at: image.node,
        message: isKept
          ? say`${image.node.text} is whatever each node pulled once, and stays that.`
          : say`${image.node.text} is whatever is the latest when a node pulls it.`,
      };
    }
  },
});

const isSetByKustomize = (workspace: Workspace): boolean =>
  ['kustomization.yaml', 'kustomization.yml'].some((name) => workspace.read(name)?.includes('images:') === true);
