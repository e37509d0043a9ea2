import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-image-latest',
  kinds: ['compose'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['compose', 'reproducibility'],
  since: 'next',
  summary: 'Name the version of every image that a service runs.',
  docs: `
With \`latest\`, or without a tag, everybody runs whatever was the latest when they last pulled. A database may come back
in a version that cannot read its own data, and nobody can go back to what worked.

Name a version, or a digest. Leave it for images that you build yourself and for your own tag of the day.`,
  sources: {
    'Compose: image': 'https://docs.docker.com/reference/compose-file/services/#image',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A registry with a port, which is no tag',
      bad: `
        services:
          app:
            image: «registry.example.com:5000/app»`,
    },
    {
      title: 'No tag, and latest',
      bad: `
        services:
          db:
            image: «postgres»
          web:
            image: «nginx:latest»`,
    },
    {
      title: 'A version, a digest, and a variable',
      good: `
        services:
          db:
            image: postgres:17
          web:
            image: nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          app:
            image: example/app:\${VERSION:-latest}
          other:
            image: \${IMAGE}`,
    },
    {
      title: 'An image that is built here',
      good: `
        services:
          app:
            build: .
            image: example/app`,
    },
    {
      title: 'An image that another service builds',
      good: `
        services:
          app:
            build: .
            image: example/app
          worker:
            image: example/app`,
    },
  ],
  *check(file) {
    const services = file.services();
    const own = new Set(services.flatMap(({ build, image }) => (build && image ? [image.name] : [])));
    for (const { image, build, name } of services) {
      if (!image?.node.literal || build || own.has(image.name) || image.digest !== undefined) continue;
      if (image.tag !== undefined && image.tag !== 'latest') continue;
      yield { at: image.node, message: say`${name.text} runs whatever ${image.name} is the latest when it is pulled.` };
    }
  },
});
