import { LineIndex, stageNameAt, type Dockerfile, type Located, type StageName } from '@plimsoll/rules';
import { DockerfileLanguageServiceFactory } from 'dockerfile-language-service';
import {
  DocumentHighlightKind,
  FoldingRangeKind,
  SemanticTokenModifiers,
  SemanticTokenTypes,
  SymbolKind,
  type DocumentHighlight,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type FormattingOptions,
  type Location,
  type Position,
  type Range,
  type SelectionRange,
  type SemanticTokens,
  type SemanticTokensLegend,
  type ServerCapabilities,
  type SignatureHelp,
  type TextEdit,
} from 'vscode-languageserver';

import type { Reading } from '../analyses.js';
import { rangeOf } from '../ranges.js';

/** What a general language service knows of Dockerfiles. It is never asked for completions, for which it would call a registry. */
const service = DockerfileLanguageServiceFactory.createLanguageService();

/** The order is the service's own. */
export const SEMANTIC_TOKENS: SemanticTokensLegend = {
  tokenTypes: [
    SemanticTokenTypes.keyword,
    SemanticTokenTypes.comment,
    SemanticTokenTypes.parameter,
    SemanticTokenTypes.property,
    SemanticTokenTypes.namespace,
    SemanticTokenTypes.class,
    SemanticTokenTypes.macro,
    SemanticTokenTypes.string,
    SemanticTokenTypes.variable,
    SemanticTokenTypes.operator,
    SemanticTokenTypes.modifier,
  ],
  tokenModifiers: [
    SemanticTokenModifiers.declaration,
    SemanticTokenModifiers.definition,
    SemanticTokenModifiers.deprecated,
  ],
};

