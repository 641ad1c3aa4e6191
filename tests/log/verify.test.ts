import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { formatCheckpoint } from '../../ledger/log/checkpoint.ts';
import type { Finding, Verification } from '../../ledger/log/findings.ts';
import { hashLeaf, rootOf } from '../../ledger/log/hash.ts';
import { formatNote, signNote } from '../../ledger/log/note.ts';
import { verifierKey, type VerifierKey } from '../../ledger/log/note-key.ts';
import { openSequencer } from '../../ledger/log/sequencer.ts';
import { parseTilePath, tilePath, tilesOf } from '../../ledger/log/tile-path.ts';
import { verifyLog, type VerifyOptions } from '../../ledger/log/verify.ts';
import { memoryEvents } from '../support/memory/events.ts';
import { emptyTiles, memoryTiles } from '../support/memory/tiles.ts';
import { makeEvent, makeSealed, makeSigner, streamName } from './fixtures.ts';

const origin = 'ledger.example/log';
const signer = makeSigner();
const STREAMS = 24;
const VERSIONS = 11;
const SIZE = STREAMS * VERSIONS;
const ERASED = 5;
const now = new Date('2026-03-02T00:00:00.000Z');

/** Everything that is stored anywhere, so that a test can alter one thing. */
interface World {
  readonly events: RecordedEvent[];
  /** Those of them that no time index leads to. */
  readonly hidden: Set<RecordedEvent>;
  readonly files: Map<string, Buffer>;
  readonly evidence: Map<string, Buffer>;
}

let pristine: World;
let logKey: VerifierKey;

beforeAll(async () => {
  logKey = verifierKey(origin, await signer.publicKey());
  const evidence = new Map<string, Buffer>();
  const events = Array.from({ length: SIZE }, (_, at) => withEvidence(at % STREAMS, Math.floor(at / STREAMS) + 1, evidence));
  const content = emptyTiles();
  const store = memoryEvents(events);
  const sequencer = await openSequencer({ tiles: memoryTiles(content), store, signer, origin, clock: () => now });
  for (const upTo of [100, 250, 300]) await sequencer.sequence(events.slice(0, upTo));
  await sequencer.catchUp();
  await sequencer.close();
  for (const key of evidence.keys()) if (key.startsWith(streamName(ERASED))) evidence.delete(key);
  pristine = { events, hidden: new Set(), files: content.files, evidence };
});

function withEvidence(stream: number, version: number, evidence: Map<string, Buffer>): RecordedEvent {
  if (version === VERSIONS && stream === ERASED) return makeEvent(stream, version, { type: 'ApplicantErased', data: {}, sealed: null });
  if (version !== 3) return makeEvent(stream, version);
  const bytes = Buffer.alloc(100 + stream, `evidence ${stream}`);
  const key = `${streamName(stream)}/document-${stream}`;
  evidence.set(key, bytes);
  const ref = { key, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, mediaType: 'image/jpeg' };
  return makeEvent(stream, version, { type: 'IdDocumentUploaded', data: { documentType: 'passport', evidence: ref } });
}

function copy(): World {
  return { events: [...pristine.events], hidden: new Set(), files: new Map(pristine.files), evidence: new Map(pristine.evidence) };
}

function verify(world: World, over: Partial<VerifyOptions> = {}): Promise<Verification> {
  const { evidence } = world;
  return verifyLog({
    source: memoryTiles({ ...emptyTiles(), files: world.files }),
    store: memoryEvents(world.events, world.hidden),
    evidence: {
      get: async (key) => evidence.get(key) ?? null,
      async *list(prefix) {
        yield* [...evidence.keys()].filter((key) => key.startsWith(prefix));
      },
    },
    logKey,
    now,
    threads: 0,
    ...over,
  });
}

