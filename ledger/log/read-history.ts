import { LogMalformed } from './errors.ts';
import { equalBytes, HASH_SIZE, rootOf, sha256Into } from './hash.ts';
import { inOrder } from './in-parallel.ts';
import type { Leaf } from './leaf.ts';
import { readPublished } from './log-reader.ts';
import type { VerifierKey } from './note-key.ts';
import type { LogSource } from './ports.ts';
import { readBundle, readTile } from './read-tiles.ts';
import { TILE_WIDTH, tilePath, tileWidth } from './tile-path.ts';
import { levelsFrom, rootOfLevels } from './tree-levels.ts';

/** Events that stand next to one another in the log. */
export interface HistoryPart {
  /** Index of the first. */
  readonly from: number;
  /** Their exact bytes. */
  readonly entries: readonly Buffer[];
  /** Parsed when they are asked for, which costs more than reading and proving: ask once, or not at all. */
  readonly events: readonly Leaf[];
}

export interface HistoryRange {
  /** Index of the first event wanted. Default: the first of all. */
  readonly from?: number;
  /** Index of the first that is not wanted any more. Default and at most: as many as the log has published. */
  readonly to?: number;
}

/** Bundles that are fetched while others are worked on: waiting for a file takes longer than all that is done with it. */
const AHEAD = 4;

/**
 * The published history in the log's order, without what is sealed, some 256 events at a time. Every entry is hashed and
 * must lead to the signed root before it is given: so it is what the log took in, which was parsed in full then, and is
 * not parsed in full again. Throws LogMalformed at the first bundle that does not, NoteRefused for a checkpoint of others.
 */
export async function* readHistory(source: LogSource, logKey: VerifierKey, { from = 0, to = Infinity }: HistoryRange = {}): AsyncGenerator<HistoryPart> {
  const checkpoint = await readPublished(source, logKey);
  const size = checkpoint?.size ?? 0;
  const end = Math.min(to, size);
  if (checkpoint === null || from >= end) return;
  const last = Math.floor(size / TILE_WIDTH);
  const edge = size % TILE_WIDTH === 0 ? null : await readHashed(source, last, size % TILE_WIDTH);
  const roots = await readRoots(source, last);
  const signed = rootOfLevels([edge?.hashes ?? Buffer.of(), ...levelsFrom(roots)]);
  if (!equalBytes(signed, checkpoint.root)) throw new LogMalformed('log', 'its tiles do not lead to the signed root');

  const start = Math.floor(from / TILE_WIDTH);
  const wanted = Array.from({ length: Math.ceil(end / TILE_WIDTH) - start }, (_, at) => start + at);
  const bundleAt = async (index: number) => ({ index, ...(index === last && edge !== null ? edge : await readHashed(source, index, TILE_WIDTH)) });
  for await (const { index, entries, hashes } of inOrder(wanted, AHEAD, bundleAt)) {
    const root = roots.subarray(index * HASH_SIZE, (index + 1) * HASH_SIZE);
    if (index < last && !equalBytes(rootOf(hashes), root)) throw new LogMalformed(tilePath({ level: 'entries', index, width: TILE_WIDTH }), 'its entries do not lead to the signed root');
    const [first, behind] = [Math.max(0, from - index * TILE_WIDTH), Math.min(entries.length, end - index * TILE_WIDTH)];
    yield partOf(index * TILE_WIDTH + first, entries.slice(first, behind));
  }
}

function partOf(from: number, entries: readonly Buffer[]): HistoryPart {
  return {
    from,
    entries,
    get events() {
      return entries.map((entry) => JSON.parse(entry.toString()) as Leaf);
    },
  };
}

interface HashedBundle {
  readonly entries: readonly Buffer[];
  /** Leaf hashes, one after the other. */
  readonly hashes: Buffer;
}

async function readHashed(source: LogSource, index: number, width: number): Promise<HashedBundle> {
  const entries = await readBundle(source, index, width);
  const hashes = Buffer.alloc(entries.length * HASH_SIZE);
  const prefixed = Buffer.alloc(1 + Math.max(...entries.map(({ length }) => length)));
  for (const [at, entry] of entries.entries()) {
    prefixed.set(entry, 1);
    sha256Into(hashes, at * HASH_SIZE, prefixed.subarray(0, 1 + entry.length));
  }
  return { entries, hashes };
}

/** The roots of the first `count` bundles: level 1 of the tree. */
async function readRoots(source: LogSource, count: number): Promise<Buffer> {
  const tiles: Buffer[] = [];
  for (let index = 0; index * TILE_WIDTH < count; index += 1) {
    tiles.push(await readTile(source, { level: 1, index, width: tileWidth(count, 0, index) }));
  }
  return Buffer.concat(tiles);
}
