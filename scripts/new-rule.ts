/**
 * Begins a rule: one file with an example that fails until the check is written.
 *
 *   npm run new-rule packages/apt-assume-yes
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rules = join(root, 'shared-rules/src/rules');
const [name = ''] = process.argv.slice(2);
const [topic = '', id = ''] = name.split('/');

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}

if (!/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(name))
  refuse('Usage: npm run new-rule TOPIC/RULE-ID, both in kebab-case.');
const taken = readdirSync(rules, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(`/${id}.ts`));
if (taken !== undefined) refuse(`The rule ${id} is there already: ${taken}`);

const path = join(rules, topic, `${id}.ts`);
if (existsSync(path)) refuse(`${path} is there already.`);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(
  path,
  `import { rule, say } from '../../rule.js';

export default rule({
  id: '${id}',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: [],
  since: 'next',
  summary: 'Say in one imperative sentence what to do.',
  docs: \`
The harm comes first: what happens, to whom, when.

Then the remedy, and when to leave the rule off.\`,
  sources: { 'Dockerfile reference': 'https://docs.docker.com/reference/dockerfile/' },
  examples: [
    {
      title: 'What is reported',
      bad: \`
        FROM «debian:12»\`,
    },
    {
      title: 'Another thing that is reported',
      bad: \`
        FROM «alpine:3»\`,
    },
    {
      title: 'What is not',
      good: \`
        FROM scratch\`,
    },
  ],
  *check(file) {
    for (const from of file.all('FROM')) {
      if (from.image.name === '${id}') yield { at: from.image, message: say\`\${from.image.name} is what this rule is about.\` };
    }
  },
});
`,
);
console.log(`Written: shared-rules/src/rules/${topic}/${id}.ts
Next: npm run generate, write the check until npx mocha -g ${id} is green, npm run generate.`);
