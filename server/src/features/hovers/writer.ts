/** Says the same in Markdown and in plain text. */
export interface Writer {
  readonly lineBreak: string;
  strong(text: string): string;
  code(text: string): string;
  link(text: string, address: string): string;
  /** What we wrote, in Markdown. */
  prose(markdown: string): string;
  /** What a user wrote, which may look like markup. */
  literal(text: string): string;
  diff(lines: readonly string[]): string;
}

export const markdown: Writer = {
  lineBreak: '  \n',
  strong: (text) => `**${text}**`,
  code: (text) => `\`${text.replaceAll('`', "'").replaceAll('\n', ' ')}\``,
  link: (text, address) => `[${text}](${address})`,
  prose: (text) => text,
  literal: (text) => text.replace(/[\\*_{}[\]<>#|]/g, '\\$&'),
  diff: (lines) => ['```diff', ...lines, '```'].join('\n'),
};

export const plaintext: Writer = {
  lineBreak: '\n',
  strong: (text) => text,
  code: (text) => text.replaceAll('\n', ' '),
  link: (text, address) => `${text}: ${address}`,
  literal: (text) => text,
  prose: (text) => text.replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)').replace(/[`*]/g, ''),
  diff: (lines) => lines.join('\n'),
};

/** As many of them as a line bears, and how many more there are. */
export function listed(items: readonly string[], most: number): string {
  const more = items.length - most;
  return items.slice(0, most).join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
}
