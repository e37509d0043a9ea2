import { PRACTICES, type Practice } from '../knowledge/practices.js';
import type { Kind } from '../model/index.js';
import type { Example, Option, Rule } from '../rule.js';
import { dedent, unmarked } from './example.js';
import { commentMark } from './suppressions.js';
import { isShellCheckCode } from './names.js';
import { PROFILES, SEVERITIES, defaultFor } from './settings.js';

const HOME = 'https://github.com/plimsoll/plimsoll/blob/main/docs/rules';

/** The address of a rule's page. */
export const addressOf = (id: string): string =>
  isShellCheckCode(id) ? `https://www.shellcheck.net/wiki/${id}` : `${HOME}/${id}.md`;

/** What one rule may be set to: the schema of the config file and of the editor's setting. */
export const schemaOf = ({ id, summary, options = {} }: Rule): object => ({
  description: summary,
  markdownDescription: `${summary} [${id}](${addressOf(id)})`,
  anyOf: [
    { enum: ['off', ...SEVERITIES] },
    {
      type: 'object',
      additionalProperties: false,
      properties: {
        severity: { enum: ['off', ...SEVERITIES] },
        ...Object.fromEntries(Object.entries(options).map(([name, option]) => [name, optionSchema(option)])),
      },
    },
  ],
});

function optionSchema(option: Option): object {
  const common = { description: option.about, default: defaultFor(option, 'recommended') };
  switch (option.type) {
    case 'strings':
      return { ...common, type: 'array', items: { type: 'string' } };
    case 'choice':
      return { ...common, enum: option.of };
    case 'map':
      return { ...common, type: 'object', additionalProperties: { enum: option.of } };
    case 'integer':
      return { ...common, type: 'integer', ...bounds(option) };
    case 'text':
      return { ...common, type: 'string' };
    case 'boolean':
      return { ...common, type: 'boolean' };
  }
}

const bounds = ({ min, max }: { readonly min?: number; readonly max?: number }): object => ({
  ...(min === undefined ? {} : { minimum: min }),
  ...(max === undefined ? {} : { maximum: max }),
});

/** The schema of the `rules` map, and of a whole config file. */
export const rulesSchema = (rules: readonly Rule[]): object => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(rules.map((rule) => [rule.id, schemaOf(rule)])),
  patternProperties: {
    '^SC[1-3][0-9]{3}$': { description: 'What ShellCheck finds.', enum: ['off', ...SEVERITIES] },
  },
});

export function configSchema(rules: readonly Rule[]): object {
  const shared = {
    extends: { enum: PROFILES, description: 'The profile that says which rules run.', default: 'recommended' },
    failOn: {
      enum: [...SEVERITIES, 'never'],
      description: 'The lowest severity that fails a run of the command line.',
      default: 'warning',
    },
    inlineIgnores: {
      type: 'boolean',
      description: 'Whether comments in the files may silence findings.',
      default: true,
    },
    context: { type: 'string', description: 'The folder of the build context, from the folder of this file.' },
    rules: { $ref: '#/definitions/rules' },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Plimsoll',
    description: 'How Plimsoll judges the files of this folder.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...shared,
      overrides: {
        type: 'array',
        description: 'Other settings for some of the files. Later entries win.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['files'],
          properties: {
            files: {
              description: 'Globs, from the folder of this file.',
              anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
            },
            ...shared,
          },
        },
      },
    },
    definitions: { rules: { description: 'Severities and options by rule.', ...rulesSchema(rules) } },
  };
}

/** Whether a rule mends what it finds, as its examples show: by safe fixes, by suggestions or choices, or not at all. */
export function fixability({ examples }: Rule): 'fix' | 'choice' | 'none' {
  if (examples.some(({ bad, good }) => bad !== undefined && good !== undefined)) return 'fix';
  return examples.some(({ choices }) => choices) ? 'choice' : 'none';
}

/** One row of the README's table. */
export function rowOf(rule: Rule): string {
  const { id, severity, profile, summary, peers = {} } = rule;
  const codes = Object.values(peers).flat().join(', ');
  const fix = { fix: 'yes', choice: 'choices', none: '' }[fixability(rule)];
  return `| [${id}](docs/rules/${id}.md) | ${severity} | ${profile} | ${fix} | ${summary} | ${codes} |`;
}

