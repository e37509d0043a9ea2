/** Templates in YAML, as Helm writes them: `{{ … }}`. What stands in them is known only once they are run. */

/** Stands for each character of a template inside a value, so that YAML reads one word. */
export const PLACEHOLDER = '\uE000';

/** A line that puts out what a template makes: where, and how far it indents that, if it says so. */
export interface TemplateOutput {
  readonly start: number;
  readonly column: number;
  readonly indent: number | undefined;
}

export interface TemplatedText {
  /** The same text, of the same length, with nothing in it that YAML could stumble over. */
  readonly text: string;
  readonly isTemplate: boolean;
  readonly outputs: readonly TemplateOutput[];
}

/** Lines of nothing but templates become blank, templates beside other text become a word. */
export function maskTemplates(text: string): TemplatedText {
  if (!text.includes('{{')) return { text, isTemplate: false, outputs: [] };
  const pieces: string[] = [];
  const outputs: TemplateOutput[] = [];
  const rest = new LineRest(text);
  let at = 0;
  let lineFrom = 0;
  let isBlankSoFar = true;
  let isOpen = false;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    const between = text.slice(at, open);
    const feed = between.lastIndexOf('\n');
    if (feed >= 0) lineFrom = at + feed + 1;
    isBlankSoFar = (feed >= 0 || isBlankSoFar) && between.slice(feed + 1).trim() === '';
    // Once there is no further end, none is looked for again.
    const close: number = isOpen ? -1 : text.indexOf('}}', open);
    isOpen = close < 0;
    const end = isOpen ? endOfLine(text, open) : close + 2;
    const isAlone = isBlankSoFar && rest.isTemplates(end);
    const inner = text.slice(open, end);
    pieces.push(between, inner.replace(/[^\r\n]/g, isAlone ? ' ' : PLACEHOLDER));
    if (isAlone && !isControl(inner)) {
      const indent = /\bn?indent[ \t]+(\d{1,3})\b/.exec(inner)?.[1];
      outputs.push({ start: open, column: open - lineFrom, indent: indent === undefined ? undefined : Number(indent) });
    }
    at = end;
  }
  return { text: pieces.join('') + text.slice(at), isTemplate: true, outputs };
}

/** What follows on a line, looked at once a line. */
class LineRest {
  #end = -1;
  /** Behind the last character of the line that is neither blank nor in a template. */
  #solid = 0;

  constructor(private readonly text: string) {}

  /** Whether nothing but templates and blanks follows on the line. */
  isTemplates(from: number): boolean {
    const end = endOfLine(this.text, from);
    if (end !== this.#end) {
      this.#end = end;
      const bare = this.text.slice(from, end).replace(/\{\{[^{}]*\}\}/g, (found) => ' '.repeat(found.length));
      this.#solid = from + bare.trimEnd().length;
      if (bare.trim() === '') this.#solid = from;
    }
    return this.#solid <= from;
  }
}

function endOfLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  if (feed < 0) return text.length;
  return text[feed - 1] === '\r' ? feed - 1 : feed;
}

/** Whether the template steers others and puts out nothing itself. */
const isControl = (template: string): boolean =>
  /^\{\{-?\s*(?:(?:if|else|end|range|with|define|break|continue)\b|\/\*|\$\w*\s*:?=)/.test(template);
