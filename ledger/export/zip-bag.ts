import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { ArchiveRefused } from './errors.ts';
import { isPlainPath } from './verifier/bagit.ts';
import { MAX_FILE, type BagFiles } from './verifier/read-bag.ts';

/** A bag compresses about tenfold; what would grow more than this is made to fill a disk or a memory. */
const MAX_GROWTH = 200;
/** Below this no growth does harm. */
const HARMLESS = 64 * 1024 * 1024;

export interface ZippedBag {
  readonly files: BagFiles;
  /** Writes the bag as a folder. Refuses (EEXIST) a folder that is there, and names that do not stay inside it. */
  unpack(folder: string): Promise<void>;
  close(): void;
}

/**
 * A bag in a zip archive, in its one folder as RFC 8493 section 4 has it. Links, and names that are in the archive twice, are
 * no files. Throws ArchiveRefused.
 */
export async function openZippedBag(path: string): Promise<ZippedBag> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch((error: unknown) => {
    throw new ArchiveRefused('it does not read as a zip archive', { cause: error });
  });
  const all = await entriesOf(zip).catch((error: unknown) => {
    zip.close();
    throw error;
  });
  const folder = commonFolder(all.map(({ fileName }) => fileName));
  const entries = new Map<string, Entry | null>();
  for (const entry of all) {
    const name = entry.fileName.slice(folder.length);
    entries.set(name, entries.has(name) || isLink(entry) || entry.uncompressedSize > MAX_FILE ? null : entry);
  }
  return {
    files: {
      scope: 'bag',
      paths: async () => [...entries.keys()].toSorted(),
      read: async (name) => {
        const entry = entries.get(name);
        if (entry === undefined || entry === null) return null;
        // Damaged, enciphered or compressed in a way nobody knows.
        return zip.openReadStreamPromise(entry).then(buffer).then((bytes) => new Uint8Array(bytes), () => null);
      },
    },
    unpack: (to) => unpack(zip, entries, to),
    close: () => zip.close(),
  };
}

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const all: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) all.push(entry);
  } catch (error) {
    throw new ArchiveRefused(error instanceof Error ? error.message : 'its directory does not read', { cause: error });
  }
  const grown = all.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (grown > HARMLESS && grown > zip.fileSize * MAX_GROWTH) throw new ArchiveRefused(`its ${zip.fileSize} bytes would become ${grown}`);
  return all;
}

/** Made on a system that knows links, and one. */
const isLink = ({ externalFileAttributes }: Entry): boolean => ((externalFileAttributes >>> 16) & 0xf000) === 0xa000;

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
