import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BagSink } from './bag-sink.ts';

/** Writes a bag as a folder, readable by its owner alone. Refuses (EEXIST) to write over anything. */
export async function folderSink(folder: string): Promise<BagSink> {
  await mkdir(folder, { recursive: false, mode: 0o700 });
  return {
    async add(path, bytes) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
    },
  };
}
