import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { didYouMean } from '../knowledge/nearest.js';
import { PEER_CODES, RETIRED_CODES, SYNTAX_CODES } from '../knowledge/peer-codes.js';
import type { Rule, Severity } from '../rule.js';
import type { Config, RuleSetting, Settings } from './api.js';
import { isNode, nodeOr, pairsOf, Problems, readYaml } from './config.js';
import { RuleNames } from './names.js';

/** The names of hadolint's config file, in the order it looks for them. */
export const HADOLINT_CONFIG_NAMES = ['.hadolint.yaml', '.hadolint.yml'] as const;

/** A rule of ours that hadolint's config file sets, and by which of its codes. */
export interface Taken {
  readonly code: string;
  readonly rule: Rule;
  readonly setting: Severity | 'off';
  /** What the file says beside the code. */
  readonly reason?: string | undefined;
}

/** What hadolint's config file says, in our terms. */
export interface HadolintConfig extends Config {
  readonly rules: readonly Taken[];
  /** Codes of ShellCheck's that are switched off or set to a severity. */
  readonly shellcheck: Readonly<Record<string, Severity | 'off'>>;
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly failOn?: Severity | 'never' | undefined;
  readonly ignoresComments: boolean;
  /** Keys that say how hadolint prints, with their values. */
  readonly output: Readonly<Record<string, string>>;
}

const OUR_SEVERITY: Readonly<Record<string, Severity>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  style: 'hint',
};

const THRESHOLDS: Readonly<Record<string, Severity | 'never'>> = { ...OUR_SEVERITY, ignore: 'hint', none: 'never' };

const FORMATS = [
  'tty',
  'json',
  'checkstyle',
  'codeclimate',
  'gitlab_codeclimate',
  'gnu',
  'codacy',
  'sonarqube',
  'sarif',
];

/** Types of labels, and what they are called here. */
const LABEL_TYPES: Readonly<Record<string, string>> = {
  text: 'text',
  rawtext: 'text',
  url: 'url',
  rfc3339: 'rfc3339',
  spdx: 'spdx',
  hash: 'hash',
  semver: 'semver',
  email: 'email',
};

const KEYS = [
  'ignored',
  'override',
  'failure-threshold',
  'trustedRegistries',
  'label-schema',
  'strict-labels',
  'disable-ignore-pragma',
  'no-fail',
  'no-color',
  'format',
];

/** Which rule's option a key stands for; the other rules on labels share that of label-required. */
const OPTIONS = {
  trustedRegistries: ['trusted-registry', 'trustedRegistries'],
  'label-schema': ['label-required', 'labels'],
  'strict-labels': ['label-superfluous', 'strict'],
} as const;

/** Reads hadolint's config file. What is wrong in it is a problem at its place; everything else holds. */
export function readHadolintConfig(text: string, rules: readonly Rule[]): HadolintConfig {
  const problems = new Problems();
  const reader = new Reader(new RuleNames(rules), problems);
  reader.read(readYaml(text, problems));
  const settings = reader.settings();
  return {
    ...reader.result(),
    problems: problems.all,
    settingsFor: (_path, today): Settings => ({ ...settings, today }),
  };
}

class Reader {
  readonly #levels = new Map<string, { readonly level: Severity | 'off'; readonly reason: string | undefined }>();
  readonly #options: Record<string, Record<string, unknown>> = {};
  readonly #output: Record<string, string> = {};
  #failOn: Severity | 'never' | undefined;
  #neverFails = false;
  #ignoresComments = false;

  constructor(
    private readonly names: RuleNames,
    private readonly problems: Problems,
  ) {}

  read(root: Node | null): void {
    if (root === null || (isScalar(root) && root.value === null)) return;
    if (!isMap(root)) {
      this.problems.report(root, 'hadolint’s config file holds keys such as ignored and override.');
      return;
    }
    // What is ignored stays so, whatever an override says, so it is read last.
    const pairs = [...pairsOf(root)].sort((a, b) => Number(a.key === 'ignored') - Number(b.key === 'ignored'));
    for (const { key, value, node } of pairs) this.#key(key, value, node);
  }

  #key(key: string, value: unknown, node: Node): void {
    switch (key) {
      case 'ignored':
        for (const code of this.#codes(value, node, key)) this.#set(code, 'off');
        return;
      case 'override':
        this.#overrides(value, node);
        return;
      case 'failure-threshold':
        this.#failOn = this.#oneOf(value, node, key, THRESHOLDS) ?? this.#failOn;
        return;
      case 'no-fail':
        this.#neverFails = this.#flag(value, node, key) ?? this.#neverFails;
        return;
      case 'disable-ignore-pragma':
        this.#ignoresComments = this.#flag(value, node, key) ?? this.#ignoresComments;
        return;
      case 'strict-labels': {
        const isStrict = this.#flag(value, node, key);
        if (isStrict !== undefined) this.#option(key, isStrict);
        return;
      }
      case 'trustedRegistries': {
        const registries = textsOf(value);
        if (registries) this.#option(key, registries);
        else this.problems.report(nodeOr(value, node), `${key} is a list of registries.`);
        return;
      }
      case 'label-schema':
        this.#labels(value, node);
        return;
      case 'no-color':
        if (this.#flag(value, node, key)) this.#output[key] = 'true';
        return;
      case 'format': {
        const format = this.#oneOf(value, node, key, Object.fromEntries(FORMATS.map((name) => [name, name])));
        if (format !== undefined) this.#output[key] = format;
        return;
      }
      default:
        this.problems.report(node, `${key} is no key of hadolint’s config file${didYouMean(key, KEYS) || '.'}`);
    }
  }

  /** Of several overrides of a code the gravest holds. */
  #overrides(value: unknown, key: Node): void {
    if (isEmpty(value)) return;
    if (!isMap(value)) {
      this.problems.report(
        nodeOr(value, key),
        'override holds lists of codes by severity: error, warning, info, style.',
      );
      return;
    }
    const lists = new Map<string, readonly Scalar[]>();
    for (const { key: name, value: codes, node } of pairsOf(value)) {
      if (name in OUR_SEVERITY) lists.set(name, this.#codes(codes, node, name));
      else {
        const known = Object.keys(OUR_SEVERITY);
        this.problems.report(
          node,
          `${name} is no severity of hadolint’s${didYouMean(name, known) || `; it knows ${known.join(', ')}.`}`,
        );
      }
    }
    for (const [name, severity] of Object.entries(OUR_SEVERITY).reverse()) {
      for (const code of lists.get(name) ?? []) this.#set(code, severity);
    }
  }

  #set(node: Scalar, level: Severity | 'off'): void {
    this.#levels.set(String(node.value), { level, reason: node.comment?.trim() });
  }

