import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Tiles } from '../../gateways/tiles/port.ts';
import { parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { LogInconsistent, SequencerReplaced } from '../../ledger/log/errors.ts';
import { hashLeaf, rootOf } from '../../ledger/log/hash.ts';
import { leafBytes } from '../../ledger/log/leaf.ts';
import { openNote, parseNote } from '../../ledger/log/note.ts';
import { verifierKey } from '../../ledger/log/note-key.ts';
import { readBundle } from '../../ledger/log/read-tiles.ts';
import { openSequencer, type Sequencer } from '../../ledger/log/sequencer.ts';
import { tilePath, tilesOf, tileWidth } from '../../ledger/log/tile-path.ts';
import { memoryEvents } from '../support/memory/events.ts';
import { emptyTiles, memoryTiles, type TilesContent } from '../support/memory/tiles.ts';
import { makeEvent, makeSigner, streamName } from './fixtures.ts';

const origin = 'ledger.example/log';
const signer = makeSigner();

interface World {
  readonly content: TilesContent;
  readonly store: ReturnType<typeof memoryEvents>;
  now: Date;
}

function makeWorld(events: RecordedEvent[] = []): World {
  return { content: emptyTiles(), store: memoryEvents(events), now: new Date('2026-03-02T00:00:00.000Z') };
}

function open(world: World, tiles: Tiles = memoryTiles(world.content), batchSize = 300): Promise<Sequencer> {
  return openSequencer({ tiles, store: world.store, signer, origin, clock: () => world.now, batchSize });
}

/** `streams` streams of `versions` events each, in the order in which they would be recorded. */
function history(streams: number, versions: number): RecordedEvent[] {
  return Array.from({ length: streams * versions }, (_, at) => makeEvent(at % streams, Math.floor(at / streams) + 1));
}

async function entriesOf(content: TilesContent, size: number): Promise<Buffer[]> {
  const bundles = Array.from({ length: Math.ceil(size / 256) }, (_, at) => readBundle(memoryTiles(content), at, tileWidth(size, 0, at)));
  return (await Promise.all(bundles)).flat();
}

const naiveRoot = (entries: readonly Buffer[]) => rootOf(Buffer.concat(entries.map((entry) => hashLeaf(entry)))).toString('base64');

async function published(content: TilesContent) {
  const note = parseNote(content.files.get('checkpoint') ?? '');
  openNote(note, [verifierKey(origin, await signer.publicKey())]);
  return parseCheckpoint(note.text);
}

/** The log is exactly a log of `events`: each once, in the order of its stream, with all tiles and the right signature. */
async function expectLogOf(world: World, events: readonly RecordedEvent[]): Promise<void> {
  const { size, root } = await published(world.content);
  const entries = await entriesOf(world.content, size);
  expect(entries.map(String).toSorted()).toEqual(events.map((event) => leafBytes(event).toString()).toSorted());
  expect(Buffer.from(root).toString('base64')).toBe(naiveRoot(entries));
  const versions = new Map<string, number>();
  for (const entry of entries) {
    const { stream, version } = JSON.parse(entry.toString());
    expect(version).toBe((versions.get(stream) ?? 0) + 1);
    versions.set(stream, version);
  }
  for (const address of tilesOf(size)) expect([...world.content.files.keys()]).toContain(tilePath(address));
}

/** Every checkpoint that was ever published is the root of a prefix of the log. */
async function expectPrefixes(world: World, seen: readonly string[]): Promise<void> {
  const entries = await entriesOf(world.content, (await published(world.content)).size);
  for (const text of seen) {
    const { size, root } = parseCheckpoint(parseNote(text).text);
    expect(Buffer.from(root).toString('base64')).toBe(naiveRoot(entries.slice(0, size)));
  }
}

describe('the sequencer', () => {
  it('G-26: gives every event its place, with exactly the tiles of the specification', async () => {
    const world = makeWorld(history(70, 10));
    const sequencer = await open(world);
    expect(await sequencer.catchUp()).toEqual({ sequenced: 700, size: 700, held: [] });
    await expectLogOf(world, world.store.events);
    const tiles = [...world.content.files.keys()].filter((path) => path.startsWith('tile/'));
    const oneBatch = makeWorld(world.store.events);
    await (await open(oneBatch, undefined, 1000)).catchUp();
    expect([...oneBatch.content.files.keys()].filter((path) => path.startsWith('tile/')).toSorted()).toEqual([...tilesOf(700)].map(tilePath).toSorted());
    expect(tiles).toEqual(expect.arrayContaining([...tilesOf(700)].map(tilePath)));
    const entry = (await entriesOf(world.content, 700))[sequencer.indexOf(streamName(3), 2) ?? -1];
    expect(entry).toEqual(leafBytes(makeEvent(3, 2)));
    expect(sequencer.indexOf(streamName(3), 11)).toBeNull();
  });

  it('publishes the signed checkpoint of the empty tree at first', async () => {
    const world = makeWorld();
    await open(world);
    expect(await published(world.content)).toMatchObject({ origin, size: 0 });
  });

  it('G-26: takes each event once, however often it is told', async () => {
    const world = makeWorld(history(2, 3));
    const sequencer = await open(world);
    await sequencer.sequence(world.store.events.slice(0, 4));
    await sequencer.sequence(world.store.events);
    await sequencer.sequence([...world.store.events, ...world.store.events]);
    await sequencer.catchUp();
    await sequencer.catchUp({ whole: true });
    expect(sequencer.size).toBe(6);
    await expectLogOf(world, world.store.events);
  });

  it('G-26: brings the predecessors of an event from the store before it lets it in', async () => {
    const world = makeWorld(history(1, 5));
    const sequencer = await open(world);
    expect(await sequencer.sequence(world.store.events.slice(4))).toEqual({ sequenced: 5, size: 5, held: [] });
    await expectLogOf(world, world.store.events);
  });

  it('holds back an event whose predecessor is nowhere, lets others pass, and says which it waits for', async () => {
    const world = makeWorld([makeEvent(1, 1), makeEvent(1, 3), makeEvent(2, 1)]);
    const sequencer = await open(world);
    const held = [{ stream: streamName(1), version: 2, reason: 'missing_predecessor' }];
    expect(await sequencer.catchUp()).toEqual({ sequenced: 2, size: 2, held });
    world.store.events.push(makeEvent(1, 2));
    expect(await sequencer.catchUp()).toEqual({ sequenced: 2, size: 4, held: [] });
  });

  it('holds back what is too large for an entry, and its successors', async () => {
    const world = makeWorld([makeEvent(1, 1, { data: { pad: 'x'.repeat(70_000) } }), makeEvent(1, 2), makeEvent(2, 1)]);
    const sequencer = await open(world);
    expect(await sequencer.catchUp()).toEqual({ sequenced: 1, size: 1, held: [{ stream: streamName(1), version: 1, reason: 'too_large' }] });
  });

  it('works off many hints that come at once as few batches', async () => {
    const world = makeWorld(history(50, 2));
    const sequencer = await open(world);
    const before = world.content.head?.toString() ?? '{"move":0}';
    await Promise.all(world.store.events.map((event) => sequencer.sequence([event])));
    const moves = JSON.parse(String(world.content.head)).move - JSON.parse(before).move;
    expect(sequencer.size).toBe(100);
    expect(moves).toBeLessThan(10);
  });

  it('removes partial tiles and bundles once the full ones are there, and keeps nothing pending', async () => {
    const world = makeWorld(history(300, 1));
    const sequencer = await open(world);
    for (const event of world.store.events) await sequencer.sequence([event]);
    const left = [...world.content.files.keys()];
    expect(left.filter((path) => /^tile\/(0|entries)\/000\.p/.test(path))).toEqual([]);
    expect(left.filter((path) => path.startsWith('state/batch'))).toEqual([]);
    expect(left).toContain('tile/1/000.p/1');
    await expectLogOf(world, world.store.events);
  });

  it('sweeps only what is new, reaching back by the overlap', async () => {
    const world = makeWorld(history(5, 1));
    const asked: string[] = [];
    const { since } = world.store;
    world.store.since = (from) => {
      asked.push(from);
      return since(from);
    };
    const sequencer = await open(world);
    await sequencer.catchUp();
    await sequencer.catchUp();
    await sequencer.close();
    await (await open(world)).catchUp();
    const reachedBack = '2026-03-01T23:45:00.000Z';
    expect(asked).toEqual(['1970-01-01T00:00:00.000Z', reachedBack, reachedBack]);
  });

  it('forgets how far it swept when the log is older than that note', async () => {
    const world = makeWorld(history(5, 1));
    const sequencer = await open(world);
    await sequencer.catchUp();
    await sequencer.close();
    const note = world.content.files.get('state/sweep');
    const fresh = { ...makeWorld(world.store.events), content: emptyTiles() };
    fresh.content.files.set('state/sweep', note ?? Buffer.of());
    expect(await (await open(fresh)).catchUp()).toMatchObject({ sequenced: 5 });
  });
});

describe('starting again', () => {
  it('goes on where it was, from the kept index or from the entries alone', async () => {
    const world = makeWorld(history(30, 20));
    const first = await open(world);
    await first.sequence(world.store.events.slice(0, 290));
    await first.close();
    for (const spoil of [() => {}, () => world.content.files.delete('state/index'), () => world.content.files.set('state/index', Buffer.from('spoilt'))]) {
      spoil();
      const next = await open(world);
      expect(next.indexOf(world.store.events[289]?.stream ?? '', world.store.events[289]?.version ?? 0)).toBe(289);
      await next.sequence(world.store.events.slice(0, 300));
      expect(next.size).toBe(300);
      await next.close();
    }
    const last = await open(world);
    await last.catchUp();
    await expectLogOf(world, world.store.events);
  });

  it('ignores a kept index that belongs to another log', async () => {
    const [one, two] = [makeWorld(history(3, 3)), makeWorld([7, 8, 9].map((stream) => makeEvent(stream, 1)))];
    for (const world of [one, two]) {
      const sequencer = await open(world);
      await sequencer.catchUp();
      await sequencer.close();
    }
    one.content.files.set('state/index', two.content.files.get('state/index') ?? Buffer.of());
    const again = await open(one);
    expect(again.indexOf(streamName(7), 1)).toBeNull();
    expect(again.indexOf(streamName(0), 3)).toBe(2);
  });
});

describe('a second writer', () => {
  it('G-28: is refused while the first one has the log', async () => {
    const world = makeWorld();
    const first = await open(world);
    await expect(open(world)).rejects.toMatchObject({ code: 'WRITER_BUSY', message: expect.stringContaining('only one may') });
    await first.close();
    await (await open(world)).close();
  });

  it('G-28: that got past the claim all the same stops the one whose head it moved, and neither harms the log', async () => {
    const world = makeWorld(history(4, 4));
    const unclaimed = { ...memoryTiles(world.content), claim: async () => async () => {} };
    const [first, second] = [await open(world, unclaimed), await open(world, unclaimed)];
    await second.sequence(world.store.events.slice(0, 6));
    await expect(first.sequence(world.store.events.slice(3))).rejects.toThrow(SequencerReplaced);
    await expect(first.sequence(world.store.events)).rejects.toThrow('Another process moved the head');
    await second.catchUp();
    await expectLogOf(world, world.store.events);
  });

  it('is refused after closing', async () => {
    const world = makeWorld(history(1, 1));
    const sequencer = await open(world);
    await sequencer.close();
    await expect(sequencer.catchUp()).rejects.toThrow(SequencerReplaced);
  });
});

function flip(content: TilesContent, path: string, at = 10): void {
  const bytes = Buffer.from(content.files.get(path) ?? '');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  content.files.set(path, bytes);
}

describe('a log that contradicts itself stops the sequencer', () => {
  const spoilt: [string, RegExp, (content: TilesContent) => void][] = [
    ['a head with another root', /says size 300 and root 0{64}, but the tiles give/, (content) => {
      content.head = Buffer.from(String(content.head).replace(/"root":"[0-9a-f]{64}"/, `"root":"${'0'.repeat(64)}"`));
    }],
    ['a head that is behind the checkpoint', /checkpoint says size 300, but the head only 0/, (content) => {
      content.head = null;
    }],
    ['a head that is ahead of the tiles', /says size 301, but the tiles do not bear it out/, (content) => {
      content.head = Buffer.from(String(content.head).replace('"size":300', '"size":301'));
    }],
    ['a head that does not read', /does not read/, (content) => {
      content.head = Buffer.from('{');
    }],
    ['a tile altered at the edge', /but the tiles give/, (content) => flip(content, 'tile/0/001.p/44')],
    ['a tile missing at the edge', /do not bear it out/, (content) => content.files.delete('tile/0/001.p/44')],
    ['an entry altered at the edge', /Entry 256 is not what its leaf hash says/, (content) => flip(content, 'tile/entries/001.p/44')],
    ['a checkpoint with another root', /not signed by this log's key/, (content) => flip(content, 'checkpoint', 30)],
    ['an entry altered before, with no kept index', /Entry 0 is not the next event of its stream, or not what its leaf hash says/, (content) => {
      content.files.delete('state/index');
      flip(content, 'tile/entries/000');
    }],
  ];

  it.each(spoilt)('%s', async (_, why, spoil) => {
    const world = makeWorld(history(300, 1));
    const first = await open(world);
    await first.catchUp();
    await first.close();
    spoil(world.content);
    const opening = open(world);
    await expect(opening).rejects.toThrow(LogInconsistent);
    await expect(opening).rejects.toThrow(why);
    expect(world.content.claimed).toBe(false);
  });

  it('a tile that lies where the next one belongs', async () => {
    const world = makeWorld(history(3, 1));
    const sequencer = await open(world);
    world.content.files.set('tile/0/000.p/3', Buffer.alloc(96));
    await expect(sequencer.catchUp()).rejects.toThrow(/immutable and already holds other bytes.*Sequencing stops here/);
    await expect(sequencer.catchUp()).rejects.toThrow(LogInconsistent);
  });

  it('but a signature of the log as it was before is no contradiction', async () => {
    const world = makeWorld(history(600, 1));
    const sequencer = await open(world);
    await sequencer.sequence(world.store.events.slice(0, 10));
    const old = world.content.files.get('checkpoint') ?? Buffer.of();
    await sequencer.catchUp();
    await sequencer.close();
    world.content.files.set('checkpoint', old);
    await open(world);
    expect((await published(world.content)).size).toBe(600);
  });
});

describe('a crash', () => {
  class Crash extends Error {}

  /** Dies at the `n`th write, with or without its effect; nothing works afterwards. Notes every checkpoint that was published. */
  function mortal(content: TilesContent, n: number, effect: boolean, seen: string[]): Tiles {
    const tiles = memoryTiles(content);
    let writes = 0;
    const dying = <A extends unknown[], R>(write: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
      writes += 1;
      if (writes > n) throw new Crash();
      if (writes === n && !effect) throw new Crash();
      const result = await write(...args);
      if (writes >= n) throw new Crash();
      return result;
    };
    return {
      ...tiles,
      put: dying(tiles.put),
      replace: dying(async (path, bytes) => {
        await tiles.replace(path, bytes);
        if (path === 'checkpoint') seen.push(Buffer.from(bytes).toString());
      }),
      remove: dying(tiles.remove),
      moveHead: dying(tiles.moveHead),
    };
  }

  it('G-27: at any write, any number of times, is repaired at the next start; no published checkpoint is ever broken', async () => {
    const run = fc.record({ writes: fc.integer({ min: 1, max: 40 }), effect: fc.boolean(), hint: fc.nat(700), length: fc.nat(300) });
    await fc.assert(fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 8 }), fc.constantFrom(1, 7, 300), async (runs, batchSize) => {
      const world = makeWorld(history(100, 7));
      const seen: string[] = [];
      for (const { writes, effect, hint, length } of runs) {
        const tiles = mortal(world.content, writes, effect, seen);
        const [outcome] = await Promise.allSettled([open(world, tiles, batchSize)
          .then((sequencer) => sequencer.sequence(world.store.events.slice(hint, hint + length)))]);
        expect(outcome.status === 'fulfilled' || outcome.reason instanceof Crash).toBe(true);
        world.content.claimed = false;
      }
      const survivor = await open(world, memoryTiles(world.content), 500);
      await survivor.catchUp();
      await expectLogOf(world, world.store.events);
      await expectPrefixes(world, seen);
    }), { numRuns: 60 });
  });

  it('G-27: at every single write of one batch is repaired', async () => {
    for (let writes = 1; writes <= 30; writes += 1) {
      for (const effect of [false, true]) {
        const world = makeWorld(history(260, 1));
        const seen: string[] = [];
        expect(world.content.head).toBeNull();
        await open(world, mortal(world.content, writes, effect, seen))
          .then((sequencer) => sequencer.sequence(world.store.events.slice(0, 258)))
          .catch(() => {});
        world.content.claimed = false;
        const survivor = await open(world);
        await survivor.catchUp();
        await expectLogOf(world, world.store.events);
        await expectPrefixes(world, seen);
      }
    }
  });

  it('of the storage, not of the process, is repaired by the next call', async () => {
    const world = makeWorld(history(20, 1));
    const tiles = memoryTiles(world.content);
    let away = true;
    const sequencer = await open(world, {
      ...tiles,
      put: async (path, bytes) => {
        if (away) throw new Error('the disk is away');
        return tiles.put(path, bytes);
      },
    });
    await expect(sequencer.sequence(world.store.events)).rejects.toThrow('the disk is away');
    await expect(sequencer.sequence(world.store.events.slice(0, 3))).rejects.toThrow('the disk is away');
    away = false;
    await sequencer.sequence([]);
    expect(sequencer.size).toBe(20);
    await sequencer.catchUp();
    await expectLogOf(world, world.store.events);
  });
});
