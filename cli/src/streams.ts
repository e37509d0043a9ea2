import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Where the program's words go. `columns` is known for terminals only. */
export interface Output {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** All that the program knows of the process it runs in, so that a test can stand in for it. */
export interface Streams {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The colours for one output: what the user asked for, else what the environment says, else whether a person looks. */
export function colorsFor(output: Output, env: Streams['env'], wanted: boolean | undefined): Colors {
  return picocolors.createColors(wanted ?? wantedBy(env) ?? (output.isTTY === true && env['TERM'] !== 'dumb'));
}

/** The width to fill, if somebody reads along. */
export const widthOf = (output: Output): number | undefined =>
  output.isTTY && output.columns !== undefined && output.columns > 0 ? output.columns : undefined;

/** All of an input. */
export async function readAll(input: Streams['stdin']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** By https://no-color.org and https://force-color.org: a variable that is set but empty says nothing. */
function wantedBy(env: Streams['env']): boolean | undefined {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  return force ? force !== '0' && force !== 'false' : undefined;
}
