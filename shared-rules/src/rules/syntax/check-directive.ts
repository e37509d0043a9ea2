import { rule, say } from '../../rule.js';

export default rule({
  id: 'check-directive',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  summary: 'Write the check directive as skip=…;error=true.',
  docs: `
\`# check=\` takes options that are set apart by semicolons: \`skip\` and \`experimental\` with names of checks, and
\`error\` with true or false. A builder refuses anything else, and with it the whole build.

Names of checks that BuildKit does not know are no mistake: it reads over them.`,
  sources: { 'check directive': 'https://docs.docker.com/reference/dockerfile/#check' },
  examples: [
    {
      title: 'A name without a value',
      bad: `
        # check=«error»
        FROM debian:12`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'An option that is none, one without a value, a value that is none',
      bad: `
        # check=«skip»;error=«maybe»;«skips»=all
        FROM debian:12`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'What it takes',
      good: `
        # check=skip=JSONArgsRecommended,StageNameCasing;error=true;experimental=all
        FROM debian:12`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'Further down it is a comment for one instruction',
      good: `
        FROM debian:12
        # check=skips=all
        RUN make`,
    },
  ],
  *check(file) {
    for (const { name, value } of file.directives) {
      if (name.text.toLowerCase() !== 'check') continue;
      let start = 0;
      for (const option of value.text.split(';')) {
        const equals = option.indexOf('=');
        const key = (equals < 0 ? option : option.slice(0, equals)).trim();
        const text = equals < 0 ? '' : option.slice(equals + 1).trim();
        const keyAt = start + option.indexOf(key);
        const textAt = start + option.lastIndexOf(text);
        start += option.length + 1;
        if (!OPTIONS.has(key)) {
          yield {
            at: value.part(keyAt, keyAt + key.length) ?? value,
            message: say`check knows skip, error and experimental, not ${key}.`,
          };
        } else if (equals < 0)
          yield { at: value.part(keyAt, keyAt + key.length) ?? value, message: say`${key} needs a value: ${key}=….` };
        else if (key === 'error' && !BOOLEANS.has(text))
          yield { at: value.part(textAt, textAt + text.length) ?? value, message: say`error is true or false.` };
      }
    }
  },
});

const OPTIONS: ReadonlySet<string> = new Set(['skip', 'error', 'experimental']);
/** What Go's ParseBool takes. */
const BOOLEANS: ReadonlySet<string> = new Set('1 t T TRUE true True 0 f F FALSE false False'.split(' '));
