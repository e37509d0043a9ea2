import {
  CONFIG_NAMES,
  defaultSettings,
  HADOLINT_CONFIG_NAMES,
  readConfig,
  readHadolintConfig,
  type Config,
  type Profile,
  type Rule,
  type RuleSetting,
  type Settings,
  type ShellCheck,
} from '@plimsoll/rules';
import { access, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { documentOf } from './document.js';
import { decode } from './encoding.js';
import { reason, type Target } from './files.js';
import type { Finding } from './findings.js';
import { isInside, pathFrom } from './roots.js';
import { UsageError } from './usage.js';

export interface ConfigChoice {
  readonly rules: readonly Rule[];
  readonly cwd: string;
  /** The one config file to use, absolute. */
  readonly file?: string;
  /** No config file at all. */
  readonly isolated: boolean;
  readonly profile?: Profile;
  readonly inlineIgnores: boolean;
  /** Only these rules run, whatever else is set; undefined: those that the settings name. */
  readonly select?: readonly Rule[] | undefined;
  /** These do not. */
  readonly ignore: readonly Rule[];
  readonly shellcheck?: ShellCheck;
  /** Codes of ShellCheck that are not to be reported. */
  readonly ignoredCodes: readonly string[];
  /** An ISO date. */
  readonly today: string;
}

/** The config files of a run, each read once. */
export class Configs {
  private readonly files = new Map<string, Promise<ConfigFile | undefined>>();
  /** Mistakes in the files read so far, as findings. */
  readonly findings: Finding[] = [];
  /** Config files that are there and cannot be read. */
  readonly problems: string[] = [];
  /** What is worth knowing about the choice of config files. */
  readonly notes = new Set<string>();

  constructor(private readonly choice: ConfigChoice) {}

  /** Reads the file that the user named, which has to be there. */
  async open(): Promise<void> {
    const { file, cwd } = this.choice;
    if (file === undefined) return;
    const found = await this.at(file);
    if (!found) throw new UsageError(this.problems[0] ?? `${pathFrom(cwd, file)}: no such config file`);
  }

  /** What holds for a file: the nearest config file upward, no further than its root. Flags win over it. */
  async settingsFor(target: Target): Promise<Settings> {
    const { profile, inlineIgnores, today, shellcheck } = this.choice;
    const config = await this.configFor(target);
    const settings = config?.settingsFor(target, today) ?? defaultSettings(today);
    return {
      ...settings,
      ...(profile ? { profile } : {}),
      ...(inlineIgnores ? {} : { inlineIgnores }),
      ...(shellcheck ? { shellcheck } : {}),
      rules: this.chosen(settings.rules),
    };
  }

  /** The settings of the rules once the flags have said which of them run. */
  private chosen(set: Settings['rules']): Settings['rules'] {
    const { rules, select, ignore, ignoredCodes } = this.choice;
    if (!select && ignore.length === 0 && ignoredCodes.length === 0) return set;
    const chosen: Record<string, RuleSetting> = { ...set };
    for (const code of ignoredCodes) chosen[code] = { severity: 'off' };
    for (const rule of select ? rules : ignore) {
      if (!select?.includes(rule) || ignore.includes(rule)) chosen[rule.id] = { severity: 'off' };
      else {
        const { severity, options = {} } = set[rule.id] ?? {};
        chosen[rule.id] = { ...(severity && severity !== 'off' ? { severity } : {}), options };
      }
    }
    return chosen;
  }

  private async configFor({ absolute, root }: Target): Promise<ConfigFile | undefined> {
    const { isolated, file } = this.choice;
    if (isolated) return undefined;
    if (file !== undefined) return this.at(file);
    const ours = await this.nearest(CONFIG_NAMES, dirname(absolute), root);
    const hadolints = await this.nearest(HADOLINT_CONFIG_NAMES, dirname(absolute), root, ours !== undefined);
    if (ours && hadolints) this.notes.add(`${hadolints.shown}: not read, since ${ours.shown} holds`);
    return ours ?? hadolints;
  }

  private async nearest(
    names: readonly string[],
    from: string,
    root: string,
    onlyLooks = false,
  ): Promise<ConfigFile | undefined> {
    for (let folder = from; isInside(folder, root); folder = dirname(folder)) {
      for (const name of names) {
        const path = join(folder, name);
        const found = onlyLooks ? await this.glimpse(path) : await this.at(path);
        if (found) return found;
      }
      if (folder === dirname(folder)) break;
    }
    return undefined;
  }

  /** A file that is there but does not count: nothing in it is a mistake of anybody's. */
  private async glimpse(path: string): Promise<ConfigFile | undefined> {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    return isThere
      ? new ConfigFile({ problems: [], settingsFor: () => defaultSettings('') }, path, this.choice.cwd)
      : undefined;
  }

  private at(path: string): Promise<ConfigFile | undefined> {
    const known = this.files.get(path);
    if (known) return known;
    const reading = this.read(path);
    this.files.set(path, reading);
    return reading;
  }

  private async read(path: string): Promise<ConfigFile | undefined> {
    const shown = pathFrom(this.choice.cwd, path);
    const bytes = await readFile(path).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (bytes instanceof Error) {
      if (bytes.code !== 'ENOENT' && bytes.code !== 'ENOTDIR') this.problems.push(`${shown}: ${reason(bytes)}`);
      return undefined;
    }
    const decoded = decode(bytes);
    if ('problem' in decoded) {
      this.problems.push(`${shown}: ${decoded.problem}`);
      return undefined;
    }
    const read = isHadolints(path) ? readHadolintConfig : readConfig;
    const config = read(decoded.text, this.choice.rules);
    const document = documentOf(shown, decoded.text);
    for (const { span, message, severity } of config.problems) {
      const at = { document, span };
      this.findings.push({ at, rule: 'config', severity, message, peers: [], choices: [], related: [] });
    }
    return new ConfigFile(config, path, this.choice.cwd);
  }
}

/** Whether a config file is one of hadolint's, by its name. */
const isHadolints = (path: string): boolean => /^\.?hadolint\.ya?ml$/.test(basename(path));

/** A config file in its place: what it says of paths is said from its folder. */
class ConfigFile {
  readonly shown: string;
  private readonly folder: string;

  constructor(
    private readonly config: Config,
    path: string,
    cwd: string,
  ) {
    this.shown = pathFrom(cwd, path);
    this.folder = dirname(path);
  }

  settingsFor({ absolute, root }: Target, today: string): Settings {
    const settings = this.config.settingsFor(pathFrom(this.folder, absolute), today);
    if (settings.context === undefined) return settings;
    return { ...settings, context: pathFrom(root, resolve(this.folder, settings.context)) };
  }
}
