/** A file's bytes read as text. The byte order mark is set apart, and `encode` puts it back. */
export interface Decoded {
  readonly text: string;
  readonly mark: boolean;
  /** False when some bytes are no UTF-8 and stand in the text as replacement characters: it must not be written back. */
  readonly faithful: boolean;
}

/** The text in the bytes, or why there is none. */
export function decode(bytes: Uint8Array): Decoded | { readonly problem: string } {
  if (isUtf16(bytes)) return { problem: 'is UTF-16, which no builder reads; save it as UTF-8' };
  if (bytes.includes(0)) return { problem: 'is a binary file; not checked' };
  const mark = MARK.every((byte, index) => bytes[index] === byte);
  const rest = mark ? bytes.subarray(MARK.length) : bytes;
  try {
    return { text: strict.decode(rest), mark, faithful: true };
  } catch {
    return { text: lenient.decode(rest), mark, faithful: false };
  }
}

/** The bytes of a text, with a byte order mark if the file had one. */
export const encode = (text: string, mark: boolean): Buffer => Buffer.from(mark ? `\uFEFF${text}` : text, 'utf8');

const MARK = [0xef, 0xbb, 0xbf];
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
