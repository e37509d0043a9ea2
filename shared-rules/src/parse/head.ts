import { DockerfileParser, type Flag, type ModifiableInstruction } from 'dockerfile-ast';
import type { WordSyntax } from '../model/syntax.js';
import type { Escape } from './lines.js';
import { isBlank, skipBlanks } from './text.js';
import { readWord } from './words.js';

export interface FlagSyntax {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly value?: WordSyntax;
}

/** The keyword of an instruction, its flags, and where its arguments begin. */
export interface HeadSyntax {
  /** As written. */
  readonly keyword: { readonly start: number; readonly end: number; readonly text: string };
  readonly flags: readonly FlagSyntax[];
  /** Behind the flags and the blanks. */
  readonly bodyStart: number;
}

/**
 * Reads the head of an instruction with dockerfile-ast, which is handed nothing else: the flags are the words with
 * two dashes directly behind the keyword, and what comes later is none, whatever it looks like.
 */
export function readHead(text: string, from: number, escape: Escape): HeadSyntax {
  const start = skipBlanks(text, from, text.length);
  const keywordEnd = wordEnd(text, start);
  const keyword = { start, end: keywordEnd, text: text.slice(start, keywordEnd) };
  let at = skipBlanks(text, keywordEnd, text.length);
  let end = keywordEnd;
  while (text.startsWith('--', at)) {
    const flagEnd = quotedEnd(text, at);
    const isLone = flagEnd === at + 2;
    if (!isLone) end = flagEnd;
    at = skipBlanks(text, flagEnd, text.length);
    if (isLone) break;
  }
  if (end === keywordEnd) return { keyword, flags: [], bodyStart: at };

  // Quotes and escapes mean nothing to dockerfile-ast, and a carriage return would be the end of a line to it.
  const isPlain = !/["'\\\r]/.test(text.slice(start, end));
  const flags = isPlain ? flagsByAst(text, start, end, escape) : [];
  return { keyword, flags: flags.length > 0 ? flags : plainFlags(text, keywordEnd, end, escape), bodyStart: at };
}

function flagsByAst(text: string, start: number, end: number, escape: Escape): readonly FlagSyntax[] {
  const [instruction] = DockerfileParser.parse(text.slice(start, end)).getInstructions();
  const found = instruction && 'getFlags' in instruction ? (instruction as ModifiableInstruction).getFlags() : [];
  return found.map((flag) => flagOf(flag, text, start, escape));
}

function flagOf(flag: Flag, text: string, base: number, escape: Escape): FlagSyntax {
  const range = flag.getRange();
  const value = flag.getValueRange();
  return {
    start: base + range.start.character,
    end: base + range.end.character,
    name: flag.getName(),
    ...(value ? { value: readWord(text, base + value.start.character, base + value.end.character, escape) } : {}),
  };
}

/** The flags of a keyword for which dockerfile-ast looks for none. */
function plainFlags(text: string, from: number, to: number, escape: Escape): readonly FlagSyntax[] {
  const flags: FlagSyntax[] = [];
  let at = skipBlanks(text, from, to);
  while (at < to) {
    const end = quotedEnd(text, at);
    const equals = at + text.slice(at, end).indexOf('=');
    const hasValue = equals >= at;
    flags.push({
      start: at,
      end,
      name: text.slice(at + 2, hasValue ? equals : end),
      ...(hasValue ? { value: readWord(text, equals + 1, end, escape) } : {}),
    });
    at = skipBlanks(text, end, to);
  }
  return flags;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isBlank(text[at])) at += 1;
  return at;
}

/** The end of a flag: quotes hold blanks in it. */
function quotedEnd(text: string, from: number): number {
  let quote = '';
  let at = from;
  while (at < text.length && (quote !== '' || !isBlank(text[at]))) {
    const char = text[at] ?? '';
    if (char === '\\') at += 1;
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    at += 1;
  }
  return Math.min(at, text.length);
}
