import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-from-valid',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['FLAG_INVALID_FROM_VALUE'] },
  summary: 'Let --from name a stage above or an image, without a variable.',
  docs: `
A builder puts no variable into \`--from\`, knows no stage by a number that none has, and cannot copy from a stage that
comes further down. The build stops there.

For an image that a build argument names, make a stage of it: \`FROM $IMAGE AS tools\`.`,
  sources: { 'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from' },
  examples: [
    {
      title: 'A variable, nothing, a sign that begins no name',
      bad: `
        FROM debian:12
        ARG IMAGE
        COPY --from=«$IMAGE» /a /a
        COPY «--from=» /a /a
        COPY --from=«-x» /a /a`,
      except: ['with backticks for continuations'],
    },
    {
      title: 'A number that no stage has',
      bad: `
        FROM debian:12
        COPY --from=«7» /a /a`,
    },
    {
      title: 'A stage, its number, an image',
      good: `
        FROM debian:12 AS build
        FROM debian:12
        COPY --from=build /a /a
        COPY --from=0 /b /b
        COPY --from=nginx:1.29 /c /c`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('COPY')) {
      const flag = node.flag('from');
      if (!flag) continue;
      const { value } = flag;
      const code = ['dockerfile-utils/FLAG_INVALID_FROM_VALUE'];
      if (!value || value.text === '') yield { at: flag, message: say`--from names nothing.`, peers: code };
      else if (!value.literal) {
        yield {
          at: value,
          message: say`A builder puts no variable into --from.`,
          peers: /^[a-z0-9]/i.test(value.text) ? [] : code,
        };
      } else if (!/^[a-z0-9]/i.test(value.text))
        yield { at: value, message: say`${value.text} is neither a stage nor an image.`, peers: code };
      else if (/^\d+$/.test(value.text) && !node.from?.stage && !node.isTrigger)
        yield { at: value, message: say`There is no stage ${value.text} above this one.`, peers: [] };
    }
  },
});
