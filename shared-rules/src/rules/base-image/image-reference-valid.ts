import { isTag } from '../../knowledge/references.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'image-reference-valid',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_REFERENCE_FORMAT'] },
  summary: 'Name an image by a tag and a digest that can be one.',
  docs: `
A tag is up to 128 letters, digits, dots, dashes and underscores and begins with none of the first two signs; a digest is an
algorithm, a colon and a number. A builder refuses anything else before it asks a registry.

Correct the reference, or leave the colon or the @ out.`,
  sources: { 'Image references': 'https://docs.docker.com/reference/cli/docker/image/tag/#description' },
  examples: [
    {
      title: 'An empty tag, an empty digest',
      bad: `
        FROM «debian:»
        FROM «debian@»`,
    },
    {
      title: 'A tag and a digest that are none',
      bad: `
        FROM debian:«-12»
        FROM debian:«12!»
        FROM debian@«12»`,
    },
    {
      title: 'References, and such as only the build knows',
      good: `
        FROM localhost:5000/team/debian:12_a.b-c
        FROM debian:12@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        ARG TAG
        FROM debian:$TAG`,
    },
  ],
  *check(file) {
    for (const { image } of file.all('FROM')) {
      const { digest, tag, word } = image;
      if (!word.literal) continue;
      if (tag?.text === '' || digest?.text === '')
        yield { at: word, message: say`${word.text} ends where a tag or a digest is to follow.` };
      else if (tag && !isTag(tag.text)) yield { at: tag, message: say`${tag.text} cannot be a tag.` };
      else if (digest && !/^[\w+.-]+:[\da-f]+$/i.test(digest.text))
        yield { at: digest, message: say`${digest.text} cannot be a digest.` };
    }
  },
});
