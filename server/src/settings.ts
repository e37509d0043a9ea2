import { posix } from 'node:path';

import {
  CONFIG_NAMES,
  HADOLINT_CONFIG_NAMES,
  readConfig,
  readEditorSettings,
  readHadolintConfig,
  type Config,
  type ConfigProblem,
  type Read,
  type Rule,
  type Settings,
} from '@plimsoll/rules';
import { Utils } from 'vscode-uri';

import { canonical, type Place } from './folders.js';

/** What the settings need from the session. */
export interface Sources {
  readonly rules: Promise<readonly Rule[]>;
  readerAt(place: Place): Read;
  /** The section `plimsoll` of the editor's settings, in whatever shape the client sends it. */
  editorSettings(uri: string): Promise<unknown>;
  /** What is wrong in a config file; nothing, once it is mended or gone. */
  report(uri: string, text: string, problems: readonly ConfigProblem[]): void;
  log(message: string): void;
}

/** A config file as it was found. */
interface Found {
  /** From the root, as a document's path. */
  readonly path: string;
  readonly config: Config;
  /** Whether it is hadolint's, which counts where there is none of ours. */
  readonly isHadolints: boolean;
}

/** What the editor says about ShellCheck. No config file has a say: it would name a program to run. */
export interface ShellCheckSettings {
  readonly isEnabled: boolean;
  /** Nothing: the one on the PATH. */
  readonly path: string;
}

interface EditorSettings {
  readonly isEnabled: boolean;
  readonly shellcheck: ShellCheckSettings;
  readonly config: Config;
}

/**
 * How each document is to be judged: by the nearest config file, then by the editor's settings, then by the rules' own.
 * The file comes first, so that the editor and a build server agree.
 */
export class SettingsOfDocuments {
  readonly #sources: Sources;
  /** By root and folder. */
  readonly #nearest = new Map<string, Promise<Found | undefined>>();
  /** By address: what held before the file was broken. */
  readonly #lastGood = new Map<string, Config>();
  readonly #reported = new Map<string, Place>();
  readonly #fromEditor = new Map<string, Promise<EditorSettings>>();
  readonly #complaints = new Set<string>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Undefined: the document is not to be judged. */
  async of(uri: string, place: Place): Promise<Settings | undefined> {
    const [found, { isEnabled, config }] = await Promise.all([this.#nearestTo(place), this.#editorSettingsFor(uri)]);
    if (!isEnabled) return undefined;
    const today = new Date().toISOString().slice(0, 10);
    const fromEditor = config.settingsFor(place.path, today);
    if (!found) return fromEditor;
    const fromFile = found.config.settingsFor(pathFromConfig(found.path, place.path), today);
    return {
      ...fromEditor,
      ...fromFile,
      // hadolint's file knows no profiles.
      ...(found.isHadolints && { profile: fromEditor.profile }),
      ...(fromFile.context !== undefined && { context: pathBelow(folderOf(found.path), fromFile.context) }),
      rules: { ...fromEditor.rules, ...fromFile.rules },
    };
  }

  async shellcheckFor(uri: string): Promise<ShellCheckSettings> {
    return (await this.#editorSettingsFor(uri)).shellcheck;
  }

  /** Config files have changed, come or gone. */
  async forgetFiles(): Promise<void> {
    this.#nearest.clear();
    const reported = [...this.#reported.values()];
    await Promise.all(reported.map((place) => this.check(place)));
  }

  forgetEditor(uri?: string): void {
    if (uri === undefined) this.#fromEditor.clear();
    else this.#fromEditor.delete(uri);
  }

  /** Reads a config file for its problems, whether or not a document needs it. */
  async check(place: Place): Promise<void> {
    const text = await this.#sources.readerAt(place)(place.path);
    if (text !== undefined) await this.#read(place, text);
    else if (place.root) {
      const uri = Utils.joinPath(place.root, place.path).toString();
      this.#reported.delete(uri);
      this.#lastGood.delete(uri);
      this.#sources.report(uri, '', []);
    }
  }

  #nearestTo(place: Place): Promise<Found | undefined> {
    const key = `${place.root?.toString() ?? ''}\n${folderOf(place.path)}`;
    const known = this.#nearest.get(key) ?? this.#search(place);
    this.#nearest.set(key, known);
    return known;
  }

  async #search({ root, path }: Place): Promise<Found | undefined> {
    if (!root) return undefined;
    const place: Place = { root, path };
    const [ours, hadolints] = await Promise.all([
      this.#nearestNamed(CONFIG_NAMES, place),
      this.#nearestNamed(HADOLINT_CONFIG_NAMES, place),
    ]);
    if (ours && hadolints) this.#complain(`${hadolints.place.path} is not read, since ${ours.place.path} holds.`);
    const found = ours ?? hadolints;
    if (!found) return undefined;
    const config = await this.#read(found.place, found.text);
    return { path: found.place.path, config, isHadolints: found === hadolints };
  }

  async #nearestNamed(
    names: readonly string[],
    { root, path }: Place,
  ): Promise<{ readonly place: Place; readonly text: string } | undefined> {
    for (let folder = folderOf(path); ; folder = folderOf(folder.slice(0, -1))) {
      for (const name of names) {
        const place: Place = { root, path: folder + name };
        const text = await this.#sources.readerAt(place)(place.path);
        if (text !== undefined) return { place, text };
      }
      if (folder === '') return undefined;
    }
  }

  async #read(place: Place, text: string): Promise<Config> {
    const read = isHadolints(place.path) ? readHadolintConfig : readConfig;
    const config = read(text, await this.#sources.rules);
    if (!place.root) return config;
    const uri = Utils.joinPath(place.root, place.path).toString();
    this.#reported.set(uri, place);
    this.#sources.report(uri, text, config.problems);
    if (config.problems.some(({ severity }) => severity === 'error')) return this.#lastGood.get(uri) ?? config;
    this.#lastGood.set(uri, config);
    return config;
  }

  #editorSettingsFor(uri: string): Promise<EditorSettings> {
    const known = this.#fromEditor.get(uri) ?? this.#askEditor(uri);
    this.#fromEditor.set(uri, known);
    return known;
  }

