import { ADDRESS_WITH_PASSWORD, isBelieved, SHAPES } from '../../knowledge/tokens.js';
import { placesOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

// The samples are put together here, so that no scanner takes this file for one that leaks.
const AWS = ['AKIA', 'Q3EGU7KZ4WN5D2TB'].join('');
const GITHUB = ['ghp', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6'].join('_');
const SLACK = ['xoxb', '2049183746', 'KestrelFlies71'].join('-');
const JWT = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJrZXN0cmVsIn0', 'dBjftJeZ4CVPmB92K27uhbUJU1p1r'].join('.');

export default rule({
  id: 'secrets-in-code',
  kinds: ['dockerfile', 'shell'],
  severity: 'error',
  profile: 'recommended',
  tags: ['security', 'secrets'],
  since: 'next',
  peers: { tally: ['secrets-in-code'], kics: ['Passwords And Secrets'] },
  summary: 'Do not write tokens, private keys or passwords into a Dockerfile.',
  docs: `
Everybody who may read the repository or pull the image has the secret, and the history of both keeps it when the line is
gone. Bots find such keys within minutes and use them.

Revoke it and make a new one; taking the line out is not enough. Give the build what it needs by
\`RUN --mount=type=secret\`, and the program by a Secret when it starts.

Reported is what has the unmistakable shape of a secret, in comments as well: keys of AWS, GitHub, GitLab, Slack, Google,
Stripe, npm, PyPI, Docker Hub and others, signed tokens, private keys, and passwords in addresses. Stand-ins are not.`,
  sources: {
    'Build secrets': 'https://docs.docker.com/build/building/secrets/',
    'Removing sensitive data from a repository':
      'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Keys in settings, in a label, in a comment',
      bad: `
        FROM debian:12
        # «${AWS}» is for staging
        ENV AWS_ACCESS_KEY_ID=«${AWS}»
        ARG TOKEN="«${GITHUB}»"
        LABEL jwt=«${JWT}»`,
    },
    {
      title: 'In commands and heredocs',
      bad: `
        FROM debian:12
        RUN git clone https://x-access-token:«${GITHUB}»@github.com/team/app.git
        RUN pip install --extra-index-url https://ci:«kE5-trel_71Q»@pypi.example.com/simple app
        HEALTHCHECK CMD curl -H "Authorization: Bearer «${JWT}»" http://127.0.0.1:8080/
        COPY <<EOF /root/.ssh/id_rsa
        «-----BEGIN RSA PRIVATE KEY-----»
        MIIEpAIBAAKCAQEA1kestrel71
        EOF`,
    },
    {
      title: 'In a script',
      kind: 'shell',
      bad: `
        #!/bin/sh
        export SLACK_TOKEN=«${SLACK}»
        exec app`,
    },
    {
      title: 'Stand-ins and samples',
      good: `
        FROM debian:12
        # AKIAIOSFODNN7EXAMPLE, ghp_${'x'.repeat(36)}
        ENV PROXY=http://user:password@proxy.example.com:3128 DATABASE=postgres://app:postgres@db/app
        ENV TOKEN=<your-token> KEY=sk-your-key-goes-here-and-nowhere-else-at-all
        RUN git clone https://ci:\${TOKEN}@github.com/team/app.git && git clone https://$USER:$PASSWORD@github.com/team/b.git`,
    },
    {
      title: 'Shapes that only come close',
      good: `
        FROM debian:12
        ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305 IMAGE=registry.example.com:5000/team/app@sha256:abcd
        RUN grep -q "BEGIN RSA PRIVATE KEY" key.pem && curl -fsSL https://example.com:8443/a@b
        RUN pip install task-scheduler-with-a-very-long-name-indeed-and-more`,
    },
  ],
  *check(file) {
    for (const shape of SHAPES) {
      for (const place of placesOf(file, shape.pattern)) {
        if (isBelieved(shape, place.text))
          yield {
            at: place,
            message: say`This reads like ${shape.name}, and is there for everybody who sees the file or the image.`,
          };
      }
    }
    for (const place of placesOf(file, ADDRESS_WITH_PASSWORD.pattern)) {
      const isKnown = SHAPES.some(({ pattern }) => place.text.search(pattern) >= 0);
      if (isKnown || !isBelieved(ADDRESS_WITH_PASSWORD, place.text)) continue;
      yield {
        at: place,
        message: say`The address has a password in it, for everybody who sees the file or the image.`,
      };
    }
  },
});
