import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../../cli/src/main.js';
import { testRules } from './rules.js';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** The columns of a terminal on stdout. */
  readonly terminal?: number;
}

/** Runs the program in this process, over the rules made for tests. */
export async function plimsoll(
  argv: readonly string[],
  { cwd, stdin = '', env = {}, terminal }: Surroundings,
): Promise<Outcome> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const streams = {
    cwd,
    env,
    stdin: inOneChunk(Buffer.from(stdin)),
    stdout: {
      ...(terminal === undefined ? {} : { isTTY: true, columns: terminal }),
      write: (text: string | Uint8Array) => stdout.push(Buffer.from(text)),
    },
    stderr: { write: (text: string | Uint8Array) => stderr.push(Buffer.from(text)) },
  };
  const code = await main(argv, streams, testRules);
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** Runs the program as a process of its own, over the rules of the product. `readsNothing` closes its stdout at once. */
export function plimsollProcess(
  argv: readonly string[],
  { cwd, stdin = '', env = {} }: Surroundings,
  readsNothing = false,
): Promise<Outcome> {
  const child = spawn(process.execPath, ['--conditions=source', `--import=${TSX}`, ENTRY, ...argv], {
    cwd,
    env,
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  if (readsNothing) child.stdout.destroy();
  else child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that does not read its input may be gone before all of it is handed over.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

const ENTRY = fileURLToPath(new URL('entry.ts', import.meta.url));
// By its full name, since the process starts in a folder that knows no packages.
const TSX = import.meta.resolve('tsx');

/** Folders for the tests of one suite; call `folder` in a test, and all of them are removed at the end. */
export class Folders {
  private readonly made: string[] = [];

  /** A new folder with these files. */
  async with(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'plimsoll-')));
    this.made.push(folder);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  }

  async remove(): Promise<void> {
    await Promise.all(this.made.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** A file's bytes as Latin-1, in which every byte is one character. */
export const bytesOf = async (...path: string[]): Promise<string> => readFile(join(...path), 'latin1');

export const textAt = async (...path: string[]): Promise<string> => readFile(join(...path), 'utf8');

/** The findings of a run with `--format json`. */
export const findingsIn = ({ stdout }: Outcome): JsonFinding[] => JSON.parse(stdout) as JsonFinding[];

export interface JsonFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly peers: readonly string[];
  readonly severity: string;
  readonly message: string;
  readonly fix: JsonFix | null;
  readonly choices: readonly JsonFix[];
  readonly related: readonly { path: string; startLine?: number; startColumn?: number; message: string }[];
}

export interface JsonFix {
  readonly title: string;
  readonly safety: string;
  readonly edits: readonly {
    path: string;
    startLine: number;
    startColumn: number;
    endLine: number;
    endColumn: number;
    text: string;
  }[];
}

async function* inOneChunk(bytes: Buffer): AsyncIterable<Buffer> {
  await Promise.resolve();
  yield bytes;
}
