import {
  isKnownByText,
  kindOf,
  type Analysis,
  type Kind,
  type KnownFiles,
  type Linter,
  type ParseCache,
  type Read,
  type Settings,
  type Source,
} from '@plimsoll/rules';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { canonical, pathFrom, type Place } from './folders.js';

/** All that is known about one version of one document. */
export interface Reading {
  readonly uri: string;
  readonly version: number;
  readonly place: Place;
  readonly source: Source;
  readonly settings: Settings;
  readonly analysis: Analysis;
  /** Reads the files beside the document: what the analysis has seen, then the rest. */
  readonly read: Read;
  /** The files that the analysis has seen. */
  readonly known: KnownFiles;
  /** No two readings share it, not even of the same version. */
  readonly serial: number;
}

/** What the analyses need from the session. */
export interface Surroundings {
  readonly linter: Promise<Linter>;
  document(uri: string): TextDocument | undefined;
  placeOf(uri: string): Place;
  readerAt(place: Place): Read;
  /** Undefined: the document is not to be judged. */
  settingsFor(uri: string, place: Place): Promise<Settings | undefined>;
  /** Told of every reading that leaves something to ask ShellCheck. */
  askShellCheck(reading: Reading): void;
}

/** What is kept with an open document. */
interface State {
  readonly parseCache: ParseCache;
  known: KnownFiles;
  /** Counts the changes around the document, as its version counts those in it. */
  epoch: number;
  latest: { readonly version: number; readonly epoch: number; readonly reading: Reading | undefined } | undefined;
  running: Promise<void> | undefined;
}

/** The analyses of the open documents: one run at a time for each, kept until the document or what it asked for changes. */
export class Analyses {
  readonly #surroundings: Surroundings;
  readonly #states = new Map<string, State>();
  #serial = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** The reading of the document as it is now. Undefined when it is closed, switched off, or no file of ours. */
  async current(uri: string): Promise<Reading | undefined> {
    for (;;) {
      const state = await this.#stateOf(uri);
      const document = this.#surroundings.document(uri);
      if (!state || !document) return undefined;
      const { latest } = state;
      if (latest?.version === document.version && latest.epoch === state.epoch) return latest.reading;
      state.running ??= this.#run(uri, state).finally(() => {
        state.running = undefined;
      });
      await state.running;
    }
  }

  /** Whether the reading is still that of the document as it is now. */
  isCurrent({ uri, version, serial }: Reading): boolean {
    const state = this.#states.get(uri);
    return (
      this.#surroundings.document(uri)?.version === version &&
      state?.latest?.epoch === state?.epoch &&
      state?.latest?.reading?.serial === serial
    );
  }

  /** What the documents depend on, by folder: paths from there, folders with a slash at the end. */
  watched(): ReadonlyMap<string, ReadonlySet<string>> {
    const watched = new Map<string, Set<string>>();
    for (const { latest } of this.#states.values()) {
      const root = latest?.reading?.place.root?.toString();
      if (root === undefined) continue;
      const paths = watched.get(root) ?? new Set();
      for (const path of latest?.reading?.analysis.asked ?? []) paths.add(path);
      watched.set(root, paths);
    }
    return watched;
  }

  forget(uri: string): void {
    this.#states.delete(uri);
  }

  /** Every document is to be judged anew, as after a change of settings. */
  outdateAll(): void {
    for (const state of this.#states.values()) state.epoch += 1;
  }

  outdate(uri: string): void {
    const state = this.#states.get(uri);
    if (state) state.epoch += 1;
  }

  /** Drops all that was read from files: for clients that cannot tell what has changed. */
  forgetFiles(): void {
    for (const state of this.#states.values()) {
      if (state.known.size === 0) continue;
      state.known = new Map();
      state.epoch += 1;
    }
  }

  /**
   * A file or folder has changed: drops what was read of it, and says which documents had asked for it.
   * A new text, where it is known, tells whether it is a change at all. `isListed` is false where the folder holds the
   * same names as before.
   */
  changed(uri: string, text?: string, isListed = true): readonly string[] {
    const touched: string[] = [];
    for (const [document, state] of this.#states) {
      const { root } = this.#surroundings.placeOf(document);
      const path = root && pathFrom(root.toString(), uri);
      if (path === undefined || canonical(document) === canonical(uri)) continue;
      if (text !== undefined && state.known.get(path) === text) continue;
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      const kept = [...state.known].filter(
        ([known]) => known !== path && !known.startsWith(`${path}/`) && !(isListed && isFolder(known, folder)),
      );
      if (kept.length === state.known.size) continue;
      // A run that is going on fills the old map and cannot put back what was dropped.
      state.known = new Map(kept);
      state.epoch += 1;
      touched.push(document);
    }
    return touched;
  }

  async #stateOf(uri: string): Promise<State | undefined> {
    const linter = await this.#surroundings.linter;
    const document = this.#surroundings.document(uri);
    if (!document || kindFor(document, this.#surroundings.placeOf(uri)) === undefined) return undefined;
    const state = this.#states.get(uri) ?? {
      parseCache: linter.createCache(),
      known: new Map(),
      epoch: 0,
      latest: undefined,
      running: undefined,
    };
    this.#states.set(uri, state);
    return state;
  }

  async #run(uri: string, state: State): Promise<void> {
    const { epoch, known, parseCache } = state;
    const linter = await this.#surroundings.linter;
    const place = this.#surroundings.placeOf(uri);
    const settings = await this.#surroundings.settingsFor(uri, place);
    const document = this.#surroundings.document(uri);
    if (!document) return;
    const kind = kindFor(document, place);
    if (kind === undefined) return;
    const { version } = document;
    if (!settings) {
      state.latest = { version, epoch, reading: undefined };
      return;
    }
    const source: Source = { kind, path: place.path, text: document.getText() };
    const fresh = this.#surroundings.readerAt(place);
    const read: Read = async (path) => (known.has(path) ? known.get(path) : fresh(path));
    const analysis = await linter.analyse(source, settings, fresh, known, parseCache);
    this.#serial += 1;
    const reading: Reading = { uri, version, place, source, settings, analysis, read, known, serial: this.#serial };
    state.latest = { version, epoch, reading };
    if (analysis.shellQuestions.length > 0) this.#surroundings.askShellCheck(reading);
  }
}

/** The kind of the document, or undefined if it is none of ours. A client that calls it a Dockerfile or Compose file is believed. */
const kindFor = (document: TextDocument, { path }: Place): Kind | undefined =>
  KINDS[document.languageId] ?? kindOf(path, isKnownByText(path) ? document.getText() : undefined);

/** What the names of languages say of the kind; the others say nothing. */
const KINDS: Readonly<Record<string, Kind>> = { dockerfile: 'dockerfile', dockercompose: 'compose' };

/** Whether a path that was asked for is the listing of the folder, which may be written with or without a dot. */
const isFolder = (asked: string, folder: string): boolean =>
  asked.endsWith('/') && asked.replace(/^\.?\//, '') === folder;