/** What the server promises to a client that wants the language features from it. */
export const LANGUAGE_CAPABILITIES: ServerCapabilities = {
  completionProvider: { triggerCharacters: [' ', '=', '$', '{', '/', ',', ':', '-'] },
  signatureHelpProvider: { triggerCharacters: [' ', '-', '[', ',', '"', '='] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentLinkProvider: {},
  semanticTokensProvider: { legend: SEMANTIC_TOKENS, full: true },
};

/** The features of a language that are no judgements, for one version of a Dockerfile. */
export class LanguageFeatures {
  readonly #file: Dockerfile;
  readonly #lines: LineIndex;
  readonly #uri: string;

  private constructor(file: Dockerfile, uri: string) {
    this.#file = file;
    this.#lines = new LineIndex(file.text);
    this.#uri = uri;
  }

  /** Undefined for files of other kinds. */
  static of({ analysis: { file }, uri }: Reading): LanguageFeatures | undefined {
    return file.kind === 'dockerfile' ? new LanguageFeatures(file, uri) : undefined;
  }

  definition(position: Position): Location | null {
    const stage = this.#stageAt(position);
    if (stage) return this.#location(stage.definition);
    return service.computeDefinition(this.#document, this.#file.text, position);
  }

  references(position: Position, withDefinition: boolean): Location[] {
    const stage = this.#stageAt(position);
    if (stage) {
      const words = withDefinition ? [stage.definition, ...stage.references] : stage.references;
      return words.map((word) => this.#location(word));
    }
    return service
      .computeHighlightRanges(this.#file.text, position)
      .filter(({ kind }) => withDefinition || kind !== DocumentHighlightKind.Write)
      .map(({ range }) => ({ uri: this.#uri, range }));
  }

  highlights(position: Position): DocumentHighlight[] {
    const stage = this.#stageAt(position);
    if (!stage) return service.computeHighlightRanges(this.#file.text, position);
    return [
      { range: this.#range(stage.definition), kind: DocumentHighlightKind.Write },
      ...stage.references.map((word) => ({ range: this.#range(word), kind: DocumentHighlightKind.Read })),
    ];
  }

  prepareRename(position: Position): Range | null {
    const stage = this.#stageAt(position);
    return stage ? this.#range(stage.at) : service.prepareRename(this.#file.text, position);
  }

  rename(position: Position, newName: string): TextEdit[] {
    const stage = this.#stageAt(position);
    if (!stage) return service.computeRename(this.#document, this.#file.text, position, newName);
    return [stage.definition, ...stage.references].map((word) => ({ range: this.#range(word), newText: newName }));
  }

  symbols(): DocumentSymbol[] {
    return this.#file.stages.map((stage) => {
      const instructions = stage.instructions.map((node): DocumentSymbol => ({
        name: node.head.text.toUpperCase(),
        detail: firstLine(node.body.text),
        kind: SymbolKind.Function,
        range: this.#range(node),
        selectionRange: this.#range(node.head),
      }));
      const first = stage.from ?? stage.instructions[0] ?? this.#file;
      const last = stage.instructions.at(-1) ?? first;
      return {
        name: stage.name?.text ?? stage.from?.image.word.text ?? 'before the first FROM',
        detail: stage.name && stage.from ? `FROM ${stage.from.image.word.text}` : '',
        kind: SymbolKind.Class,
        range: this.#range({ span: { start: first.span.start, end: Math.max(first.span.end, last.span.end) } }),
        selectionRange: this.#range(stage.name ?? stage.from?.image ?? first),
        children: instructions,
      };
    });
  }

  folds(): FoldingRange[] {
    const folds: FoldingRange[] = [];
    const add = (from: number, to: number, kind?: string): void => {
      if (to > from) folds.push({ startLine: from, endLine: to, ...(kind !== undefined && { kind }) });
    };
    for (const { instructions, from } of this.#file.stages) {
      const last = instructions.at(-1);
      if (from && last) add(this.#range(from).start.line, this.#range(last).end.line);
    }
    for (const node of this.#file.all()) {
      const { start, end } = this.#range(node);
      add(start.line, end.line);
    }
    let block: { start: number; end: number } | undefined;
    for (const comment of this.#file.comments) {
      const { line } = this.#range(comment).start;
      if (block?.end === line - 1) block.end = line;
      else {
        if (block) add(block.start, block.end, FoldingRangeKind.Comment);
        block = { start: line, end: line };
      }
    }
    if (block) add(block.start, block.end, FoldingRangeKind.Comment);
    return folds;
  }

  /** From the word to the instruction, the stage, and all of the file. */
  selections(positions: readonly Position[]): SelectionRange[] {
    return positions.map((position) => {
      const offset = this.#lines.offsetAt(position);
      const here = { span: { start: offset, end: offset } };
      const node = [...this.#file.all()].find(({ span }) => span.start <= offset && offset <= span.end);
      const stage = node?.stage;
      const last = stage?.instructions.at(-1) ?? node;
      const first = stage?.from ?? node;
      const word = node && [node.head, ...node.words].find(({ span }) => span.start <= offset && offset <= span.end);
      const nested: readonly Located[] = [
        this.#file,
        ...(first && last ? [{ span: { start: first.span.start, end: last.span.end } }] : []),
        ...(node ? [node] : []),
        ...(word ? [word] : []),
      ];
      let selection: SelectionRange | undefined;
      for (const part of nested) {
        const range = this.#range(part);
        selection = selection ? { range, parent: selection } : { range };
      }
      return selection ?? { range: this.#range(here) };
    });
  }

  links(): DocumentLink[] {
    return service.computeLinks(this.#file.text).map((link) => service.resolveLink(link));
  }

  signatureHelp(position: Position): SignatureHelp | null {
    const help = service.computeSignatureHelp(this.#file.text, position);
    return help.signatures.length > 0 ? help : null;
  }

  semanticTokens(): SemanticTokens {
    return service.computeSemanticTokens(this.#file.text);
  }

  format(options: FormattingOptions): TextEdit[] {
    return service.format(this.#file.text, { ...options, ignoreMultilineInstructions: true });
  }

  get #document(): { readonly uri: string } {
    return { uri: this.#uri };
  }

  #stageAt(position: Position): StageName | undefined {
    return stageNameAt(this.#file, this.#lines.offsetAt(position));
  }

  #range({ span }: Located): Range {
    return rangeOf(this.#lines, span);
  }

  #location(part: Located): Location {
    return { uri: this.#uri, range: this.#range(part) };
  }
}

const LONGEST_DETAIL = 60;

function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL)}…` : line;
}
