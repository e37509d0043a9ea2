import { LineIndex, suggestionsAt, type Linter, type Models, type Suggestions } from '@plimsoll/rules';
import { DockerAssist } from 'dockerfile-language-service/lib/dockerAssist.js';
import { CompletionItemKind, type CompletionItem, type Position } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

import type { Reading } from '../analyses.js';
import { rangeOf } from '../ranges.js';

/** What may be written at the position: first what only this Dockerfile knows, then keywords, flags and signatures. */
export async function completionsAt(reading: Reading, position: Position, linter: Linter): Promise<CompletionItem[]> {
  const { file } = reading.analysis;
  const { text } = reading.source;
  const lines = new LineIndex(text);
  const offset = lines.offsetAt(position);
  const names = ruleNamesAt(text, offset, linter);
  if (names) return names.items.map((label) => item(label, CompletionItemKind.Value, names, lines, offset));
  if (file.kind !== 'dockerfile') return [];
  const own = suggestionsAt(file, offset);
  if (own?.kind === 'path') {
    const { start, end } = own.replaces.span;
    const isBlank = start === end && own.folder === '';
    return [...(await pathItems(own, reading, lines, linter)), ...(isBlank ? await generalItems(text, position) : [])];
  }
  const items = (own?.items ?? []).map(({ detail, label, text: newText }, index): CompletionItem => ({
    label,
    kind: KINDS[own?.kind ?? 'mount'],
    ...(detail !== '' && { detail }),
    // The nearest stage and the latest variable come first, not the first of the alphabet.
    sortText: String(index).padStart(4, '0'),
    textEdit: {
      range: rangeOf(lines, own?.replaces.span ?? { start: offset, end: offset }),
      newText: newText ?? label,
    },
  }));
  return own ? items : generalItems(text, position);
}

const KINDS: Readonly<Record<Suggestions['kind'], CompletionItemKind>> = {
  stage: CompletionItemKind.Module,
  user: CompletionItemKind.Constant,
  variable: CompletionItemKind.Variable,
  mount: CompletionItemKind.Property,
  path: CompletionItemKind.File,
};

/** Tags of images are on a registry, which is never asked. */
const NO_REGISTRY = { getTags: (): Promise<string[]> => Promise.resolve([]) };

async function generalItems(text: string, position: Position): Promise<CompletionItem[]> {
  const document = TextDocument.create('', '', 0, text);
  const assist = new DockerAssist(document, NO_REGISTRY as never, { snippetSupport: false });
  return [...(await assist.computeProposals(position))];
}

/** The names in a folder of the build context, without what a `.dockerignore` keeps out. */
async function pathItems(
  { folder = '', replaces }: Suggestions,
  reading: Reading,
  lines: LineIndex,
  linter: Linter,
): Promise<CompletionItem[]> {
  const { analysis, read } = reading;
  const listing = (await read(joined(analysis.context, folder, ''))) ?? '';
  const ignore = await ignoreFileOf(reading, linter);
  const isSent = (name: string): boolean => {
    const path = `${folder}${name}`.replace(/\/$/, '');
    return !ignore?.ignoring(path) || (name.endsWith('/') && ignore.reopensBelow(path));
  };
  const range = rangeOf(lines, replaces.span);
  return listing
    .split('\n')
    .filter((name) => name !== '' && isSent(name))
    .map((name) => ({
      label: name,
      kind: name.endsWith('/') ? CompletionItemKind.Folder : CompletionItemKind.File,
      textEdit: { range, newText: name },
    }));
}

/** The Dockerfile's own ignore file, else that of the build context. */
async function ignoreFileOf(
  { analysis, read, source }: Reading,
  linter: Linter,
): Promise<Models['dockerignore'] | undefined> {
  for (const path of [`${source.path}.dockerignore`, joined(analysis.context, '.dockerignore')]) {
    const text = await read(path);
    if (text !== undefined) return linter.parse({ kind: 'dockerignore', path, text });
  }
  return undefined;
}

const joined = (...parts: readonly string[]): string =>
  parts
    .map((part) => part.replace(/\/+$/, ''))
    .filter((part, index) => part !== '' || index === parts.length - 1)
    .join('/');

interface Names {
  readonly items: readonly string[];
  readonly start: number;
}

const IGNORE_COMMENT =
  /^[ \t]*#[ \t]*(plimsoll|hadolint|check|tally)\b[^\n]*?(?:ignore|ignore-file|skip)[ \t]*=[ \t]*(?:[\w./-]+[ \t]*,[ \t]*)*([\w./-]*)$/;

/** The rules that an ignore comment may name, where one is being written. */
function ruleNamesAt(text: string, offset: number, linter: Linter): Names | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const match = IGNORE_COMMENT.exec(line);
  if (!match) return undefined;
  const [, tool = '', typed = ''] = match;
  const peer = tool === 'check' ? 'buildkit' : tool === 'plimsoll' ? undefined : (tool as 'hadolint' | 'tally');
  const items = linter.rules.flatMap(({ id, peers = {} }) => (peer === undefined ? [id] : (peers[peer] ?? [])));
  return { items: [...new Set(items)].sort(), start: offset - typed.length };
}

const item = (
  label: string,
  kind: CompletionItemKind,
  { start }: Names,
  lines: LineIndex,
  offset: number,
): CompletionItem => ({ label, kind, textEdit: { range: rangeOf(lines, { start, end: offset }), newText: label } });