/** The rule's page, in Markdown. */
export function pageOf(rule: Rule): string {
  const {
    id,
    kinds,
    severity,
    profile,
    tags,
    since,
    summary,
    docs,
    sources = {},
    peers = {},
    options = {},
    examples,
  } = rule;
  const mark = commentMark(kinds[0] ?? 'dockerfile');
  const facts = [
    `**Severity** ${severity}`,
    `**Profile** ${profile}`,
    `**Files** ${kinds.join(', ')}`,
    `**Tags** ${tags.join(', ')}`,
    `**Since** ${since}`,
  ];
  const sections = [
    `# ${id}`,
    summary,
    facts.join(' · '),
    docs.trim(),
    ...optionsSection(options),
    '## Examples',
    ...examples.flatMap((example) => exampleSection(rule, example)),
    ...peersSection(peers),
    ...practicesSection(id),
    ...(Object.keys(sources).length === 0
      ? []
      : [
          '## Read on',
          Object.entries(sources)
            .map(([title, address]) => `- [${title}](${address})`)
            .join('\n'),
        ]),
    '## Leave it out',
    [
      `For one ${mark === '#' ? 'instruction' : 'property'}, put \`${mark} plimsoll ignore=${id} reason\` above it; for a file, \`${mark} plimsoll ignore-file=${id} reason\`.`,
      `For all files, write \`${id}: off\` under \`rules\` in \`.plimsoll.yaml\`.`,
    ].join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function optionsSection(options: Readonly<Record<string, Option>>): readonly string[] {
  const rows = Object.entries(options).map(([name, option]) => {
    const defaults = PROFILES.map((profile) => JSON.stringify(defaultFor(option, profile)));
    const isSame = new Set(defaults).size === 1;
    const shown = isSame
      ? `\`${defaults[0]}\``
      : PROFILES.map((profile, index) => `${profile} \`${defaults[index]}\``).join(', ');
    return `| ${name} | ${option.about} | ${shown} |`;
  });
  return rows.length === 0
    ? []
    : ['## Options', ['| option | what it says | default |', '| --- | --- | --- |', ...rows].join('\n')];
}

/** What each kind of file is written in, by the names that Markdown knows. */
const LANGUAGES: Readonly<Record<Kind, string>> = {
  dockerfile: 'dockerfile',
  shell: 'sh',
  dockerignore: 'text',
  python: 'python',
  nginx: 'nginx',
  devcontainer: 'jsonc',
  project: 'text',
  compose: 'yaml',
  kubernetes: 'yaml',
};

function exampleSection(
  { kinds }: Rule,
  { title, bad, good, options, profile, choices, files, raw, kind }: Example,
): readonly string[] {
  const language = LANGUAGES[kind ?? kinds[0] ?? 'dockerfile'];
  const text = (example: string): string => unmarked(raw ? example : dedent(example)).trimEnd();
  const block = (content: string): string => `\`\`\`${language}\n${text(content)}\n\`\`\``;
  const settings = [
    ...(profile ? [`profile \`${profile}\``] : []),
    ...Object.entries(options ?? {}).map(([name, value]) => `\`${name}: ${JSON.stringify(value)}\``),
  ];
  return [
    `### ${title}`,
    ...(settings.length > 0 ? [`With ${settings.join(', ')}.`] : []),
    ...Object.entries(files ?? {}).map(
      ([path, content]) => `With \`${path}\`:\n\n\`\`\`\n${content.trimEnd()}\n\`\`\``,
    ),
    ...(bad === undefined ? [] : ['Reported:', block(bad)]),
    ...(good === undefined ? [] : [bad === undefined ? 'Not reported:' : 'After the fix:', block(good)]),
    ...Object.entries(choices ?? {}).flatMap(([choice, result]) => [`After “${choice}”:`, block(result)]),
  ];
}

/** What the other tools are called. */
export const TOOLS: Readonly<Record<string, string>> = {
  hadolint: 'hadolint',
  buildkit: 'BuildKit',
  parfum: 'docker-parfum',
  'dockerfile-utils': 'dockerfile-utils',
  tally: 'tally',
  sonar: 'SonarQube',
  trivy: 'Trivy',
  checkov: 'checkov',
  kics: 'KICS',
  dockle: 'Dockle',
  semgrep: 'Semgrep',
  shellcheck: 'ShellCheck',
};

function peersSection(peers: NonNullable<Rule['peers']>): readonly string[] {
  const lines = Object.entries(peers).map(([peer, codes]) => `- ${TOOLS[peer] ?? peer}: ${codes.join(', ')}`);
  return lines.length === 0 ? [] : ['## In other tools', lines.join('\n')];
}

/** The practices of the article that a rule carries, by their numbers. */
function practicesSection(id: string): readonly string[] {
  const lines = PRACTICES.flatMap(({ title, rules }, index) =>
    rules.includes(id) ? [`- ${index + 1}. ${title}`] : [],
  );
  return lines.length === 0
    ? []
    : ['## Practices', `From [the practices of the article](../practices.md):`, lines.join('\n')];
}

/** The page of all practices, in Markdown: each with its rules, an example before and after, and what has changed. */
export function practicesPage(rules: readonly Rule[]): string {
  const sections = PRACTICES.flatMap((practice, index) => practiceSection(practice, index + 1, rules));
  return `${[
    '# The practices',
    `The ${PRACTICES.length} practices of the article [Best practices for making container images](https://e-whisper.com/posts/8023/), in its order, each with the rules that carry it, the first example of the first of them, and what has changed since the article was written.`,
    ...sections,
  ].join('\n\n')}\n`;
}

function practiceSection(
  { title, rules: ids, features = [], since }: Practice,
  number: number,
  rules: readonly Rule[],
): string[] {
  const carrying = ids.flatMap((id) => rules.find((rule) => rule.id === id) ?? []);
  const rows = carrying.map(({ id, summary }) => `- [${id}](rules/${id}.md): ${summary}`);
  const [example] = carrying.flatMap((rule) => {
    const { examples } = rule;
    const best = examples.find(({ bad, good }) => bad !== undefined && good !== undefined);
    const shown = best ?? examples.find(({ bad }) => bad !== undefined);
    return shown ? [exampleSection(rule, shown).slice(1)] : [];
  });
  return [
    `## ${number}. ${title}`,
    [...rows, ...features.map((feature) => `- ${feature}`)].join('\n'),
    ...(since === undefined ? [] : [`**Since the article:** ${since}`]),
    ...(example ?? []),
  ];
}

/** What a hover over a squiggle says of the rule: the sentence, the harm, where to read on. */
export function hoverOf(rule: Rule): {
  readonly summary: string;
  readonly why: string;
  readonly links: readonly string[];
} {
  const { id, docs, sources = {} } = rule;
  return {
    summary: rule.summary,
    why: docs.trim().split('\n\n')[0] ?? '',
    links: [
      `[${id}](${addressOf(id)})`,
      ...Object.entries(sources).map(([title, address]) => `[${title}](${address})`),
    ],
  };
}
