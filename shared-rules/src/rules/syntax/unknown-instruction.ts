import { replaceKeyword, suggestion } from '../../edit.js';
import { INSTRUCTIONS } from '../../knowledge/instructions.js';
import { nearestNames } from '../../knowledge/nearest.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'unknown-instruction',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['UNKNOWN_INSTRUCTION'] },
  summary: 'Begin every line with an instruction that the builder knows.',
  docs: `
A builder stops at the first word that is no instruction. Often it is a slip of the finger; where the line goes on with
what the line above has begun, a backslash is missing at the end of that one.

Write the instruction that is meant, or put the backslash at the end of the line above.`,
  sources: { 'Dockerfile reference': 'https://docs.docker.com/reference/dockerfile/#overview' },
  examples: [
    {
      title: 'A slip of the finger',
      bad: `
        FROM debian:12
        «WROKDIR» /srv
        «VOLUEM» /data`,
      good: `
        FROM debian:12
        WORKDIR /srv
        VOLUME /data`,
      except: ['with lower-case keywords'],
    },
    {
      title: 'A line that belongs to the one above',
      bad: `
        FROM debian:12
        RUN apt-get update
            «&&» apt-get install -y curl`,
    },
    {
      title: 'In a trigger',
      bad: `
        FROM debian:12
        ONBUILD «RNU» make`,
      good: `
        FROM debian:12
        ONBUILD RUN make`,
      except: ['with lower-case keywords'],
    },
    {
      title: 'Any case will do',
      good: `
        FROM debian:12
        Run make
        healthcheck NONE`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('UNKNOWN')) {
      const { text } = node.head;
      if (text === '') continue;
      const [near] = nearestNames(text, KEYWORDS, 1, 2);
      yield {
        at: node.head,
        message: near
          ? say`${text} is no instruction of a Dockerfile; ${near} may be meant.`
          : say`${text} is no instruction of a Dockerfile.`,
        fix:
          near === undefined || node.body.text.trim() === ''
            ? undefined
            : suggestion(`Write ${near}`, replaceKeyword(node, near)),
      };
    }
  },
});

const KEYWORDS = Object.keys(INSTRUCTIONS);
