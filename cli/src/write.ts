import { randomUUID } from 'node:crypto';
import { access, chmod, chown, constants, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Whether a file still holds what was read from it; `undefined` stands for a file that was not there. */
export async function isUnchanged(path: string, before: Uint8Array | undefined): Promise<boolean> {
  const now = await readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return before === undefined || now === undefined ? before === now : now.equals(before);
}

/**
 * Writes a whole file or nothing: into a new file beside it, which then takes its place and its mode. The path must be
 * the real one, since a link would be replaced rather than followed. False: somebody else changed the file meanwhile,
 * and it was left alone.
 */
export async function replaceFile(path: string, before: Uint8Array | undefined, after: Uint8Array): Promise<boolean> {
  const folder = dirname(path);
  if (before === undefined) await mkdir(folder, { recursive: true });
  else await access(path, constants.W_OK);
  const fresh = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeNew(fresh, after);
    if (before !== undefined) await takeAfter(path, fresh);
    // The last moment at which it can be told.
    if (!(await isUnchanged(path, before))) return false;
    await rename(fresh, path);
    return true;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The mode, and the owner as far as one may give files away. */
async function takeAfter(model: string, path: string): Promise<void> {
  const { mode, uid, gid } = await stat(model);
  await chown(path, uid, gid).catch(() => undefined);
  await chmod(path, mode & 0o7777);
}
