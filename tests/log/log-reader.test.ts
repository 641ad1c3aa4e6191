import { beforeAll, describe, expect, it } from 'vitest';
import { LogMalformed, NoSuchProof, NoteRefused } from '../../ledger/log/errors.ts';
import { hashLeaf } from '../../ledger/log/hash.ts';
import { leafBytes } from '../../ledger/log/leaf.ts';
import { type PublishedCheckpoint, proveConsistency, proveEntries, proveEntry, readPublished } from '../../ledger/log/log-reader.ts';
import { verifierKey } from '../../ledger/log/note-key.ts';
import { parseProofFile, verifyProofFile } from '../../ledger/log/proof-file.ts';
import { openSequencer, type Sequencer } from '../../ledger/log/sequencer.ts';
import { serveLog } from '../../ledger/log/serve-log.ts';
import { consistencyFault } from '../../ledger/log/verify-proof.ts';
import { memoryEvents } from '../support/memory/events.ts';
import { emptyTiles, memoryTiles } from '../support/memory/tiles.ts';
import { makeEvent, makeSigner } from './fixtures.ts';

const content = emptyTiles();
const tiles = memoryTiles(content);
const events = Array.from({ length: 600 }, (_, at) => makeEvent(at % 40, Math.floor(at / 40) + 1));
let sequencer: Sequencer;
let early: PublishedCheckpoint;
let late: PublishedCheckpoint;

async function published(): Promise<PublishedCheckpoint> {
  const checkpoint = await readPublished(tiles, sequencer.key);
  if (checkpoint === null) throw new Error('Nothing is published');
  return checkpoint;
}

beforeAll(async () => {
  sequencer = await openSequencer({ tiles, store: memoryEvents(events), signer: makeSigner(), origin: 'ledger.example/log', clock: () => new Date() });
  await sequencer.sequence(events.slice(0, 259));
  early = await published();
  await sequencer.sequence(events);
  late = await published();
});

describe('a proof from the log', () => {
  it('G-31: convinces whoever has the event and the log\'s key, under any checkpoint it is in', async () => {
    for (const at of [0, 1, 255, 256, 258, 511, 512, 599]) {
      const event = events[at] ?? makeEvent(0, 1);
      const index = sequencer.indexOf(event.stream, event.version) ?? -1;
      for (const checkpoint of [early, late].filter(({ size }) => index < size)) {
        const { proof, entry } = await proveEntry(tiles, sequencer.key, checkpoint, index);
        expect(entry).toEqual(leafBytes(event));
        expect(verifyProofFile(parseProofFile(proof), leafBytes(event), sequencer.key)).toMatchObject({ index, checkpoint: { size: checkpoint.size } });
      }
    }
  });

  it('comes for many entries at once', async () => {
    const indexes = [3, 4, 300, 599, 5];
    const proofs = await Array.fromAsync(proveEntries(tiles, late, indexes));
    expect(proofs.map(({ index }) => index)).toEqual(indexes);
    for (const { proof, entry, leafHash } of proofs) {
      verifyProofFile(parseProofFile(proof), entry, sequencer.key);
      expect(leafHash).toEqual(hashLeaf(entry));
    }
  });

  it.each([600, -1, 1.5])('is refused for index %d of 600', async (index) => {
    await expect(proveEntry(tiles, sequencer.key, late, index)).rejects.toThrow(NoSuchProof);
  });

  it('shows that an earlier checkpoint is the beginning of a later one', async () => {
    const proof = await proveConsistency(tiles, late, early.size);
    expect(consistencyFault({ oldSize: BigInt(early.size), newSize: 600n, oldRoot: early.root, newRoot: late.root, proof })).toBeNull();
    expect(await proveConsistency(tiles, late, 0)).toEqual([]);
  });
});

describe('the published checkpoint', () => {
  it('is believed only with the log\'s signature', async () => {
    const stranger = verifierKey('ledger.example/log', await makeSigner().publicKey());
    await expect(readPublished(tiles, stranger)).rejects.toThrow(NoteRefused);
    await expect(readPublished({ ...tiles, get: async () => Buffer.from('x') }, sequencer.key)).rejects.toThrow(LogMalformed);
    expect(await readPublished({ ...tiles, get: async () => null }, sequencer.key)).toBeNull();
  });
});

describe('the log over HTTP', () => {
  const serve = serveLog(tiles);

  it('gives checkpoint, tiles and bundles as the specification says, and lets full tiles be kept for ever', async () => {
    expect(await serve('checkpoint')).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' } });
    expect(await serve('tile/0/000')).toMatchObject({
      status: 200, headers: { 'content-type': 'application/octet-stream', 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect((await serve('tile/0/000')).body).toHaveLength(8192);
    const partial = await serve('tile/entries/002.p/88');
    expect(partial).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=3600' } });
    expect(partial.body).toEqual(content.files.get('tile/entries/002.p/88'));
  });

  it.each(['', 'tile/0/003', 'tile/0/999', 'state/index', 'state/sweep', '../checkpoint', 'tile/0/0', 'head/1', 'anchors/', '/checkpoint', 'CHECKPOINT'])('has nothing at %j', async (path) => {
    expect(await serve(path)).toMatchObject({ status: 404 });
  });
});
