import { runsJvm } from '../../knowledge/jvm-images.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'k8s-probes-missing-for-jvm',
  kinds: ['kubernetes'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['kubernetes', 'java', 'start'],
  since: 'next',
  summary: 'Tell Kubernetes when a Java program is ready.',
  docs: `
A Java program takes its time to start, and more the less processor time it gets. Without a probe it is sent requests from
the first moment on, and each update of the deployment answers some of them with errors.

Add a \`readinessProbe\`, and a \`startupProbe\` that allows for the slowest start; a liveness probe alone kills what is only
slow. Leave it for programs that serve nobody.`,
  sources: {
    Probes: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A liveness probe alone',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: «app»
              image: quay.io/keycloak/keycloak:26.3
              livenessProbe:
                httpGet: { path: /live, port: 9000 }`,
    },
    {
      title: 'A Java VM by its image, and by the options that it is given',
      bad: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: «tomcat»
              image: tomcat:11.0
            - name: «app»
              image: example/app:1.2
              env:
                - name: JAVA_TOOL_OPTIONS
                  value: -XX:MaxRAMPercentage=75`,
    },
    {
      title: 'Probes, a job, what only prepares, and other programs',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          initContainers:
            - name: prepare
              image: eclipse-temurin:21
          containers:
            - name: app
              image: tomcat:11.0
              readinessProbe:
                httpGet: { path: /ready, port: 8080 }
            - name: starting
              image: tomcat:11.0
              startupProbe:
                tcpSocket: { port: 8080 }
            - name: other
              image: nginx:1.29
        ---
        apiVersion: batch/v1
        kind: Job
        spec:
          template:
            spec:
              containers:
                - name: app
                  image: eclipse-temurin:21`,
    },
    {
      title: 'What a template fills in',
      good: `
        apiVersion: v1
        kind: Pod
        spec:
          containers:
            - name: app
              image: tomcat:11.0
              {{- toYaml .Values.probes | nindent 6 }}`,
    },
  ],
  *check(file) {
    for (const container of file.containers()) {
      const { name, workload, isInit } = container;
      if (isInit || workload.kind.text === 'Job' || workload.kind.text === 'CronJob' || !runsJvm(container)) continue;
      if (!container.lacks('readinessProbe') || !container.lacks('startupProbe')) continue;
      yield { at: name, message: say`Nothing tells when ${name.text} has started and may be sent requests.` };
    }
  },
});
