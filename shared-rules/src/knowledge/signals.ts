import type { Command, Instructions, Stage, Word } from '../model/index.js';
import { mainCommand, startsOf, type Start } from './start.js';

/** The numbers of signals on Linux, those that every processor numbers alike. Source: signal(7). */
const NUMBERS: Readonly<Record<string, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  15: 'TERM',
  19: 'STOP',
  28: 'WINCH',
};

/** The signals that a builder knows by name, without SIG. Source: github.com/moby/sys/signal, signal_linux.go. */
export const SIGNALS: ReadonlySet<string> = new Set([
  ...(
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP ' +
    'TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'
  ).split(' '),
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
]);

/** Whether a builder takes the text for a signal: a name in any case, with or without SIG, or a number. */
export const isSignal = (text: string): boolean =>
  /^\d+$/.test(text) ? Number(text) > 0 : SIGNALS.has(text.toUpperCase().replace(/^SIG/, ''));

/** The full name of a signal, as `SIGTERM` or `SIGRTMIN+3`; undefined for what is none, or a number without one name. */
export function signalName(text: string): string | undefined {
  const bare = text.trim().toUpperCase().replace(/^SIG/, '');
  const name = NUMBERS[bare] ?? bare;
  return SIGNALS.has(name) ? `SIG${name}` : undefined;
}

/** The word that names the signal of a STOPSIGNAL; undefined where only the build knows it. */
export function signalWord({ words, stage }: Instructions['STOPSIGNAL']): Word | undefined {
  const [word, ...more] = words;
  const isKnown = word?.literal === true && word.text !== '' && more.length === 0;
  return isKnown && stage?.start.family !== 'windows' ? word : undefined;
}

/** The signal by which a program ends what it is doing before it ends. Sources: the manuals of the programs. */
const GRACEFUL: Readonly<Record<string, string>> = {
  nginx: 'SIGQUIT',
  openresty: 'SIGQUIT',
  'php-fpm': 'SIGQUIT',
  apache2: 'SIGWINCH',
  httpd: 'SIGWINCH',
  postgres: 'SIGINT',
  haproxy: 'SIGUSR1',
};

export const gracefulSignalOf = (program: string): string | undefined =>
  GRACEFUL[program.replace(/^(php-fpm)[\d.]{1,5}$/, '$1')];

/** Systemd and the links to it. Source: systemd(1), which halts on SIGRTMIN+3. */
export const isSystemd = ({ path }: Command): boolean =>
  /^((\/usr)?\/sbin\/init|(\/usr)?\/lib\/systemd\/systemd|systemd)$/.test(path);

/** The program that a stage starts as process 1, or right below an init, with what says so; only where no shell is in between. */
export function processOf(stage: Stage): { readonly node: Start; readonly command: Command } | undefined {
  const [node] = startsOf(stage);
  const command = node && mainCommand(node);
  if (!node || !command || node.form !== 'exec' || !command.program.literal) return undefined;
  return command.script ? undefined : { node, command };
}
