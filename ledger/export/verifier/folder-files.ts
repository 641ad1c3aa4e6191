import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MAX_FILE, type BagFiles } from './read-bag.ts';

/** The files of a bag that is a folder. Links are listed but not followed: they are no part of a bag. */
export function folderFiles(folder: string): BagFiles {
  return {
    scope: 'bag',
    async paths() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
      return files.map((file) => relative(folder, file).replaceAll('\\', '/')).toSorted();
    },
    async read(path) {
      const file = join(folder, path);
      const found = await lstat(file).catch(() => null);
      if (found?.isFile() !== true || found.size > MAX_FILE) return null;
      return readFile(file).then((bytes) => new Uint8Array(bytes), () => null);
    },
  };
}
