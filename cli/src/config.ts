import {
  CONFIG_NAMES,
  defaultSettings,
  readConfig,
  type Config,
  type Profile,
  type Rule,
  type Settings,
} from '@plimsoll/rules';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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
    const { profile, inlineIgnores, today } = this.choice;
    const config = await this.configFor(target);
    const settings = config?.settingsFor(target, today) ?? defaultSettings(today);
    return { ...settings, ...(profile ? { profile } : {}), ...(inlineIgnores ? {} : { inlineIgnores }) };
  }

  private async configFor({ absolute, root }: Target): Promise<ConfigFile | undefined> {
    const { isolated, file } = this.choice;
    if (isolated) return undefined;
    if (file !== undefined) return this.at(file);
    for (let folder = dirname(absolute); isInside(folder, root); folder = dirname(folder)) {
      for (const name of CONFIG_NAMES) {
        const found = await this.at(join(folder, name));
        if (found) return found;
      }
      if (folder === dirname(folder)) break;
    }
    return undefined;
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
    const config = readConfig(decoded.text, this.choice.rules);
    const document = documentOf(shown, decoded.text);
    for (const { span, message } of config.problems) {
      const at = { document, span };
      this.findings.push({ at, rule: 'config', severity: 'error', message, peers: [], choices: [], related: [] });
    }
    return new ConfigFile(config, dirname(path));
  }
}

/** A config file in its place: what it says of paths is said from its folder. */
class ConfigFile {
  constructor(
    private readonly config: Config,
    private readonly folder: string,
  ) {}

  settingsFor({ absolute, root }: Target, today: string): Settings {
    const settings = this.config.settingsFor(pathFrom(this.folder, absolute), today);
    if (settings.context === undefined) return settings;
    return { ...settings, context: pathFrom(root, resolve(this.folder, settings.context)) };
  }
}