describe('a log that nobody touched', () => {
  it('has no findings, and the report says how much was looked at', async () => {
    const { findings, tree, coverage } = await verify(copy());
    expect(findings).toEqual([]);
    expect(tree).toMatchObject({ size: SIZE });
    expect(coverage).toEqual({
      entries: SIZE, tiles: 3, events: SIZE, pending: 0, evidence: STREAMS - 1, evidenceBytes: expect.any(Number), evidenceErased: 1,
      evidenceUnreferenced: 0, anchors: 0, anchorsUnchecked: 0,
    });
  });

  it('verifies the same on other threads', async () => {
    expect(await verify(copy(), { threads: 2 })).toEqual(await verify(copy()));
  });

  it('tells how far it is', async () => {
    const seen: [number, number][] = [];
    await verify(copy(), { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([2 * SIZE + STREAMS, 2 * SIZE + STREAMS]);
    expect(seen.every(([done, total]) => done <= total)).toBe(true);
  });

  it('may have events that are too fresh for the sequencer, and evidence that no event names', async () => {
    const world = copy();
    world.events.push(makeEvent(200, 1, { recordedAt: '2026-03-01T23:58:00.000Z' }));
    world.evidence.set('orphan', Buffer.from('x'));
    const { findings, coverage } = await verify(world);
    expect(findings).toEqual([]);
    expect(coverage).toMatchObject({ pending: 1, evidenceUnreferenced: 1 });
  });

  it('is consistent with what was verified before, and with nothing else', async () => {
    const leaves = (await verify(copy())).tree;
    expect((await verify(copy(), { lastVerified: leaves })).findings).toEqual([]);
    const bundle = pristine.files.get('tile/entries/000') ?? Buffer.of();
    const first = bundle.subarray(2, 2 + bundle.readUInt16BE(0));
    const root = rootOf(hashLeaf(first)).toString('hex');
    expect((await verify(copy(), { lastVerified: { size: 1, root } })).findings).toEqual([]);
    const rewritten = await verify(copy(), { lastVerified: { size: 2, root } });
    expect(rewritten.findings).toEqual([{ kind: 'altered', what: 'checkpoint', where: 'checkpoint', detail: 'its first 2 entries are not those that were verified last' }]);
    const shrunk = await verify(copy(), { lastVerified: { size: SIZE + 1, root } });
    expect(shrunk.findings).toMatchObject([{ kind: 'altered', what: 'checkpoint' }]);
  });
});

/** One alteration: what it does, what must be found, and what else may be named with it. */
interface Alteration {
  readonly name: string;
  readonly apply: (world: World) => void;
  readonly expected: Partial<Finding> & Pick<Finding, 'what' | 'where'>;
  readonly also?: readonly string[];
}

const where = ({ stream, version }: RecordedEvent) => `${stream}/${version}`;

function flipped(bytes: Buffer, seed: number): Buffer {
  const altered = Buffer.from(bytes);
  const at = seed % altered.length;
  altered[at] = (altered[at] ?? 0) ^ (1 << (seed % 8));
  return altered;
}

const spoilings: ((bytes: Buffer, seed: number) => Buffer)[] = [
  flipped, flipped, flipped,
  (bytes, seed) => bytes.subarray(0, seed % bytes.length),
  (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
  (bytes, seed) => {
    const at = seed % (bytes.length - 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  },
];

const edits: ((event: RecordedEvent, seed: number) => RecordedEvent)[] = [
  (event, seed) => ({ ...event, data: { ...event.data, number: -seed } }),
  (event) => ({ ...event, data: {} }),
  (event, seed) => ({ ...event, recordedAt: new Date(Date.parse(event.recordedAt) + 1 + (seed % 5000)).toISOString() }),
  (event, seed) => ({ ...event, occurredAt: new Date(Date.parse(event.occurredAt) - 1 - (seed % 5000)).toISOString() }),
  (event, seed) => ({ ...event, actor: { kind: 'operator', id: `somebody ${seed}` } }),
  (event) => ({ ...event, type: `${event.type}2` }),
  (event) => ({ ...event, schemaVersion: event.schemaVersion + 1 }),
  (event, seed) => ({ ...event, correlationId: `other-${seed}` }),
  (event) => ({ ...event, causationId: 'something' }),
  (event, seed) => ({ ...event, id: makeEvent(seed % 1000, 999).id }),
  (event, seed) => ({ ...event, sealed: event.sealed === null ? makeSealed(seed) : null }),
  (event, seed) => ({ ...event, sealed: { ...makeSealed(seed), alg: 'A256GCM' } }),
];

const fileKind = (path: string) => (path.startsWith('tile/entries/') ? 'bundle' : 'tile');

const anyAlteration: fc.Arbitrary<Alteration> = fc.tuple(fc.nat(15), fc.nat(2 ** 30), fc.nat(2 ** 30)).map(([kind, one, two]) => {
  const at = one % SIZE;
  const event = pristine.events[at] ?? makeEvent(0, 1);
  const paths = [...pristine.files.keys()].filter((path) => path.startsWith('tile/'));
  const needed = [...tilesOf(SIZE)].map(tilePath);
  const spoil = spoilings[two % spoilings.length] ?? flipped;
  switch (kind) {
    case 0: case 1: case 2: case 3: {
      const edit = edits[two % edits.length] ?? ((same: RecordedEvent) => same);
      return { name: `event edited (${two % edits.length})`, apply: ({ events }) => events.splice(at, 1, edit(event, two)), expected: { kind: 'altered', what: 'event', where: where(event) } };
    }
    case 4:
      return { name: 'event removed', apply: ({ events }) => events.splice(at, 1), expected: { kind: 'missing', what: 'event', where: where(event) } };
    case 5: {
      const added = makeEvent(two % 2 === 0 ? 100 : one % STREAMS, two % 2 === 0 ? 1 : VERSIONS + 1);
      return { name: 'event added', apply: ({ events }) => events.push(added), expected: { kind: 'added', what: 'event', where: where(added) } };
    }
    case 6: {
      const moved = { ...event, version: event.version + 1000 };
      return { name: 'event moved', apply: ({ events }) => events.splice(at, 1, moved), expected: { kind: 'missing', what: 'event', where: where(event) }, also: [where(moved)] };
    }
    case 7: case 8: case 9: {
      const path = paths[one % paths.length] ?? '';
      return { name: `${path} altered`, apply: ({ files }) => files.set(path, spoil(files.get(path) ?? Buffer.of(), two)), expected: { kind: 'altered', what: fileKind(path), where: path } };
    }
    case 10: {
      const path = needed[one % needed.length] ?? '';
      return { name: `${path} removed`, apply: ({ files }) => files.delete(path), expected: { kind: 'missing', what: fileKind(path), where: path } };
    }
    case 11: {
      const address = { level: [0, 1, 'entries'][one % 3] as 0 | 1 | 'entries', index: 1 + (two % 7), width: 200 };
      const path = tilePath(address);
      return { name: `${path} added`, apply: ({ files }) => files.set(path, Buffer.alloc(200)), expected: { kind: 'added', what: fileKind(path), where: path } };
    }
    case 12: {
      const added = makeEvent(two % 2 === 0 ? 100 : one % STREAMS, two % 2 === 0 ? 1 : VERSIONS + 1 + (two % 3));
      return {
        name: 'event inserted directly without index attributes',
        apply: ({ events, hidden }) => hidden.add(events[events.push(added) - 1] ?? added),
        expected: { kind: 'added', what: 'event', where: where(added) },
      };
    }
    case 13:
      return { name: 'index attributes removed', apply: ({ hidden }) => hidden.add(event), expected: { kind: 'altered', what: 'event', where: where(event) } };
    case 14: {
      const keys = [...pristine.evidence.keys()];
      const key = keys[one % keys.length] ?? '';
      return two % 5 === 0
        ? { name: 'evidence removed', apply: ({ evidence }) => evidence.delete(key), expected: { kind: 'missing', what: 'evidence', where: key } }
        : { name: 'evidence altered', apply: ({ evidence }) => evidence.set(key, spoil(evidence.get(key) ?? Buffer.of(), two)), expected: { kind: 'altered', what: 'evidence', where: key } };
    }
    default:
      return two % 5 === 0
        ? { name: 'checkpoint removed', apply: ({ files }) => files.delete('checkpoint'), expected: { kind: 'missing', what: 'checkpoint', where: 'checkpoint' } }
        : { name: 'checkpoint altered', apply: ({ files }) => files.set('checkpoint', spoil(files.get('checkpoint') ?? Buffer.of(), two)), expected: { kind: 'altered', what: 'checkpoint', where: 'checkpoint' } };
  }
});

describe('a log of which one thing was altered', () => {
  it('G-29: gives that thing away by name, and accuses nothing else: 1,000 random alterations', async () => {
    const kinds = new Set<string>();
    const overlooked: unknown[] = [];
    const accused: unknown[] = [];
    for (const { name, apply, expected, also = [] } of fc.sample(anyAlteration, { numRuns: 1000, seed: 20260302 })) {
      const world = copy();
      apply(world);
      const { findings } = await verify(world);
      const found = findings.some(({ kind, what, where: place }) => kind === expected.kind && what === expected.what && place === expected.where);
      if (!found) overlooked.push({ name, expected, findings });
      if (findings.some((finding) => ![expected.where, ...also].includes(finding.where))) accused.push({ name, expected, findings });
      kinds.add(name);
    }
    expect(overlooked).toEqual([]);
    expect(accused).toEqual([]);
    expect(kinds.size).toBeGreaterThan(30);
  }, 600_000);
});

const flipIn = (world: World, path: string, at: number) => {
  const bytes = Buffer.from(world.files.get(path) ?? '');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  world.files.set(path, bytes);
};

describe('a log of which more was altered', () => {
  it('entry and leaf hash alike: the signed root tells', async () => {
    const world = copy();
    const bundle = Buffer.from(world.files.get('tile/entries/000') ?? '');
    const length = bundle.readUInt16BE(0);
    bundle[2 + length - 2] = '9'.charCodeAt(0);
    const tile = Buffer.from(world.files.get('tile/0/000') ?? '');
    tile.set(hashLeaf(bundle.subarray(2, 2 + length)));
    world.files.set('tile/entries/000', bundle);
    world.files.set('tile/0/000', tile);
    const { findings } = await verify(world);
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'altered', what: 'tile', where: 'tile/0/000' }));
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'altered', what: 'bundle', where: 'tile/entries/000' }));
  });

  it('the whole log rewritten by somebody without the key: the signature tells', async () => {
    const [world, other] = [copy(), emptyTiles()];
    world.events[7] = makeEvent(7, 1, { data: { forged: true } });
    const forger = await openSequencer({ tiles: memoryTiles(other), store: memoryEvents(world.events), signer: makeSigner(), origin, clock: () => now });
    await forger.catchUp();
    const { findings } = await verify({ ...world, files: other.files });
    expect(findings).toEqual([{ kind: 'altered', what: 'checkpoint', where: 'checkpoint', detail: expect.stringMatching(/signature|sign/) }]);
    other.files.set('checkpoint', pristine.files.get('checkpoint') ?? Buffer.of());
    const kept = await verify({ ...world, files: other.files });
    expect(kept.findings).toContainEqual(expect.objectContaining({ what: 'checkpoint', detail: expect.stringContaining('its root is not that of') }));
  });

  it('G-30: the whole log rewritten with the key: what was verified last tells', async () => {
    const { tree } = await verify(copy());
    const [world, other] = [copy(), emptyTiles()];
    world.events[7] = makeEvent(7, 1, { data: { forged: true } });
    const forger = await openSequencer({ tiles: memoryTiles(other), store: memoryEvents(world.events), signer, origin, clock: () => now });
    await forger.catchUp();
    expect((await verify({ ...world, files: other.files })).findings).toEqual([]);
    const { findings } = await verify({ ...world, files: other.files }, { lastVerified: tree });
    expect(findings).toMatchObject([{ kind: 'altered', what: 'checkpoint' }]);
  });

  it('two tiles, a bundle, an event and the checkpoint: each is named', async () => {
    const world = copy();
    flipIn(world, 'tile/0/000', 40);
    flipIn(world, 'tile/1/000.p/1', 3);
    flipIn(world, `tile/entries/001.p/${SIZE - 256}`, 200);
    world.events.splice(10, 1);
    const { findings } = await verify(world);
    expect(new Set(findings.map((finding) => finding.where))).toEqual(new Set([
      'tile/0/000', 'tile/1/000.p/1', `tile/entries/001.p/${SIZE - 256}`, `${streamName(10)}/1`,
    ]));
  });

  it('a leaf that the log has twice, or before its predecessor, although it is signed', async () => {
    const events = [makeEvent(1, 1), makeEvent(1, 2)];
    const doubled = await signedLogOf([events[0], events[1], events[1]].filter((event) => event !== undefined));
    expect((await verify({ events, hidden: new Set(), files: doubled, evidence: new Map() })).findings).toMatchObject([{ kind: 'added', what: 'event', where: `${streamName(1)}/2` }]);
    const turned = await signedLogOf(events.toReversed());
    expect((await verify({ events, hidden: new Set(), files: turned, evidence: new Map() })).findings).toMatchObject([{ kind: 'out_of_order', what: 'event', where: `${streamName(1)}/2` }]);
    const gap = await signedLogOf(events.slice(1));
    expect((await verify({ events, hidden: new Set(), files: gap, evidence: new Map() })).findings).toMatchObject([
      { kind: 'added', what: 'event', where: `${streamName(1)}/1` },
      { kind: 'missing', what: 'event', where: `${streamName(1)}/1` },
    ]);
  });
});

