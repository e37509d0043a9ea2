import picomatch from 'picomatch';
import { isMap, isScalar, isSeq, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Option, Profile, Rule, Severity } from '../rule.js';
import type { Config, ConfigProblem, RuleSetting, Settings } from './api.js';
import { isShellCheckCode, RuleNames } from './names.js';
import { didYouMean } from '../knowledge/nearest.js';
import { PROFILES, refusalOf, SEVERITIES } from './settings.js';

/** The names of a config file, in the order they are looked for in a folder. */
export const CONFIG_NAMES = ['.plimsoll.yaml', '.plimsoll.yml', '.plimsoll.json'] as const;

/** The mistakes of a config file, each at its place. */
export class Problems {
  readonly all: ConfigProblem[] = [];

  report(node: Node, message: string, severity: ConfigProblem['severity'] = 'error'): void {
    const [start, end] = node.range ?? [0, 0];
    this.all.push({ span: { start, end }, message, severity });
  }
}

/** The root of a YAML text; what is broken in it is a problem at its place. */
export function readYaml(text: string, problems: Problems): Node | null {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    problems.all.push({ span: { start: pos[0], end: Math.max(pos[1], pos[0]) }, message, severity: 'error' });
  }
  return document.contents;
}

interface Layer {
  readonly profile?: Profile;
  readonly context?: string;
  readonly failOn?: Severity | 'never';
  readonly inlineIgnores?: boolean;
  readonly rules: Readonly<Record<string, RuleSetting>>;
}

/** Reads a config file. What is wrong in it is a problem at its place; everything else holds. */
export function readConfig(text: string, rules: readonly Rule[]): Config {
  const problems = new Problems();
  const { base, overrides } = new ConfigReader(new RuleNames(rules), problems).read(readYaml(text, problems));
  return {
    problems: problems.all,
    settingsFor(path, today): Settings {
      const layers = [base, ...overrides.filter(({ matches }) => matches(path)).map(({ layer }) => layer)];
      return {
        profile: layers.findLast(({ profile }) => profile !== undefined)?.profile ?? 'recommended',
        rules: Object.assign({}, ...layers.map((layer) => layer.rules)) as Settings['rules'],
        ...lastOf(layers, 'context'),
        ...lastOf(layers, 'failOn'),
        ...lastOf(layers, 'inlineIgnores'),
        today,
      };
    },
  };
}

/** Reads what an editor has set: the same keys as a config file, as plain data. Bad values are problems without a place. */
export function readEditorSettings(settings: unknown, rules: readonly Rule[]): Config {
  return readConfig(JSON.stringify(settings ?? {}), rules);
}

/** What the last layer that has the key says; nothing where none has it. */
function lastOf<K extends 'context' | 'failOn' | 'inlineIgnores'>(layers: readonly Layer[], key: K): Pick<Layer, K> {
  const value = layers.findLast((layer) => layer[key] !== undefined)?.[key];
  return (value === undefined ? {} : { [key]: value }) as Pick<Layer, K>;
}

interface Override {
  readonly matches: (path: string) => boolean;
  readonly layer: Layer;
}

const NO_LAYER: Layer = { rules: {} };

class ConfigReader {
  constructor(
    private readonly names: RuleNames,
    private readonly problems: Problems,
  ) {}

  read(root: Node | null): { base: Layer; overrides: readonly Override[] } {
    if (root === null || (isScalar(root) && root.value === null)) return { base: NO_LAYER, overrides: [] };
    if (!isMap(root)) {
      this.report(root, 'A config file holds keys such as extends and rules.');
      return { base: NO_LAYER, overrides: [] };
    }
    const overrides: Override[] = [];
    const base = this.layer(root, (key, value, node) => {
      if (key !== 'overrides') return false;
      overrides.push(...this.overrides(value, node));
      return true;
    });
    return { base, overrides };
  }

  private overrides(value: unknown, key: Node): readonly Override[] {
    if (!isSeq(value)) {
      this.report(key, 'overrides is a list of entries with files and rules.');
      return [];
    }
    return value.items.flatMap((item) => {
      if (!isMap(item)) {
        this.report(item as Node, 'An override holds the keys files and rules.');
        return [];
      }
      let patterns: readonly string[] | undefined;
      const layer = this.layer(item, (name, files, node) => {
        if (name !== 'files') return false;
        patterns = this.texts(files);
        if (!patterns) this.report(node, 'files is a glob or a list of globs.');
        return true;
      });
      if (!patterns) return [];
      const match = picomatch([...patterns], { dot: true, basename: false });
      return [{ matches: (path: string) => match(path), layer }];
    });
  }

  /** The keys that the file and its overrides share; `other` takes a key that is none of them. */
  private layer(map: YAMLMap, other: (key: string, value: unknown, node: Node) => boolean): Layer {
    let layer: Layer = NO_LAYER;
    for (const { key, value, node } of pairsOf(map)) {
      if (key === 'extends') {
        const profile = PROFILES.find((known) => isScalar(value) && value.value === known);
        if (profile) layer = { ...layer, profile };
        else this.report(nodeOr(value, node), `extends must be one of ${PROFILES.join(', ')}.`);
      } else if (key === 'context') {
        if (isScalar(value) && typeof value.value === 'string') layer = { ...layer, context: folder(value.value) };
        else this.report(nodeOr(value, node), 'context is a folder.');
      } else if (key === 'failOn') {
        const failOn = FAIL_ON.find((known) => isScalar(value) && value.value === known);
        if (failOn) layer = { ...layer, failOn };
        else this.report(nodeOr(value, node), `failOn must be one of ${FAIL_ON.join(', ')}.`);
      } else if (key === 'inlineIgnores') {
        if (isScalar(value) && typeof value.value === 'boolean') layer = { ...layer, inlineIgnores: value.value };
        else this.report(nodeOr(value, node), 'inlineIgnores is true or false.');
      } else if (key === 'rules') {
        layer = { ...layer, rules: this.rules(value, node) };
      } else if (key !== '$schema' && !other(key, value, node)) {
        this.report(node, `${key} is no key of a config file${didYouMean(key, KEYS) || '.'}`);
      }
    }
    return layer;
  }

