import type { Shell } from '../model/shell.js';

/** The shell behind a program's name, as in SHELL or a `#!` line. */
export function shellOf(program: string): Shell {
  const name = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1).toLowerCase();
  switch (name.replace(/\.exe$/, '')) {
    case 'sh':
    case 'dash':
      return 'sh';
    case 'bash':
      return 'bash';
    case 'ash':
    case 'busybox':
      return 'ash';
    case 'pwsh':
    case 'powershell':
      return 'powershell';
    case 'cmd':
      return 'cmd';
    default:
      return 'other';
  }
}

/** Whether the shell reads the language that the shell rules know. */
export const isPosix = (shell: Shell): boolean => shell === 'sh' || shell === 'bash' || shell === 'ash';

/** The program of a `#!` line, looked for behind `/usr/bin/env`; undefined when the text has none. */
export function interpreterOf(text: string): string | undefined {
  if (!text.startsWith('#!')) return undefined;
  const feed = text.indexOf('\n');
  const words = text
    .slice(2, feed < 0 ? text.length : feed)
    .trim()
    .split(/\s+/);
  const [program = '', ...rest] = words;
  return program.endsWith('/env') ? (rest.find((word) => !word.startsWith('-') && !word.includes('=')) ?? '') : program;
}

/** A glob, a brace or a tilde, which only a shell expands. Text in quotes is taken for one as well, rather than guessed at. */
export const isShellPattern = (text: string): boolean => /[*?[{~]/.test(text);
