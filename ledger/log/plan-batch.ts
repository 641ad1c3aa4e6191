import { encodeBundle } from './entry-bundle.ts';
import { HASH_SIZE, hashLeaf } from './hash.ts';
import { TILE_WIDTH, type TileAddress, tilePath } from './tile-path.ts';
import type { TreeEdge } from './tree-edge.ts';

/** The log's growing end: the edge of the tree, and the entries of the bundle that is not full yet. */
export interface LogEnd {
  readonly edge: TreeEdge;
  readonly tail: readonly Buffer[];
}

/** What a batch writes, and the end it leads to. */
export interface BatchPlan {
  readonly files: readonly { readonly path: string; readonly bytes: Buffer }[];
  /** Tiles and bundles that were partial before and are full now. */
  readonly filled: readonly TileAddress[];
  readonly end: LogEnd;
}

/** Plans the tiles and bundles that adding `leaves` to `end` makes, in the tree's order; changes nothing. Pure. */
export function planBatch(end: LogEnd, leaves: readonly Buffer[]): BatchPlan {
  const edge = end.edge.clone();
  const files: { path: string; bytes: Buffer }[] = [];
  const filled: TileAddress[] = [];
  let tail = [...end.tail];

  const write = (address: TileAddress, bytes: Buffer) => files.push({ path: tilePath(address), bytes });

  for (const leaf of leaves) {
    tail.push(leaf);
    for (const { level, index, hashes } of edge.append(hashLeaf(leaf))) {
      const address = { level, index, width: TILE_WIDTH };
      write(address, hashes);
      if (wasPartial(end.edge, address)) filled.push(address);
    }
    if (tail.length === TILE_WIDTH) {
      const address = { level: 'entries', index: edge.size / TILE_WIDTH - 1, width: TILE_WIDTH } as const;
      write(address, encodeBundle(tail));
      if (wasPartial(end.edge, { ...address, level: 0 })) filled.push(address);
      tail = [];
    }
  }
  if (tail.length > 0) write({ level: 'entries', index: Math.floor(edge.size / TILE_WIDTH), width: tail.length }, encodeBundle(tail));
  for (let level = 0; level < edge.height; level += 1) {
    const hashes = Buffer.from(edge.hashesAt(level));
    const address = { level, index: Math.floor(edge.size / TILE_WIDTH ** (level + 1)), width: hashes.length / HASH_SIZE };
    const unchanged = wasPartial(end.edge, address) && end.edge.hashesAt(level).length === hashes.length;
    if (hashes.length > 0 && !unchanged) write(address, hashes);
  }
  return { files, filled, end: { edge, tail } };
}

/** Did the tile exist, unfinished, at the edge before? */
function wasPartial(edge: TreeEdge, { level, index }: { readonly level: number; readonly index: number }): boolean {
  return edge.hashesAt(level).length > 0 && index === Math.floor(edge.size / TILE_WIDTH ** (level + 1));
}