  /** The codes of a list that are codes; for the others it is said what is wrong. */
  #codes(value: unknown, key: Node, name: string): readonly Scalar[] {
    if (isEmpty(value)) return [];
    if (!isSeq(value)) {
      this.problems.report(nodeOr(value, key), `${name} is a list of codes.`);
      return [];
    }
    return value.items.flatMap((item) => {
      if (!isScalar(item) || typeof item.value !== 'string') {
        this.problems.report(nodeOr(item, key), `${name} is a list of codes, each a text.`);
        return [];
      }
      const code = item.value;
      // hadolint's codes are told apart by case, too.
      const isRules = this.names.ofPeer('hadolint', code).some(({ peers }) => peers?.hadolint?.includes(code));
      if (isRules || PEER_CODES.hadolint.includes(code) || /^SC\d{4}$/.test(code)) return [item];
      if (RETIRED_CODES.includes(code) || SYNTAX_CODES.includes(`hadolint/${code}`)) return [];
      const known = didYouMean(code, PEER_CODES.hadolint, 1);
      if (/^DL\d{4}$/.test(code))
        this.problems.report(item, `${code} is no code of hadolint’s that is known here${known || '.'}`, 'info');
      else this.problems.report(item, `${code} is no code of hadolint’s${known || '.'}`);
      return [];
    });
  }

  #labels(value: unknown, key: Node): void {
    if (isEmpty(value)) return;
    if (!isMap(value)) {
      this.problems.report(nodeOr(value, key), 'label-schema holds the types of labels by name.');
      return;
    }
    const schema: Record<string, string> = {};
    for (const { key: label, value: type, node } of pairsOf(value)) {
      const text = isScalar(type) && typeof type.value === 'string' ? type.value : '';
      const ours = LABEL_TYPES[text.toLowerCase()];
      if (ours !== undefined) schema[label] = ours;
      else {
        const known = Object.keys(LABEL_TYPES);
        const near = didYouMean(text, known, 2);
        this.problems.report(nodeOr(type, node), `the type of a label is one of ${known.join(', ')}${near || '.'}`);
      }
    }
    this.#option('label-schema', schema);
  }

  #option(key: keyof typeof OPTIONS, value: unknown): void {
    const [id, name] = OPTIONS[key];
    (this.#options[id] ??= {})[name] = value;
  }

  #flag(value: unknown, key: Node, name: string): boolean | undefined {
    if (isScalar(value) && typeof value.value === 'boolean') return value.value;
    this.problems.report(nodeOr(value, key), `${name} is true or false.`);
    return undefined;
  }

  #oneOf<T>(value: unknown, key: Node, name: string, choices: Readonly<Record<string, T>>): T | undefined {
    const text = isScalar(value) && typeof value.value === 'string' ? value.value : '';
    if (Object.hasOwn(choices, text)) return choices[text];
    const known = Object.keys(choices);
    const near = text === '' ? '' : didYouMean(text, known);
    this.problems.report(nodeOr(value, key), `${name} is one of ${known.join(', ')}${near || '.'}`);
    return undefined;
  }

  result(): Omit<HadolintConfig, 'problems' | 'settingsFor'> {
    const levels = [...this.#levels];
    return {
      rules: levels.flatMap(([code, { level, reason }]) =>
        this.names.ofPeer('hadolint', code).map((rule) => ({ code, rule, setting: level, reason })),
      ),
      shellcheck: Object.fromEntries(
        levels.flatMap(([code, { level }]) => (code.startsWith('SC') ? [[code, level]] : [])),
      ),
      options: this.#options,
      failOn: this.#neverFails ? 'never' : this.#failOn,
      ignoresComments: this.#ignoresComments,
      output: this.#output,
    };
  }

  settings(): Omit<Settings, 'today'> {
    const { rules: taken, shellcheck, options, failOn, ignoresComments } = this.result();
    const rules: Record<string, RuleSetting> = {};
    for (const { rule, setting } of taken) rules[rule.id] = { severity: setting };
    for (const [code, severity] of Object.entries(shellcheck)) rules[code] = { severity };
    for (const [id, values] of Object.entries(options)) rules[id] = { ...rules[id], options: values };
    return {
      profile: 'recommended',
      rules,
      ...(failOn === undefined ? {} : { failOn }),
      ...(ignoresComments ? { inlineIgnores: false } : {}),
    };
  }
}

const isEmpty = (value: unknown): boolean => value === null || (isScalar(value) && value.value === null);

function textsOf(value: unknown): readonly string[] | undefined {
  if (isScalar(value) && typeof value.value === 'string') return [value.value];
  const plain: unknown = isNode(value) ? value.toJSON() : undefined;
  return Array.isArray(plain) && plain.every((item): item is string => typeof item === 'string') ? plain : undefined;
}
