import { decodeBundle } from './entry-bundle.ts';
import { LogMalformed } from './errors.ts';
import { HASH_SIZE, rootOf } from './hash.ts';
import type { NodeReader } from './make-proof.ts';
import type { LogSource } from './ports.ts';
import { TILE_WIDTH, type TileAddress, tilePath, tileWidth } from './tile-path.ts';

const TILE_HEIGHT = 8;

/** The first `width` hashes of a tile, from the partial one or, once that is gone, from the full one. Throws LogMalformed. */
export async function readTile(source: LogSource, address: TileAddress & { readonly level: number }): Promise<Buffer> {
  const { path, bytes } = await readEither(source, address);
  const needed = address.width * HASH_SIZE;
  if (bytes.length !== needed && bytes.length !== TILE_WIDTH * HASH_SIZE) throw new LogMalformed(path, `it has ${bytes.length} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, needed);
}

/** The first `width` entries of a bundle, likewise. */
export async function readBundle(source: LogSource, index: number, width: number): Promise<Buffer[]> {
  const { full, bytes } = await readEither(source, { level: 'entries', index, width });
  return decodeBundle(bytes, full ? TILE_WIDTH : width).slice(0, width);
}

/** The entry at `index` of a tree of `size`. */
export async function readEntry(source: LogSource, index: number, size: number): Promise<Buffer> {
  const bundle = Math.floor(index / TILE_WIDTH);
  const entry = (await readBundle(source, bundle, tileWidth(size, 0, bundle)))[index % TILE_WIDTH];
  if (entry === undefined) throw new LogMalformed('log entry', `there is no index ${index} in a tree of ${size}`);
  return entry;
}

/** Reads nodes of the tree of `size` from its tiles, each tile once. */
export function nodesFrom(source: LogSource, size: number): NodeReader {
  const tiles = new Map<string, Promise<Buffer>>();

  function tile(level: number, index: number): Promise<Buffer> {
    const address = { level, index, width: tileWidth(size, level, index) };
    const path = tilePath(address);
    const known = tiles.get(path) ?? readTile(source, address);
    tiles.set(path, known);
    return known;
  }

  return async (height, index) => {
    const level = Math.floor(height / TILE_HEIGHT);
    const count = 2 ** (height % TILE_HEIGHT);
    const first = index * count;
    const hashes = await tile(level, Math.floor(first / TILE_WIDTH));
    const start = (first % TILE_WIDTH) * HASH_SIZE;
    return rootOf(hashes.subarray(start, start + count * HASH_SIZE));
  };
}

async function readEither(source: LogSource, address: TileAddress): Promise<{ path: string; bytes: Uint8Array; full: boolean }> {
  const path = tilePath(address);
  const bytes = await source.get(path);
  if (bytes !== null) return { path, bytes, full: address.width === TILE_WIDTH };
  const fullPath = tilePath({ ...address, width: TILE_WIDTH });
  const full = await source.get(fullPath);
  if (full === null) throw new LogMalformed(path, 'it is missing');
  return { path: fullPath, bytes: full, full: true };
}