  async #askEditor(uri: string): Promise<EditorSettings> {
    const { enable, profile, rules, context, shellcheck } = sectionOf(await this.#sources.editorSettings(uri));
    const asFile = {
      ...(profile === undefined || profile === null ? {} : { extends: profile }),
      ...(rules === undefined || rules === null ? {} : { rules }),
      ...(typeof context === 'string' && context !== '' ? { context } : {}),
    };
    const config = readEditorSettings(asFile, await this.#sources.rules);
    for (const { message } of config.problems) this.#complain(`In the editor's settings for Plimsoll: ${message}`);
    const { enable: asks, path } = shellcheckIn(shellcheck);
    return {
      isEnabled: enable !== false,
      shellcheck: { isEnabled: asks !== false, path: typeof path === 'string' ? path.trim() : '' },
      config,
    };
  }

  /** Says the same thing once, however many documents it concerns. */
  #complain(message: string): void {
    if (this.#complaints.has(message)) return;
    this.#complaints.add(message);
    this.#sources.log(message);
  }
}

/** Whether the address is that of a config file, hadolint's included, by its name. */
export const isConfigFile = (uri: string): boolean => CONFIG_FILES.includes(nameOf(canonical(uri)));

const CONFIG_FILES: readonly string[] = [...CONFIG_NAMES, ...HADOLINT_CONFIG_NAMES];
const isHadolints = (path: string): boolean => HADOLINT_CONFIG_NAMES.some((known) => known === nameOf(path));
const nameOf = (path: string): string => path.replace(/^.*\//, '');

/** With its slash; nothing for the root. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The path from the root of one that is written from a folder. */
const pathBelow = (folder: string, path: string): string => posix.join(folder, path).replace(/^\.?\/?$|\/$/, '');

const pathFromConfig = (config: string, document: string): string => document.slice(folderOf(config).length);

const shellcheckIn = (value: unknown): { readonly enable?: unknown; readonly path?: unknown } =>
  typeof value === 'object' && value !== null ? value : {};

const sectionOf = (value: unknown): EditorSection => (typeof value === 'object' && value !== null ? value : {});

/** The settings that are read, none of them trusted to have the right type. */
interface EditorSection {
  readonly enable?: unknown;
  readonly profile?: unknown;
  readonly rules?: unknown;
  readonly context?: unknown;
  readonly shellcheck?: unknown;
}
