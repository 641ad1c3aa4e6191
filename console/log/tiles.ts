import type { Bytes } from './bytes.ts';
import { LogBroken } from './checkpoint.ts';
import { rootOf, type NodeReader } from './tree.ts';

export const tileWidth = 256;
const tileHeight = 8;
const hashSize = 32;

/** Reads a file of the log by its path; null where it is not there. */
export type ReadFile = (path: string) => Promise<Bytes | null>;

/** `tile/<L>/<N>[.p/<W>]` with N in groups of three digits, all but the last behind an x (C2SP tlog-tiles). */
export function tilePath(level: number | 'entries', index: number, width: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return `tile/${level}/${groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** How many hashes (at level 0: entries) the tile has in a tree of `size`. */
const widthOf = (size: number, level: number, index: number): number => Math.max(0, Math.min(tileWidth, Math.floor(size / tileWidth ** level) - index * tileWidth));

/** A partial file, or the full one that has taken its place since. */
async function readEither(read: ReadFile, level: number | 'entries', index: number, width: number): Promise<Bytes> {
  const found = await read(tilePath(level, index, width)) ?? (width < tileWidth ? await read(tilePath(level, index, tileWidth)) : null);
  if (found === null) throw new LogBroken(`The file ${tilePath(level, index, width)} of the log is missing.`);
  return found;
}

/** Nodes of the tree of `size`, each tile read once. Throws LogBroken. */
export function nodesOf(read: ReadFile, size: number): NodeReader {
  const tiles = new Map<string, Promise<Bytes[]>>();
  const tile = (level: number, index: number): Promise<Bytes[]> => {
    const key = `${level}/${index}`;
    const known = tiles.get(key) ?? readTile(read, level, index, size);
    tiles.set(key, known);
    return known;
  };
  return async (height, index) => {
    const count = 2 ** (height % tileHeight);
    const first = index * count;
    const hashes = await tile(Math.floor(height / tileHeight), Math.floor(first / tileWidth));
    const start = first % tileWidth;
    return rootOf(hashes.slice(start, start + count));
  };
}

/** The hashes of one tile in the tree of `size`. Throws LogBroken. */
export async function readTile(read: ReadFile, level: number, index: number, size: number): Promise<Bytes[]> {
  const width = widthOf(size, level, index);
  const bytes = await readEither(read, level, index, width);
  if (bytes.length !== width * hashSize && bytes.length !== tileWidth * hashSize) throw new LogBroken(`The file ${tilePath(level, index, width)} of the log has the wrong length.`);
  return Array.from({ length: width }, (_, at) => bytes.slice(at * hashSize, (at + 1) * hashSize));
}

/** The entries of one bundle (256, or as many as the tree of `size` has there). Throws LogBroken. */
export async function readBundle(read: ReadFile, bundle: number, size: number): Promise<Bytes[]> {
  const width = widthOf(size, 0, bundle);
  const bytes = await readEither(read, 'entries', bundle, width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Bytes[] = [];
  for (let at = 0; at < bytes.length && entries.length < width;) {
    const end = at + 2 <= bytes.length ? at + 2 + view.getUint16(at) : Infinity;
    if (end > bytes.length) break;
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  if (entries.length !== width) throw new LogBroken(`The file ${tilePath('entries', bundle, width)} of the log is cut off.`);
  return entries;
}
