import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { EventStore } from '../event-store.ts';
import { HASH_SIZE } from './hash.ts';
import { leafHash } from './leaf.ts';

/** Leaf hashes of everything in the store, by stream and version. */
export interface StoreTable {
  /** Places of a stream's events in `hashes`, by version; -1 where there is none. */
  readonly streams: ReadonlyMap<string, readonly number[]>;
  readonly hash: (place: number) => Buffer;
  /** When the event at a place was recorded, in milliseconds. */
  readonly recordedAt: (place: number) => number;
  /** Events that came twice with the same stream and version, or with a version that is none. */
  readonly surplus: readonly string[];
  /** What ended the sweep early, if something in the store does not read. */
  readonly interrupted: string | null;
}

const BEGINNING = '1970-01-01T00:00:00.000Z';
/** After so many events the other threads' answers get their turn, however fast the store is. */
const EVENTS_A_TURN = 128;
const MAX_VERSION = 10_000_000;

/** Sweeps the whole store. */
export async function readStore(store: Pick<EventStore, 'since'>, progress: (events: number) => void): Promise<StoreTable> {
  const streams = new Map<string, number[]>();
  const surplus: string[] = [];
  const rows = new Rows();
  let interrupted: string | null = null;
  try {
    for await (const events of store.since(BEGINNING)) {
      for (const event of events) {
        const places = streams.get(event.stream) ?? [];
        streams.set(event.stream, places);
        const valid = Number.isSafeInteger(event.version) && event.version > 0 && event.version < MAX_VERSION;
        if (!valid || (places[event.version - 1] ?? -1) >= 0) {
          surplus.push(`${event.stream}/${event.version}`);
          continue;
        }
        while (places.length < event.version - 1) places.push(-1);
        const row = rows.add(storedHash(event), Date.parse(event.recordedAt));
        places[event.version - 1] = row;
        if (row % EVENTS_A_TURN === 0) await nextTurn();
      }
      progress(events.length);
    }
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    interrupted = error.message;
  }
  return { streams, surplus, interrupted, hash: (place) => rows.hash(place), recordedAt: (place) => rows.time(place) };
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

/** Rows of a hash and a time, without an object for each. */
class Rows {
  #hashes = Buffer.alloc(1024 * HASH_SIZE);
  #times = new Float64Array(1024);
  #count = 0;

  add(hash: Buffer, time: number): number {
    if (this.#count === this.#times.length) {
      this.#hashes = Buffer.concat([this.#hashes, Buffer.alloc(this.#hashes.length)]);
      const times = new Float64Array(this.#times.length * 2);
      times.set(this.#times);
      this.#times = times;
    }
    this.#hashes.set(hash, this.#count * HASH_SIZE);
    this.#times[this.#count] = time;
    this.#count += 1;
    return this.#count - 1;
  }

  hash(row: number): Buffer {
    return this.#hashes.subarray(row * HASH_SIZE, (row + 1) * HASH_SIZE);
  }

  time(row: number): number {
    return this.#times[row] ?? Number.NaN;
  }
}
