import { DockerfileParser, type Flag, type ModifiableInstruction } from 'dockerfile-ast';
import type { WordSyntax } from '../model/syntax.js';
import { isBlank, skipBlanks, type Escape } from './lines.js';
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
    end = wordEnd(text, at);
    const isLone = end === at + 2;
    at = skipBlanks(text, end, text.length);
    if (isLone) break;
  }
  if (end === keywordEnd) return { keyword, flags: [], bodyStart: at };

  const [instruction] = DockerfileParser.parse(text.slice(start, end)).getInstructions();
  const found = instruction && 'getFlags' in instruction ? (instruction as ModifiableInstruction).getFlags() : [];
  const flags =
    found.length > 0
      ? found.map((flag) => flagOf(flag, text, start, escape))
      : plainFlags(text, keywordEnd, end, escape);
  return { keyword, flags, bodyStart: at };
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
    const end = wordEnd(text, at);
    const equals = text.indexOf('=', at);
    const hasValue = equals >= 0 && equals < end;
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
