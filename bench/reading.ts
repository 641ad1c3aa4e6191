import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStore, EventType } from '@castore/core';
import { pourEventStoreEvents } from '@castore/lib-dam';
import { z } from 'zod';
import type { RecordedEvent } from '../events/envelope.ts';
import { folderTiles } from '../gateways/tiles/folder.ts';
import { inParallel } from '../ledger/log/in-parallel.ts';
import { type Leaf, parseLeaf } from '../ledger/log/leaf.ts';
import { readPublished } from '../ledger/log/log-reader.ts';
import type { VerifierKey } from '../ledger/log/note-key.ts';
import type { LogSource } from '../ledger/log/ports.ts';
import { readHistory } from '../ledger/log/read-history.ts';
import { readBundle } from '../ledger/log/read-tiles.ts';
import { openSequencer, type Sequencer } from '../ledger/log/sequencer.ts';
import { TILE_WIDTH, tileWidth } from '../ledger/log/tile-path.ts';
import { type Bench, type Contender, flatness, type Row, speed, takeTurns, typical } from './bench.ts';
import { type Arena, CASTORE, asCastore, openArena } from './event-store-arena.ts';
import { makeEvent, makeSigner } from './sequencing.ts';

/**
 * Never a multiple of 20 streams: when lib-dam's pages of 20 come out even, DynamoDB's last page is empty, and the pour
 * stops there without the events that it still held back.
 */
const SIZES = [
  { events: 1_000, rounds: 9, warmUp: 3 },
  { events: 10_020, rounds: 5, warmUp: 1 },
  { events: 100_020, rounds: 5, warmUp: 1 },
];
/** As many as `makeEvent` gives a stream. */
const EVENTS_A_STREAM = 20;
const FILLING_AT_ONCE = 8;
const BATCH = 4096;
const CASTORE_POUR = 'Castore pour';
const HISTORY = 'log, readHistory: proven, typed';
const ENTRIES = 'log, readHistory: proven, as bytes';
const PROVEN = new Set([HISTORY, ENTRIES]);
/** Of the log alone: it would take Castore an hour to be filled. */
const LARGEST = 1_000_000;

/**
 * Streams follow one another in time, which is the best case for Castore: its pour holds few streams back to sort them.
 * An entry of the log has the hash of what is sealed, not the ciphertext; our event store and Castore give both.
 */
export const bench: Bench = {
  name: 'reading',
  summary: 'all history in order; the log from its folder, our event store and Castore from the same DynamoDB; × says how many times as fast',
  async run() {
    const arena = await openArena();
    const root = await mkdtemp(join(tmpdir(), 'kyc-bench-log-'));
    try {
      const tiles = folderTiles(root);
      const sequencer = await openSequencer({
        tiles, store: arena.store, signer: makeSigner(), origin: 'bench.example/log', clock: () => new Date(),
      });
      const rows: Row[] = [];
      let filled = 0;
      for (const { events, rounds, warmUp } of SIZES) {
        await fillUp(arena, sequencer, filled, events);
        filled = events;
        const readers = readersOf(arena, tiles, sequencer.key, events);
        for (const reader of readers) await reader.check();
        const times = await takeTurns(readers, rounds, warmUp);
        rows.push(...readers.map(({ name }) => rowOf(events, name, typical(times, name), speed(times, name, CASTORE_POUR))));
      }
      for (; filled < LARGEST; filled += BATCH) {
        await sequencer.sequence(Array.from({ length: Math.min(BATCH, LARGEST - filled) }, (_, at) => makeEvent(filled + at)));
      }
      const own = readersOf(arena, tiles, sequencer.key, LARGEST).filter(({ name }) => PROVEN.has(name));
      const times = await takeTurns(own, 3, 0);
      rows.push(...own.map(({ name }) => rowOf(LARGEST, name, typical(times, name), '–')));
      for (const name of PROVEN) rows.push({ ...flatness(rows.filter(({ reader }) => reader === name), 'µs an event'), reader: name });
      await sequencer.close();
      return rows;
    } finally {
      await arena.stop();
      await rm(root, { recursive: true });
    }
  },
};

