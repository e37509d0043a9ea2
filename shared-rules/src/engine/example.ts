/** Takes away the first line break and the indent that examples carry inside a rule's file. */
export function dedent(text: string): string {
  const lines = text.replace(/^\n/, '').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return `${lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trimEnd()}\n`;
}

/** The text of an example without the marks. */
export const unmarked = (text: string): string => text.replace(/[«»]/g, '');
