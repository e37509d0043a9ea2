import { replaceBetween, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'tag-beside-digest',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'all',
  tags: ['base-image', 'clarity'],
  since: 'next',
  peers: { sonar: ['S8431'] },
  summary: 'Give a base image a tag or a digest, not both.',
  docs: `
Beside a digest the tag is not read. Once the digest is raised and the tag is not, it tells a version that is not there.

Keep one of them. Leave the rule off where the tag is there for readers, or for a tool that raises both, as Renovate and
Dependabot do.`,
  sources: { 'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from' },
  examples: [
    {
      title: 'Both',
      bad: `
        FROM debian:«12»@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028`,
      good: `
        FROM debian@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028`,
    },
    {
      title: 'Behind a port',
      bad: `
        FROM registry.example.com:5000/app:«1.2»@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028 AS app`,
      good: `
        FROM registry.example.com:5000/app@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028 AS app`,
    },
    {
      title: 'One of them, or none',
      good: `
        FROM debian:12
        FROM debian@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028
        FROM registry.example.com:5000/app@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028
        FROM scratch`,
    },
  ],
  *check(file) {
    for (const { image } of file.all('FROM')) {
      const { tag, digest, nameWord } = image;
      if (!tag || !digest) continue;
      yield {
        at: tag,
        message: say`${tag.text} is not read beside a digest.`,
        fix: suggestion('Leave the tag out', replaceBetween(nameWord, digest, '@')),
      };
    }
  },
});
