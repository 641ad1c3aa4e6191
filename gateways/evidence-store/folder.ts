import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ServiceUnavailable } from '../errors.ts';
import { requireKey, requirePrefix } from './key.ts';
import type { EvidenceStore } from './port.ts';

/** No key begins with a dot, so none can collide with it. */
const DRAFTS = '.drafts';

/**
 * Evidence in a folder, one read-only file a key. A file appears under its key complete and on disk, or not at all; what is
 * there is never written again. Throws EvidenceKeyInvalid for a key that is none, ServiceUnavailable when the disk fails.
 */
export function createFolderEvidenceStore(folder: string): EvidenceStore {
  const pathOf = (key: string): string => {
    requireKey(key);
    return join(folder, ...key.split('/'));
  };

  return {
    async put(key, bytes) {
      const path = pathOf(key);
      return attempt(async () => {
        const draft = join(folder, DRAFTS, randomBytes(12).toString('hex'));
        await mkdir(dirname(draft), { recursive: true, mode: 0o700 });
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        try {
          const handle = await open(draft, 'wx', 0o400);
          try {
            await handle.writeFile(bytes);
            await handle.sync();
          } finally {
            await handle.close();
          }
          // A hard link, because a rename would replace what is there.
          await link(draft, path);
        } catch (error) {
          if (isCode(error, 'EEXIST')) return 'exists';
          throw error;
        } finally {
          await rm(draft, { force: true });
        }
        await syncFolders(folder, dirname(path));
        return 'stored';
      });
    },

    async get(key) {
      const path = pathOf(key);
      return attempt(async () => {
        try {
          return new Uint8Array(await readFile(path));
        } catch (error) {
          if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR') || isCode(error, 'EISDIR')) return null;
          throw error;
        }
      });
    },

    async *list(prefix) {
      requirePrefix(prefix);
      const slash = prefix.lastIndexOf('/');
      yield* walk(folder, prefix.slice(0, slash + 1), prefix.slice(slash + 1));
    },

    async delete(key) {
      const path = pathOf(key);
      return attempt(async () => {
        await rm(path, { force: true });
        await syncFolders(dirname(path), dirname(path));
        return true;
      });
    },
  };
}

/** Keys below `parent` (empty, or ending in a slash) whose next part begins with `start`, in the order of their characters. */
async function* walk(folder: string, parent: string, start: string): AsyncGenerator<string> {
  const entries = await attempt(async () => {
    try {
      return await readdir(join(folder, parent), { withFileTypes: true });
    } catch (error) {
      if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return [];
      throw error;
    }
  });
  const parts = entries
    .filter((entry) => entry.name !== DRAFTS && entry.name.startsWith(start))
    // A folder sorts as its keys do, with the slash after its name.
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  for (const part of parts.toSorted((a, b) => (a < b ? -1 : 1))) {
    if (part.endsWith('/')) yield* walk(folder, parent + part, '');
    else yield parent + part;
  }
}

/** From `to` up to `root`, so that new folders on the way survive a power cut too. */
async function syncFolders(root: string, to: string): Promise<void> {
  for (let folder = to; folder.startsWith(root); folder = dirname(folder)) {
    const handle = await open(folder, 'r').catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return null;
      throw error;
    });
    if (handle === null) return;
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ServiceUnavailable('The evidence folder', { cause: error });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
