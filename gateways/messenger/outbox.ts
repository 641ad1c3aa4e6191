import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes `text` to `<folder>/<name>` whole or not at all, on disk before it answers. A name that is taken keeps what
 * it has: 'exists'. Mode 0600, for it may hold an address.
 */
export async function writeOnce(folder: string, name: string, text: string): Promise<'written' | 'exists'> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = path.join(folder, `.draft-${randomUUID()}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path.join(folder, name));
    const directory = await open(folder, 'r');
    await directory.sync().finally(() => directory.close());
    return 'written';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return 'exists';
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A file name for an id or key: itself where that is harmless, else a hash of it. */
export function fileNameFor(key: string): string {
  return /^[\w-][\w:.-]{0,150}$/.test(key) ? key : createHash('sha256').update(key).digest('hex');
}