  private rules(value: unknown, key: Node): Layer['rules'] {
    if (isScalar(value) && value.value === null) return {};
    if (!isMap(value)) {
      this.report(nodeOr(value, key), 'rules holds rules by name, each with a severity or options.');
      return {};
    }
    const result: Record<string, RuleSetting> = {};
    for (const { key: name, value: setting, node } of pairsOf(value)) {
      const rules = this.names.find(name);
      if (isShellCheckCode(name)) {
        const severity = this.codeSeverity(setting, node);
        if (severity) result[name.toUpperCase().replace(/^.*\//, '')] = { severity };
        continue;
      }
      if (rules.length === 0) this.report(node, `${name} is no rule${didYouMean(name, namesOf(this.names)) || '.'}`);
      for (const rule of rules) {
        const read = this.setting(rule, setting, node);
        if (read) result[rule.id] = read;
      }
    }
    return result;
  }

  /** What ShellCheck finds has a severity and no options. */
  private codeSeverity(value: unknown, key: Node): Severity | 'off' | undefined {
    const only =
      isMap(value) && value.items.length === 1 && value.has('severity') ? value.get('severity', true) : value;
    const severity = isScalar(only) ? this.severity(only.value) : undefined;
    if (!severity) this.report(nodeOr(value, key), `must be off, ${SEVERITIES.join(', ')}.`);
    return severity;
  }

  private setting(rule: Rule, value: unknown, key: Node): RuleSetting | undefined {
    if (isScalar(value)) {
      const severity = this.severity(value.value);
      if (severity) return { severity };
      this.report(value, `must be off, ${SEVERITIES.join(', ')} or a map of options.`);
      return undefined;
    }
    if (!isMap(value)) {
      this.report(nodeOr(value, key), `must be off, ${SEVERITIES.join(', ')} or a map of options.`);
      return undefined;
    }
    const options: Record<string, unknown> = {};
    let severity: Severity | 'off' | undefined;
    for (const { key: name, value: given, node } of pairsOf(value)) {
      if (name === 'severity') {
        severity = isScalar(given) ? this.severity(given.value) : undefined;
        if (!severity) this.report(nodeOr(given, node), `severity must be off, ${SEVERITIES.join(', ')}.`);
        continue;
      }
      const option = rule.options?.[name];
      if (!option) {
        const names = ['severity', ...Object.keys(rule.options ?? {})];
        this.report(
          node,
          `${rule.id} has no option ${name}${didYouMean(name, names) || `; it knows ${names.join(', ')}.`}`,
        );
        continue;
      }
      if (option.type === 'map' && isMap(given)) {
        options[name] = this.entries(option, given);
        continue;
      }
      const plain = isNode(given) ? (given.toJSON() as unknown) : given;
      const refusal = refusalOf(option, plain);
      if (refusal === undefined) options[name] = plain;
      else this.report(nodeOr(given, node), `${name} ${refusal}.`);
    }
    return { ...(severity ? { severity } : {}), options };
  }

  /** The entries of a map that have a value they may have. */
  private entries({ of }: Extract<Option, { type: 'map' }>, map: YAMLMap): Readonly<Record<string, string>> {
    const entries: [string, string][] = [];
    for (const { key, value, node } of pairsOf(map)) {
      const found = of.find((known) => isScalar(value) && value.value === known);
      if (found !== undefined) entries.push([key, found]);
      else this.report(nodeOr(value, node), `${key} must be one of ${of.join(', ')}.`);
    }
    return Object.fromEntries(entries);
  }

  /** YAML 1.1 readers turn `off` into false; both are meant the same. */
  private severity(value: unknown): Severity | 'off' | undefined {
    if (value === 'off' || value === false) return 'off';
    return SEVERITIES.find((known) => known === value);
  }

  private texts(value: unknown): readonly string[] | undefined {
    if (isScalar(value) && typeof value.value === 'string') return [value.value];
    if (!isSeq(value)) return undefined;
    const texts = value.items.map((item) =>
      isScalar(item) && typeof item.value === 'string' ? item.value : undefined,
    );
    return texts.every((text) => text !== undefined) ? texts : undefined;
  }

  private report(node: Node, message: string): void {
    this.problems.report(node, message);
  }
}

const KEYS = ['extends', 'context', 'failOn', 'inlineIgnores', 'rules', 'overrides'];
const FAIL_ON: readonly (Severity | 'never')[] = [...SEVERITIES, 'never'];

/** Every name a rule goes by, as it is spelled. */
const namesOf = ({ rules }: RuleNames): readonly string[] =>
  rules.flatMap(({ id, peers = {} }) => [id, ...Object.values(peers).flat()]);

const folder = (path: string): string => path.replace(/^\.\//, '').replace(/\/$/, '').replace(/^\.$/, '');

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'toJSON' in value;
export const nodeOr = (value: unknown, otherwise: Node): Node => (isNode(value) ? value : otherwise);

export function* pairsOf(map: YAMLMap): Iterable<{ key: string; value: unknown; node: Node }> {
  for (const { key, value } of map.items as readonly Pair[]) {
    if (isScalar(key)) yield { key: String(key.value), value, node: key };
  }
}
