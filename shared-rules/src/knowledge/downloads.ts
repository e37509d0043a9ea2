import type { Command, Instructions, Word } from '../model/index.js';
import { operandsOf } from './commands.js';
import { isArchiveName } from './sources.js';

/** Programs that fetch what an address names. Sources: curl(1), wget(1), aria2c(1). */
export const DOWNLOADERS: readonly string[] = ['curl', 'wget', 'aria2c'];

/** An address that a call fetches: the word, and what it comes to once the variables of the build are put in. */
export interface Address {
  readonly word: Word;
  readonly url: string;
}

/** The web addresses that a call names; those that only the shell can work out are left out. */
export function addressesOf(command: Command): readonly Address[] {
  const named = command.flags.flatMap(({ name, value }) => (name === '--url' && value ? [value] : []));
  return [...operandsOf(command), ...named].flatMap((word) => {
    const url = word.literal ? word.text : command.instruction?.valueOf(word);
    return url !== undefined && isWeb(url) ? [{ word, url }] : [];
  });
}

export const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

/** The host of a web address, without user and port, in lower case. */
export function hostOf(url: string): string {
  const [, rest = ''] = url.split('://');
  const [authority = ''] = rest.split(/[/?#]/);
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase();
}

/** Whether the address leads to the machine itself. */
export const isLocal = (url: string): boolean => /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(hostOf(url));

/** The last part of the path of an address. */
export function fileIn(url: string): string {
  const [path = ''] = url.split(/[?#]/);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether the address names a program, a package or an archive, by the ending of its path. */
export const isProgramFile = (url: string): boolean =>
  isArchiveName(fileIn(url)) || /\.(zip|deb|rpm|apk|jar|war|bin|run|appimage|exe|msi|whl|phar|gem)$/i.test(fileIn(url));

/** Whether the path of the address holds a version, so that what it names stays the same. */
export const hasVersion = (url: string): boolean => /\/[^?#]*\d+\.\d+/.test(url.replace(/^\w+:\/\//, ''));

/** Whether a call compares a file with a checksum or a signature. */
export function verifies(command: Command): boolean {
  const { program } = command;
  if (
    /^(sha\d*sum|shasum|sha\d+|md5sum|b2sum|b3sum|gpgv|rhash|cosign|minisign|signify|slsa-verifier)$/.test(program.text)
  )
    return true;
  const verb = operandsOf(command)[0]?.text ?? '';
  switch (program.text) {
    case 'gpg':
    case 'gpg2':
      return command.has('--verify', '--verify-files', '-d', '--decrypt');
    case 'openssl':
      return /^(dgst|sha\d+|md5)$/.test(verb);
    case 'rpm':
      return command.has('-K', '--checksig');
    case 'aria2c':
      return command.has('--checksum');
    case 'gh':
      return verb === 'attestation';
    default:
      return /verify|checksum|sha(256|512)/i.test(program.text);
  }
}

/** Whether a RUN verifies something by itself. */
export const verifiesSomething = ({ commands }: Instructions['RUN']): boolean => commands.some(verifies);

/**
 * Whether the address leads to the machine itself, a private network or a name that only a network of one's own knows.
 * A host that is nothing but a variable may be any.
 */
export function staysInside(url: string): boolean {
  const host = hostOf(url);
  if (isLocal(url) || host === '' || /^\$(\{[^}]*\}|\w+)$/.test(host)) return true;
  if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(host)) return true;
  return !host.includes('.') ? !host.includes('$') : /\.(local|internal|test|localhost|svc)$/.test(host);
}

/** The addresses of a call over plain http, unless something else of the call is encrypted. */
export function plainAddresses(command: Command): readonly Word[] {
  if (command.args.some(({ text }) => text.includes('https://'))) return [];
  const named = command.flags.flatMap(({ name, value }) => (name === '--url' && value ? [value] : []));
  return [...operandsOf(command), ...named].filter(({ text }) => text.includes('http://'));
}

/** Whether curl or wget is asked about itself. */
export const onlyAsks = (command: Command): boolean =>
  command.args.length === 0 || command.has('-V', '--version', '--help', '-h', '--manual');

/** Whether flags of a call may stand where the text does not show them: in a variable of their own, in a file of options. */
export const mayHoldFlags = (command: Command): boolean =>
  command.has('-K', '--config') ||
  command.args.some(
    ({ parts, quote }) =>
      quote === undefined && parts[0]?.kind === 'variable' && /opt|flag|arg|param/i.test(parts[0].name),
  );
