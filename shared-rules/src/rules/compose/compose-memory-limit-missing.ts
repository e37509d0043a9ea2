import { setIn, suggestion } from '../../edit.js';
import { hasJava } from '../../knowledge/java.js';
import { runsJvm } from '../../knowledge/jvm-images.js';
import type { ComposeFile, Service } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'compose-memory-limit-missing',
  kinds: ['compose'],
  severity: 'info',
  profile: 'recommended',
  tags: ['compose', 'resources', 'java'],
  since: 'next',
  summary: 'Limit the memory of a service that runs a Java VM.',
  docs: `
A Java VM takes a share of the memory that it sees. Without a limit that is the memory of the host: three such services,
each with its share of the whole, and the kernel begins to kill.

Set \`deploy.resources.limits.memory\`, or \`mem_limit\`, and the VM sizes itself by it. \`always\` asks it of every service.
Overlays such as \`compose.override.yaml\` are not reported.`,
  sources: {
    'Compose: deploy': 'https://docs.docker.com/reference/compose-file/deploy/#resources',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    always: { type: 'boolean', default: false, about: 'Report every service, whatever it runs.' },
    memory: { type: 'text', default: '1G', about: 'The limit that the fix sets.' },
  },
  examples: [
    {
      title: 'An image that runs a Java VM, and options for one',
      bad: `
        services:
          «search»:
            image: elasticsearch:9.1.0
          «app»:
            image: example/app:1.2
            environment:
              JAVA_TOOL_OPTIONS: -Xss512k
            deploy:
              replicas: 2`,
      good: `
        services:
          search:
            image: elasticsearch:9.1.0
            deploy:
              resources:
                limits:
                  memory: 1G
          app:
            image: example/app:1.2
            environment:
              JAVA_TOOL_OPTIONS: -Xss512k
            deploy:
              replicas: 2
              resources:
                limits:
                  memory: 1G`,
    },
    {
      title: 'An image that is built here',
      files: { Dockerfile: 'FROM eclipse-temurin:21-jre\nCMD ["java", "-jar", "/app.jar"]\n' },
      bad: `
        services:
          «app»:
            build: .`,
      good: `
        services:
          app:
            build: .
            deploy:
              resources:
                limits:
                  memory: 1G`,
    },
    {
      title: 'Every service, where that is wanted',
      options: { always: true, memory: '512M' },
      bad: `
        services:
          «app»:
            image: example/app:1.2`,
      good: `
        services:
          app:
            image: example/app:1.2
            deploy:
              resources:
                limits:
                  memory: 512M`,
    },
    {
      title: 'A limit, in the one or the other form, and services without Java',
      good: `
        services:
          new:
            image: elasticsearch:9.1.0
            deploy: { resources: { limits: { memory: 2G } } }
          old:
            image: elasticsearch:9.1.0
            mem_limit: 2g
          other:
            image: nginx:1.29`,
    },
    {
      title: 'An overlay',
      path: 'compose.override.yaml',
      good: `
        services:
          search:
            image: elasticsearch:9.1.0`,
    },
  ],
  *check(file, { options, workspace }) {
    for (const service of file.services()) {
      if (!service.lacks('mem_limit') || !service.lacks('deploy', 'resources', 'limits', 'memory')) continue;
      if (!options.always && !runsJvm(service) && !isBuiltForJava(file, service, workspace)) continue;
      const edit = setIn(service.settings, ['deploy', 'resources', 'limits', 'memory'], options.memory);
      yield {
        at: service.name,
        message: say`${service.name.text} may take all the memory of the host, and sizes itself by it.`,
        fix: edit && suggestion(`Limit its memory to ${options.memory}`, edit),
      };
    }
  },
});

function isBuiltForJava(file: ComposeFile, service: Service, workspace: Workspace): boolean {
  if (service.build?.target) return false;
  const stage = service.build && workspace.builtBy(file, service)?.dockerfile?.finalStage;
  return stage !== undefined && hasJava(stage);
}
