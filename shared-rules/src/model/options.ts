import type { ContainerSettings } from './containers.js';
import type { Instruction, Pair } from './dockerfile.js';
import type { Located, Word } from './file.js';
import type { Assignment, Command } from './shell.js';

/** One option as a program gets to see it. */
export interface ProgramOption {
  readonly text: string;
  /** False when a variable or a substitution is part of it. */
  readonly literal: boolean;
  /** Its place among the words of the list. */
  readonly index: number;
  /** The option, or the whole value where quotes and escapes hide where it stands. */
  readonly at: Located;
  /** Absent where its place is hidden. */
  readonly word?: Word | undefined;
}

/** Options that one program reads: words of its command line, or the value of a variable. */
export interface OptionList {
  /** The program or the variable. */
  readonly name: string;
  readonly options: readonly ProgramOption[];
  /** Whether it may hold more, which only the run time knows. */
  readonly isOpen: boolean;
  /** The program's word, or the variable's value. */
  readonly at: Word;
  /** The call, where the options are words of a command line. */
  readonly command?: Command | undefined;
  /** The words behind the options: what is run by the program, and what that is given. */
  readonly operands: readonly Word[];
  /** The setting, where the options are the value of a variable. */
  readonly setting?: Pair | Assignment | undefined;
  /** The instruction it stands in; absent in a script of its own. */
  readonly instruction?: Instruction | undefined;
  /** The container that is run with it, where a manifest says so. */
  readonly container?: ContainerSettings | undefined;
}

/** The options in the value of a variable, which are set apart by blanks. */
export function optionsIn(value: Word): { readonly options: readonly ProgramOption[]; readonly isOpen: boolean } {
  const options: ProgramOption[] = [];
  let isOpen = false;
  let index = -1;
  for (const match of value.text.matchAll(/\S+/g)) {
    const [text] = match;
    index += 1;
    const word = value.part(match.index, match.index + text.length);
    const literal = value.literal || word?.literal === true;
    if (/^["']?[$`]/.test(text)) isOpen = true;
    else options.push({ text, literal, index, at: word ?? value, word });
  }
  return { options, isOpen };
}
