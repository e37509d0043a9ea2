import type { ByProfile, Option, Profile, Rule, Severity } from '../rule.js';
import type { RuleSetting, Settings } from './api.js';

export const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const satisfies readonly Severity[];
export const PROFILES = ['recommended', 'strict', 'all'] as const satisfies readonly Profile[];

/** What holds where nobody has set anything. `today` is an ISO date. */
export const defaultSettings = (today: string): Settings => ({ profile: 'recommended', rules: {}, today });

export interface RuleInForce {
  /** Undefined: the rule's own severity, or the finding's. */
  readonly severity: Severity | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** How a rule is to run; undefined when it is off. What the user has set for it switches it on, whatever the profile. */
export function inForce(rule: Rule, { profile, rules }: Settings): RuleInForce | undefined {
  const setting: RuleSetting = rules[rule.id] ?? {};
  if (setting.severity === 'off') return undefined;
  const isMentioned = setting.severity !== undefined || setting.options !== undefined;
  if (!isMentioned && rank(rule.profile) > rank(profile)) return undefined;
  return { severity: setting.severity, options: optionsOf(rule, profile, rules) };
}

const rank = (profile: Profile): number => PROFILES.indexOf(profile);

/** The options of a rule: what is set, for it or for the rule that it shares an option with, else the profile's defaults. */
function optionsOf({ id, options = {} }: Rule, profile: Profile, rules: Settings['rules']): RuleInForce['options'] {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const shared = option.from === undefined ? undefined : rules[option.from]?.options?.[name];
      return [name, rules[id]?.options?.[name] ?? shared ?? defaultFor(option, profile)];
    }),
  );
}

/** The default of an option under a profile. */
export function defaultFor(option: Option, profile: Profile): unknown {
  const value: ByProfile<unknown> = option.default;
  if (typeof value !== 'object' || value === null || !('recommended' in value)) return value;
  const defaults = value as { recommended: unknown; strict?: unknown; all?: unknown };
  return defaults[profile] ?? defaults.recommended;
}

/** Whether a value is one that the option takes; else what it must be. */
export function refusalOf(option: Option, value: unknown): string | undefined {
  switch (option.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'integer': {
      const { min = -Infinity, max = Infinity } = option;
      const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
      return fits ? undefined : `must be a whole number${rangeText(min, max)}`;
    }
    case 'text':
      return typeof value === 'string' ? undefined : 'must be a text';
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? undefined
        : 'must be a list of texts';
    case 'choice':
      return typeof value === 'string' && option.of.includes(value)
        ? undefined
        : `must be one of ${option.of.join(', ')}`;
    case 'map': {
      const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
      const fits = isMap && Object.values(value).every((item) => option.of.includes(item as string));
      return fits ? undefined : `must be a map of names, each with one of ${option.of.join(', ')}`;
    }
  }
}

function rangeText(min: number, max: number): string {
  if (min !== -Infinity && max !== Infinity) return ` from ${min} to ${max}`;
  if (min !== -Infinity) return ` of at least ${min}`;
  return max === Infinity ? '' : ` of at most ${max}`;
}
