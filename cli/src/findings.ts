import {
  textOf,
  type Analysis,
  type Diagnostic,
  type Fix,
  type Linter,
  type Settings,
  type Severity,
  type Span,
} from '@plimsoll/rules';
import type { Document } from './document.js';

/** A finding as the formats show it: a rule's, the engine's or a config file's. */
export interface Finding {
  readonly at: PlaceIn;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly peers: readonly string[];
  readonly fix?: ShownFix;
  readonly choices: readonly ShownFix[];
  readonly related: readonly Related[];
}

/** A place in a document. */
export interface PlaceIn {
  readonly document: Document;
  readonly span: Span;
}

export interface Related {
  readonly message: string;
  /** The file, if its text is not to be had. */
  readonly at: PlaceIn | { readonly shown: string };
}

export interface ShownFix {
  readonly title: string;
  readonly safety: Fix['safety'];
  /** Spelled out on demand, since only some formats want them. */
  readonly edits: () => readonly ShownEdit[];
}

export interface ShownEdit extends PlaceIn {
  readonly text: string;
}

/** What the findings of one document are made from. `open` gives another file of the same root. */
export interface Checked {
  readonly document: Document;
  readonly analysis: Analysis;
  readonly settings: Settings;
  readonly linter: Linter;
  open(path: string, text?: string): Document | undefined;
  shown(path: string): string;
}

/** The findings of an analysis, in reading order. */
export const findingsOf = (checked: Checked): readonly Finding[] =>
  checked.analysis.diagnostics.map((diagnostic) => findingOf(checked, diagnostic));

/** Names of findings that say that the tool, not the file, is at fault. */
export const INTERNAL_ERROR = 'internal-error';

function findingOf(checked: Checked, diagnostic: Diagnostic): Finding {
  const { at, rule, severity, message, peers, fix, choices = [], related = [] } = diagnostic;
  return {
    at: { document: checked.document, span: at.span },
    rule,
    severity,
    message: textOf(message),
    peers,
    ...(fix ? { fix: shownFix(checked, fix) } : {}),
    choices: choices.map((choice) => shownFix(checked, choice)),
    related: related.map((place) => ({ message: textOf(place.message), at: relatedPlace(checked, place) })),
  };
}

function relatedPlace(checked: Checked, { at, path }: { at: { span: Span }; path?: string }): Related['at'] {
  if (path === undefined) return { document: checked.document, span: at.span };
  const document = checked.open(path);
  return document ? { document, span: at.span } : { shown: checked.shown(path) };
}

const shownFix = (checked: Checked, fix: Fix): ShownFix => ({
  title: fix.title,
  safety: fix.safety,
  edits: () =>
    checked.linter.spell(checked.analysis, fix, checked.settings).flatMap(({ path, edits }) => {
      const document = path === undefined ? checked.document : editedDocument(checked, fix, path);
      return edits.map(({ span, text }) => ({ document, span, text }));
    }),
});

/** The file as the rule saw it. One that is to be created is empty as yet. */
function editedDocument(checked: Checked, fix: Fix, path: string): Document {
  const seen = fix.edits.find(({ file }) => file?.path === path)?.file?.text;
  const document = checked.open(path, seen ?? '');
  if (!document) throw new Error(`no text for ${path}`);
  return document;
}
