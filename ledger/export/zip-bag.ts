import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { isPlainPath } from './verifier/bagit.ts';
import type { BagFiles } from './verifier/read-bag.ts';

export interface ZippedBag {
  readonly files: BagFiles;
  /** Writes the bag as a folder. Refuses (EEXIST) a folder that is there, and names that do not stay inside it. */
  unpack(folder: string): Promise<void>;
  close(): void;
}

/** A bag in a zip archive, in its one folder as RFC 8493 section 4 has it. Names that are in the archive twice are no files. */
export async function openZippedBag(path: string): Promise<ZippedBag> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true });
  const all: Entry[] = [];
  for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) all.push(entry);
  const folder = commonFolder(all.map(({ fileName }) => fileName));
  const entries = new Map<string, Entry | null>();
  for (const entry of all) {
    const name = entry.fileName.slice(folder.length);
    entries.set(name, entries.has(name) ? null : entry);
  }
  return {
    files: {
      scope: 'bag',
      paths: async () => [...entries.keys()].toSorted(),
      read: async (name) => {
        const entry = entries.get(name);
        return entry === undefined || entry === null ? null : new Uint8Array(await buffer(await zip.openReadStreamPromise(entry)));
      },
    },
    unpack: (to) => unpack(zip, entries, to),
    close: () => zip.close(),
  };
}

async function unpack(zip: ZipFile, entries: ReadonlyMap<string, Entry | null>, to: string): Promise<void> {
  await mkdir(to, { recursive: false, mode: 0o700 });
  for (const [name, entry] of entries) {
    if (entry === null || !isPlainPath(name)) throw new TypeError('The archive is no bag: a name in it is not plain, or there twice');
    const file = join(to, name);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  }
}

/** The one folder that every name begins with, with its slash; empty where there is none. */
function commonFolder(names: readonly string[]): string {
  const first = names[0] ?? '';
  const folder = first.slice(0, first.indexOf('/') + 1);
  return names.every((name) => name.startsWith(folder)) ? folder : '';
}
