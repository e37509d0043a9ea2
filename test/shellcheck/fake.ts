import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A ShellCheck of our own on a PATH of its own. */
export class FakeShellCheck {
  private constructor(readonly folder: string) {}

  static async install(): Promise<FakeShellCheck> {
    const folder = await mkdtemp(join(tmpdir(), 'plimsoll-shellcheck-'));
    const path = join(folder, 'shellcheck');
    const text = await readFile(fileURLToPath(new URL('shellcheck.mjs', import.meta.url)), 'utf8');
    // By its full name, so that the PATH need hold nothing else.
    await writeFile(path, `#!${process.execPath}\n${text}`, { mode: 0o755 });
    return new FakeShellCheck(folder);
  }

  get path(): string {
    return join(this.folder, 'shellcheck');
  }

  /** An environment in which it is found, and writes down how it was started. */
  get environment(): { PATH: string; HOME: string } {
    return { PATH: this.folder, HOME: this.folder };
  }

  /** The shells it was asked about since the last question. */
  async starts(): Promise<readonly string[]> {
    const file = join(this.folder, 'starts');
    const text = await readFile(file, 'utf8').catch(() => '');
    await rm(file, { force: true });
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace('--shell=', ''));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
