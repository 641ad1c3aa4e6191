import { HASH_SIZE, rootOf } from './hash.ts';
import type { LogSource } from './ports.ts';
import { readTile } from './read-tiles.ts';
import { TILE_WIDTH, tileWidth } from './tile-path.ts';

/** A tile that an append has filled. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Buffer;
}

interface Level {
  readonly hashes: Buffer;
  count: number;
}

/** The right edge of the tree: at each level the hashes of the tile that is not full yet. All that appending needs. */
export class TreeEdge {
  #size: number;
  readonly #levels: Level[];

  constructor(size = 0, levels: readonly Buffer[] = []) {
    this.#size = size;
    this.#levels = levels.map((hashes) => toLevel(hashes));
  }

  get size(): number {
    return this.#size;
  }

  get height(): number {
    return this.#levels.length;
  }

  clone(): TreeEdge {
    return new TreeEdge(this.#size, this.#levels.map((_, level) => this.hashesAt(level)));
  }

  /** The hashes of the unfinished tile at `level`; a view, possibly empty. */
  hashesAt(level: number): Buffer {
    const { hashes, count } = this.#levels[level] ?? toLevel(Buffer.of());
    return hashes.subarray(0, count * HASH_SIZE);
  }

  /** Adds a leaf; answers the tiles it filled, from level 0 up. */
  append(leafHash: Uint8Array): FullTile[] {
    this.#size += 1;
    const full: FullTile[] = [];
    let hash = leafHash;
    for (let level = 0; ; level += 1) {
      const edge = (this.#levels[level] ??= toLevel(Buffer.of()));
      edge.hashes.set(hash, edge.count * HASH_SIZE);
      edge.count += 1;
      if (edge.count < TILE_WIDTH) return full;
      const hashes = Buffer.from(edge.hashes);
      full.push({ level, index: this.#size / TILE_WIDTH ** (level + 1) - 1, hashes });
      edge.count = 0;
      hash = rootOf(hashes);
    }
  }

  /** Root of the whole tree. */
  root(): Buffer {
    let rest: Buffer | null = null;
    for (const level of this.#levels.keys()) {
      const hashes = this.hashesAt(level);
      if (hashes.length > 0) rest = rootOf(hashes, rest);
    }
    return rest ?? rootOf(Buffer.of());
  }
}

/** The edge of the tree of `size`, read from its tiles. Throws LogMalformed when one is missing or has another width. */
export async function readEdge(source: LogSource, size: number): Promise<TreeEdge> {
  const levels: Buffer[] = [];
  for (let level = 0; Math.floor(size / TILE_WIDTH ** level) > 0; level += 1) {
    const index = Math.floor(size / TILE_WIDTH ** (level + 1));
    const width = tileWidth(size, level, index);
    levels.push(width === 0 ? Buffer.of() : await readTile(source, { level, index, width }));
  }
  return new TreeEdge(size, levels);
}

function toLevel(hashes: Buffer): Level {
  const room = Buffer.alloc(TILE_WIDTH * HASH_SIZE);
  room.set(hashes);
  return { hashes: room, count: hashes.length / HASH_SIZE };
}
