import { isReference } from '../../knowledge/references.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'from-arg-default-invalid',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['correctness'],
  since: 'next',
  peers: { buildkit: ['InvalidDefaultArgInFrom'], 'dockerfile-utils': ['BASE_NAME_EMPTY'] },
  summary: 'Give an ARG of FROM a default that makes an image of it.',
  docs: `
\`ARG TAG\` and \`FROM debian:$TAG\` build only for those who know which \`--build-arg\` to give: without it the
reference is \`debian:\`, and the build stops. Tools that read the file alone cannot tell the image at all.

Give the ARG a default: \`ARG TAG=12\`.`,
  sources: {
    InvalidDefaultArgInFrom: 'https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/',
  },
  examples: [
    {
      title: 'No tag, no image',
      bad: `
        ARG TAG
        ARG IMAGE
        FROM «debian:$TAG»
        FROM «$IMAGE»`,
      except: ['behind another stage'],
    },
    {
      title: 'Part of a name',
      bad: `
        ARG TEAM
        FROM «registry.example.com/\${TEAM}/app»`,
      except: ['behind another stage'],
    },
    {
      title: 'A default, in the word or in the ARG, and a part that may be empty',
      good: `
        ARG TAG=12
        ARG SUFFIX
        ARG OTHER
        FROM debian:$TAG
        FROM debian:12$SUFFIX
        FROM debian:\${OTHER:-12}
        FROM $UNDECLARED`,
      except: ['behind another stage'],
    },
  ],
  *check(file) {
    const declared = new Map(
      file.globalArgs.flatMap(({ pairs }) => pairs.map((pair) => [pair.name.text, pair.value?.text ?? ''] as const)),
    );
    for (const { base, image } of file.all('FROM')) {
      const { word } = image;
      if (word.literal || base !== image) continue;
      let text = '';
      let isOurs = true;
      let isEmpty = false;
      for (const part of word.parts) {
        if (part.kind === 'text') text += part.text;
        else if (part.kind === 'substitution') isOurs = false;
        else {
          const value = declared.get(part.name);
          const operand = part.operand?.map((inner) => (inner.kind === 'text' ? inner.text : '')).join('') ?? '';
          const fallback = part.operator === ':-' || part.operator === '-' ? operand : '';
          if (value === undefined || value.includes('$') || (part.operator !== undefined && fallback === ''))
            isOurs = false;
          isEmpty ||= (value ?? '') === '' && fallback === '';
          text += value === '' || value === undefined ? fallback : value;
        }
      }
      if (!isOurs || !isEmpty || isReference(text)) continue;
      yield {
        at: word,
        message:
          text === ''
            ? say`Without a build argument ${word.text} is nothing.`
            : say`Without a build argument the image is ${text}, which is none.`,
        peers: ['buildkit/InvalidDefaultArgInFrom', ...(text === '' ? ['dockerfile-utils/BASE_NAME_EMPTY'] : [])],
      };
    }
  },
});