const corrupt = ({ stream, version }: RecordedEvent) => Object.assign(new Error(`${stream}/${version} does not read as a recorded event`), { code: 'RECORD_CORRUPT' });

/** The same store, but `victim` does not read. */
function spoiled(world: World, victim: RecordedEvent): VerifyOptions['store'] {
  const store = memoryEvents(world.events);
  return {
    async *all() {
      for await (const items of store.all()) {
        yield items.map((item) => (item.stream !== victim.stream || item.version !== victim.version ? item : { ...item, body: '{}', read: () => { throw corrupt(victim); } }));
      }
    },
    load: async (stream, range) => {
      const found = await store.load(stream, range);
      if (found.includes(victim)) throw corrupt(victim);
      return found;
    },
  };
}

describe('what does not read', () => {
  it('in the store is named, and the rest is verified all the same', async () => {
    const world = copy();
    const [victim = makeEvent(0, 1), missing = makeEvent(0, 1)] = [world.events[20], world.events.splice(33, 1)[0]];
    const { findings } = await verify(world, { store: spoiled(world, victim) });
    expect(new Set(findings.map(({ kind, what, where: place }) => [kind, what, place].join(' ')))).toEqual(new Set([
      `missing event ${where(missing)}`, `altered event ${where(victim)}`,
    ]));
  });

  it('in the store is not asked for again, since a server may fail over it', async () => {
    const world = copy();
    const victim = world.events[20] ?? makeEvent(0, 1);
    const store = spoiled(world, victim);
    const load: typeof store.load = async (stream, range) => {
      if (stream === victim.stream) throw new Error('the server fell over it');
      return store.load(stream, range);
    };
    const { findings } = await verify(world, { store: { ...store, load } });
    expect(findings).toMatchObject([{ kind: 'altered', what: 'event', where: where(victim) }]);
  });

  it('and that the log does not know, is an addition', async () => {
    const world = copy();
    const added = makeEvent(500, 1);
    world.events.push(added);
    const { findings } = await verify(world, { store: spoiled(world, added) });
    expect(findings).toMatchObject([{ kind: 'added', what: 'event', where: where(added) }]);
  });

  it('an answer that does not come is an error, not a finding', async () => {
    const store = { load: async () => [], all: () => { throw new Error('nobody there'); } };
    await expect(verify(copy(), { store })).rejects.toThrow('nobody there');
  });
});

