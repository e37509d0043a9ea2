import { folderOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'dockerignore-wrong-place',
  kinds: ['dockerignore'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['context', 'compose'],
  since: '0.1.0',
  summary: 'Keep .dockerignore in the root of the build context.',
  docs: `
The builder reads \`.dockerignore\` from the root of the build context. Where Compose builds from another folder, the one
beside the Dockerfile is never looked at, and everything that it names goes into the build.

Move it to the folder that \`build.context\` names, or call it like the Dockerfile: \`Dockerfile.dockerignore\` is read from
beside the Dockerfile, and its patterns count from the root of the context.`,
  sources: {
    '.dockerignore files': 'https://docs.docker.com/build/concepts/context/#filename-and-location',
    'Compose, build context': 'https://docs.docker.com/reference/compose-file/build/#context',
  },
  examples: [
    {
      title: 'Compose builds from the folder above',
      path: 'docker/.dockerignore',
      files: {
        'docker/Dockerfile': 'FROM debian:13\nCOPY . /app\n',
        'compose.yaml': 'services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n',
      },
      bad: `
        «.git»
        node_modules`,
    },
    {
      title: 'Compose beside it builds from the folder above',
      path: 'api/.dockerignore',
      files: {
        'api/Dockerfile': 'FROM debian:13\nCOPY . /app\n',
        'api/compose.yaml': 'services:\n  web:\n    build:\n      context: ..\n      dockerfile: api/Dockerfile\n',
      },
      bad: `
        # the history
        «.git»`,
    },
    {
      title: 'Compose builds from this folder',
      path: 'api/.dockerignore',
      files: {
        'api/Dockerfile': 'FROM debian:13\nCOPY . /app\n',
        'compose.yaml': 'services:\n  web:\n    build: ./api\n',
      },
      good: `
        .git`,
    },
    {
      title: 'One service of several builds from this folder',
      path: 'api/.dockerignore',
      files: {
        'api/Dockerfile': 'FROM debian:13\nCOPY . /app\n',
        'compose.yaml':
          'services:\n  a:\n    build: ./api\n  b:\n    build:\n      context: .\n      dockerfile: api/Dockerfile\n',
      },
      good: `
        .git`,
    },
    {
      title: 'The name of the Dockerfile',
      path: 'docker/Dockerfile.dockerignore',
      files: {
        'docker/Dockerfile': 'FROM debian:13\nCOPY . /app\n',
        'compose.yaml': 'services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n',
      },
      good: `
        .git`,
    },
    {
      title: 'Nothing tells the context, and no Dockerfile beside it',
      path: 'web/.dockerignore',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY . /app\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n',
      },
      good: `
        .git`,
    },
  ],
  *check(file, { workspace }) {
    const [at] = file.patterns;
    const dockerfile = workspace.nearest('Dockerfile', 'dockerfile');
    const folder = folderOf(file.path);
    if (!at || !/(^|\/)\.dockerignore$/.test(file.path) || !dockerfile || folderOf(dockerfile.path) !== folder) return;
    const built = workspace.uses().filter(({ context }) => context !== undefined);
    const [first] = built;
    if (!first || built.some(({ context }) => context === folder)) return;
    yield {
      at,
      message: say`Nobody reads this file: ${dockerfile.path} is built from ${first.context === '' ? 'the root' : (first.context ?? '')}.`,
      related: [{ at: first.container.name, path: first.file.path, message: say`It is built here.` }],
    };
  },
});
