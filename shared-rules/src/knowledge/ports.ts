import type { Instructions, Word } from '../model/index.js';

/** The protocols that EXPOSE knows. Source: Dockerfile reference, "EXPOSE", and moby's nat package. */
export const PROTOCOLS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

/** A word of EXPOSE whose value is known from the file. */
export interface ExposedPort {
  readonly word: Word;
  /** With variables put in and quotes taken off. */
  readonly value: string;
  /** What stands before the `/`. */
  readonly port: string;
  /** What stands behind it; undefined without one. */
  readonly protocol: string | undefined;
  /** The protocol, where the word itself holds it; else the word. */
  readonly protocolAt: Word;
}

export const exposedBy = (node: Instructions['EXPOSE']): readonly ExposedPort[] =>
  node.words.flatMap((word) => {
    const value = node.valueOf(word);
    return value === undefined ? [] : [portOf(word, value)];
  });

function portOf(word: Word, value: string): ExposedPort {
  const slash = value.indexOf('/');
  if (slash < 0) return { word, value, port: value, protocol: undefined, protocolAt: word };
  const protocol = value.slice(slash + 1);
  const isWritten = protocol !== '' && word.text.endsWith(`/${protocol}`);
  const protocolAt = (isWritten ? word.part(word.text.length - protocol.length) : undefined) ?? word;
  return { word, value, port: value.slice(0, slash), protocol, protocolAt };
}

/** The port within the container where a word maps one of the host to it, as `8080:80` and `127.0.0.1:8080:80` do. */
export const mappedPort = (port: string): string | undefined =>
  /^(?:\[[0-9A-Fa-f:.]+\]:|[0-9.]+:)?[\d-]*:(\d+(?:-\d+)?)$/.exec(port)?.[1];
