import type { EventInventory } from '../inventory.ts';
import { HASH_SIZE } from './hash.ts';
import { storedLeaf } from './stored-leaf.ts';

/** What verification needs to know of stored items, one array each. Plain data: it travels between threads. */
export interface StoredBatch {
  readonly streams: readonly string[];
  readonly versions: readonly number[];
  /** Leaf hashes, one after the other; all zero for an item that can have no leaf. */
  readonly hashes: Uint8Array;
  /** Milliseconds; NaN where an item does not say. */
  readonly recordedAt: Float64Array;
  /** INDEXED, READABLE or both. */
  readonly flags: Uint8Array;
}

export const INDEXED = 1;
export const READABLE = 2;

/** Items of which each batch is made. */
const MOST = 512;

/** The whole inventory, digested. */
export async function* storedBatches(inventory: EventInventory): AsyncGenerator<StoredBatch> {
  for await (const items of inventory.all()) {
    for (let from = 0; from < items.length; from += MOST) {
      const some = items.slice(from, from + MOST);
      const hashes = Buffer.alloc(some.length * HASH_SIZE);
      const recordedAt = new Float64Array(some.length);
      const flags = new Uint8Array(some.length);
      for (const [at, item] of some.entries()) {
        const leaf = storedLeaf(item);
        hashes.set(leaf.hash, at * HASH_SIZE);
        recordedAt[at] = leaf.recordedAt;
        flags[at] = (item.indexed ? INDEXED : 0) | (leaf.readable ? READABLE : 0);
      }
      yield { streams: some.map(({ stream }) => stream), versions: some.map(({ version }) => version), hashes, recordedAt, flags };
    }
  }
}
