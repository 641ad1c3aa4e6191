import { equalBytes, HASH_SIZE, rootOf } from './hash.ts';
import type { NodeReader } from './make-proof.ts';
import { TILE_WIDTH } from './tile-path.ts';

/** All tile hashes of a tree in memory: by level, one after the other; level 0 are the leaf hashes. */
export type TreeLevels = readonly Buffer[];

const TILE_BYTES = TILE_WIDTH * HASH_SIZE;
const TILE_HEIGHT = 8;

/** The levels above `hashes`, which are those of `level`. `known` gives roots of full tiles of that level that were computed before. */
export function levelsFrom(hashes: Buffer, known: (tile: number) => Buffer | null = () => null): Buffer[] {
  const count = Math.floor(hashes.length / TILE_BYTES);
  if (count === 0) return [hashes];
  const above = Buffer.alloc(count * HASH_SIZE);
  for (let tile = 0; tile < count; tile += 1) {
    above.set(known(tile) ?? rootOf(hashes.subarray(tile * TILE_BYTES, (tile + 1) * TILE_BYTES)), tile * HASH_SIZE);
  }
  return [hashes, ...levelsFrom(above)];
}

/** Root of the tree. */
export function rootOfLevels(levels: TreeLevels): Buffer {
  let rest: Buffer | null = null;
  for (const hashes of levels) {
    const edge = hashes.subarray(Math.floor(hashes.length / TILE_BYTES) * TILE_BYTES);
    if (edge.length > 0) rest = rootOf(edge, rest);
  }
  return rest ?? rootOf(Buffer.of());
}

/** Reads the nodes of the tree. */
export function nodesIn(levels: TreeLevels): NodeReader {
  return async (height, index) => {
    const count = 2 ** (height % TILE_HEIGHT);
    const hashes = levels[Math.floor(height / TILE_HEIGHT)] ?? Buffer.of();
    return rootOf(hashes.subarray(index * count * HASH_SIZE, (index + 1) * count * HASH_SIZE));
  };
}

/** The `width` hashes of a tile. */
export function tileIn(levels: TreeLevels, level: number, index: number, width: number): Buffer {
  return (levels[level] ?? Buffer.of()).subarray(index * TILE_BYTES, index * TILE_BYTES + width * HASH_SIZE);
}

/** Where two rows of hashes differ. */
export function differing(left: Buffer, right: Buffer): number[] {
  if (equalBytes(left, right)) return [];
  const places: number[] = [];
  for (let tile = 0; tile < left.length; tile += TILE_BYTES) {
    const end = Math.min(tile + TILE_BYTES, left.length);
    if (same(left, right, tile, end)) continue;
    for (let at = tile; at < end; at += HASH_SIZE) if (!same(left, right, at, at + HASH_SIZE)) places.push(at / HASH_SIZE);
  }
  return places;
}

function same(left: Buffer, right: Buffer, start: number, end: number): boolean {
  return equalBytes(left.subarray(start, end), right.subarray(start, end));
}