function rowOf(events: number, reader: string, milliseconds: number, timesCastore: number | string): Row {
  return { events, reader, milliseconds: Math.round(milliseconds * 10) / 10, 'µs an event': Math.round((milliseconds * 100_000) / events) / 100, '× Castore': timesCastore };
}

/** Apart, so that the events are gone before anything is measured: a reader has no second copy of them on its heap. */
async function fillUp(arena: Arena, sequencer: Sequencer, from: number, to: number): Promise<void> {
  const added = Array.from({ length: to - from }, (_, at) => makeEvent(from + at));
  await fill(arena, added);
  await sequencer.sequence(added);
}

async function fill(arena: Arena, events: readonly RecordedEvent[]): Promise<void> {
  const starts = Array.from({ length: events.length / EVENTS_A_STREAM }, (_, stream) => stream * EVENTS_A_STREAM);
  await inParallel(starts, FILLING_AT_ONCE, async (start) => {
    const [first, ...others] = events.slice(start, start + EVENTS_A_STREAM);
    if (first === undefined) return;
    await arena.store.append(first.stream, 0, [first, ...others]);
    const [group, ...groups] = [grouped(arena, first), ...others.map((event) => grouped(arena, event))] as const;
    await arena.castore.pushEventGroup({}, group, ...groups);
  });
}

function grouped(arena: Arena, event: RecordedEvent) {
  const one = arena.castore.groupEvent(asCastore(event));
  one.context = CASTORE;
  return one;
}

interface Reader extends Contender {
  /** Throws unless it gives every event once, in the order of recording. Not timed. */
  check(): Promise<void>;
}

const Identified = z.object({ id: z.string() });

function readersOf(arena: Arena, source: LogSource, key: VerifierKey, events: number): Reader[] {
  function reader<T>(name: string, read: (give: (one: T) => void) => Promise<unknown>, idOf: (one: T) => string): Reader {
    return {
      name,
      prepare: async () => async () => {
        let given = 0;
        await read(() => {
          given += 1;
        });
        if (given !== events) throw new Error(`${name} gave ${given} events of ${events}`);
      },
      check: async () => {
        let given = 0;
        await read((one) => {
          if (idOf(one) !== makeEvent(given).id) throw new Error(`${name} gives another event in place ${given}`);
          given += 1;
        });
        if (given !== events) throw new Error(`${name} gave ${given} events of ${events}`);
      },
    };
  }

  const idOf = (one: unknown) => Identified.parse(one).id;
  const castore = new EventStore({
    ...CASTORE,
    eventTypes: [new EventType({ type: 'IdDocumentUploaded' })],
    reducer: (_, { aggregateId, version }) => ({ aggregateId, version }),
    eventStorageAdapter: arena.castore,
  });
  return [
    reader<Leaf>(HISTORY, async (give) => {
      for await (const part of readHistory(source, key)) part.events.forEach(give);
    }, ({ id }) => id),
    reader(ENTRIES, async (give) => {
      for await (const part of readHistory(source, key)) part.entries.forEach(give);
    }, (entry: Buffer) => parseLeaf(entry).id),
    reader('log, bytes without checking', (give) => eachEntry(source, key, give), (entry: Buffer) => parseLeaf(entry).id),
    reader<RecordedEvent>('event store since', async (give) => {
      for await (const batch of arena.store.since('1970-01-01T00:00:00.000Z')) batch.forEach(give);
    }, idOf),
    // No rate limit is given, which is Castore's fastest; the channel only counts.
    reader<unknown>(CASTORE_POUR, (give) => pourEventStoreEvents({
      eventStore: castore,
      messageChannel: { publishMessage: async ({ event }) => give(event.metadata) },
    }), idOf),
  ];
}

/** Every entry under the published checkpoint, whose signature is verified first. */
async function eachEntry(source: LogSource, key: VerifierKey, give: (entry: Buffer) => void): Promise<void> {
  const size = (await readPublished(source, key))?.size ?? 0;
  for (let bundle = 0; bundle * TILE_WIDTH < size; bundle += 1) {
    for (const entry of await readBundle(source, bundle, tileWidth(size, 0, bundle))) give(entry);
  }
}
