import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventStore } from '../event-store.ts';
import type { EventInventory } from '../inventory.ts';
import { HASH_SIZE } from './hash.ts';
import { leafHash } from './leaf.ts';
import { readElsewhere } from './read-elsewhere.ts';
import { INDEXED, READABLE, type StoredBatch, storedBatches } from './stored-batch.ts';
import type { StoredLeaf } from './stored-leaf.ts';

/** Everything in the store, by stream and version. */
export interface StoreTable {
  /** Rows of a stream's events, by version; -1 where there is none. */
  readonly streams: ReadonlyMap<string, readonly number[]>;
  readonly row: (row: number) => StoredRow;
  /** Is it readable and indexed, with the leaf hash that stands in `hashes` at `index`? */
  readonly agrees: (row: number, hashes: Buffer, index: number) => boolean;
  /** Events that came twice with the same stream and version, or with a version that is none. */
  readonly surplus: readonly string[];
}

export interface StoredRow extends StoredLeaf {
  readonly indexed: boolean;
}

const MAX_VERSION = 10_000_000;

/** Reads the whole store; with `threads`, on one of its own where the inventory can be opened there. */
export async function readStore(store: EventInventory, threads: number, progress: (events: number) => void): Promise<StoreTable> {
  const streams = new Map<string, number[]>();
  const surplus: string[] = [];
  const rows = new Rows();
  const { elsewhere } = store;
  for await (const batch of elsewhere === undefined || threads === 0 ? storedBatches(store) : readElsewhere(elsewhere)) {
    for (const [at, stream] of batch.streams.entries()) {
      const version = batch.versions[at] ?? Number.NaN;
      const places = streams.get(stream) ?? [];
      if (places.length === 0) streams.set(stream, places);
      const valid = Number.isSafeInteger(version) && version > 0 && version < MAX_VERSION;
      if (!valid || (places[version - 1] ?? -1) >= 0) {
        surplus.push(`${stream}/${version}`);
        continue;
      }
      while (places.length < version - 1) places.push(-1);
      places[version - 1] = rows.add(batch, at);
    }
    progress(batch.streams.length);
    // However fast the store is, the other threads' answers get their turn.
    await nextTurn();
  }
  return { streams, surplus, row: (row) => rows.get(row), agrees: (row, hashes, index) => rows.agrees(row, hashes, index) };
}

/** The leaf hash of an event as the store has it; all zero for one that can have no leaf. */
export function storedHash(event: RecordedEvent): Buffer {
  try {
    return leafHash(event);
  } catch {
    return Buffer.alloc(HASH_SIZE);
  }
}

/** Events of a stream by their keys, not by time: those that are there as they are, 'unreadable' for those that do not read. */
export async function loadVersions(
  store: Pick<EventStore, 'load'>, stream: string, versions: readonly number[],
): Promise<Map<number, RecordedEvent | 'unreadable'>> {
  const found = new Map<number, RecordedEvent | 'unreadable'>();
  if (versions.length === 0) return found;
  const range = { from: Math.min(...versions), to: Math.max(...versions) };
  try {
    for (const event of await store.load(stream, range)) found.set(event.version, event);
    return found;
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    if (range.from === range.to) return found.set(range.from, 'unreadable');
  }
  for (const version of versions) {
    for (const [at, event] of await loadVersions(store, stream, [version])) found.set(at, event);
  }
  return found;
}

function isCorrupt(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'RECORD_CORRUPT';
}

/** Rows without an object for each. */
class Rows {
  #hashes = Buffer.alloc(1024 * HASH_SIZE);
  #times = new Float64Array(1024);
  #flags = new Uint8Array(1024);
  #count = 0;

  add({ hashes, recordedAt, flags }: StoredBatch, at: number): number {
    if (this.#count === this.#times.length) this.#grow();
    const from = at * HASH_SIZE;
    this.#hashes.set(hashes.subarray(from, from + HASH_SIZE), this.#count * HASH_SIZE);
    this.#times[this.#count] = recordedAt[at] ?? Number.NaN;
    this.#flags[this.#count] = flags[at] ?? 0;
    this.#count += 1;
    return this.#count - 1;
  }

  get(row: number): StoredRow {
    const flags = this.#flags[row] ?? 0;
    return {
      hash: this.#hashes.subarray(row * HASH_SIZE, (row + 1) * HASH_SIZE),
      recordedAt: this.#times[row] ?? Number.NaN,
      indexed: (flags & INDEXED) !== 0,
      readable: (flags & READABLE) !== 0,
    };
  }

  /** The usual case, without an object made for it. */
  agrees(row: number, hashes: Buffer, index: number): boolean {
    const [own, other] = [row * HASH_SIZE, index * HASH_SIZE];
    return this.#flags[row] === (INDEXED | READABLE) && this.#hashes.compare(hashes, other, other + HASH_SIZE, own, own + HASH_SIZE) === 0;
  }

  #grow(): void {
    const [times, flags] = [new Float64Array(this.#count * 2), new Uint8Array(this.#count * 2)];
    times.set(this.#times);
    flags.set(this.#flags);
    [this.#times, this.#flags] = [times, flags];
    this.#hashes = Buffer.concat([this.#hashes, Buffer.alloc(this.#hashes.length)]);
  }
}