describe('an event that claims to be fresh', () => {
  it('waits for the sequencer only for minutes, and never when it is of the future', async () => {
    const world = copy();
    const [late, early] = [makeEvent(200, 1, { recordedAt: '2026-03-01T23:54:00.000Z' }), makeEvent(201, 1, { recordedAt: '2099-01-01T00:00:00.000Z' })];
    world.events.push(late, early);
    const { findings, coverage } = await verify(world);
    expect(findings.map(({ kind, where: place }) => [kind, place])).toEqual([['added', where(late)], ['added', where(early)]]);
    expect(coverage.pending).toBe(0);
  });
});

/** A log whose writer put in exactly these leaves, right or wrong, and signed. */
async function signedLogOf(events: readonly RecordedEvent[]): Promise<Map<string, Buffer>> {
  const { commitBatch } = await import('../../ledger/log/commit-batch.ts');
  const { leafBytes } = await import('../../ledger/log/leaf.ts');
  const { NO_HEAD } = await import('../../ledger/log/log-head.ts');
  const { TreeEdge } = await import('../../ledger/log/tree-edge.ts');
  const content = emptyTiles();
  const { head } = await commitBatch(memoryTiles(content), { head: NO_HEAD, end: { edge: new TreeEdge(), tail: [] } }, events.map((event) => leafBytes(event)));
  const text = formatCheckpoint({ origin, size: head.size, root: Buffer.from(head.root, 'hex') });
  content.files.set('checkpoint', Buffer.from(formatNote(await signNote(text, origin, signer))));
  expect([...content.files.keys()].filter((path) => parseTilePath(path) !== null).length).toBeGreaterThan(0);
  return content.files;
}
