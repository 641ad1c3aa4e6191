import { beforeAll, describe, expect, it } from 'vitest';
import { LogMalformed, NoteRefused } from '../../ledger/log/errors.ts';
import { leafBytes, parseLeaf } from '../../ledger/log/leaf.ts';
import { verifierKey } from '../../ledger/log/note-key.ts';
import { readHistory } from '../../ledger/log/read-history.ts';
import { openSequencer, type Sequencer } from '../../ledger/log/sequencer.ts';
import { memoryEvents } from '../support/memory/events.ts';
import { emptyTiles, memoryTiles } from '../support/memory/tiles.ts';
import { makeEvent, makeSigner } from './fixtures.ts';

const events = Array.from({ length: 1030 }, (_, at) => makeEvent(at % 40, Math.floor(at / 40) + 1));
const content = emptyTiles();
let sequencer: Sequencer;
const source = (files = content.files) => memoryTiles({ ...emptyTiles(), files });
const read = async (range = {}) => Array.fromAsync(readHistory(source(), sequencer.key, range));

beforeAll(async () => {
  sequencer = await openSequencer({ tiles: memoryTiles(content), store: memoryEvents(events), signer: makeSigner(), origin: 'ledger.example/log', clock: () => new Date() });
});

describe('reading all history', () => {
  it.each([0, 1, 255, 256, 257, 512, 1030])('gives every event once, in the log\'s order, of %d', async (size) => {
    await sequencer.sequence(events.slice(0, size));
    const parts = await read();
    expect(parts.flatMap((part) => part.entries)).toEqual(events.slice(0, size).map((event) => leafBytes(event)));
    expect(parts.flatMap((part) => part.events)).toEqual(events.slice(0, size).map((event) => parseLeaf(leafBytes(event))));
    expect(parts.map(({ from }) => from)).toEqual(parts.map((_, at) => at * 256));
  });

  it.each([[0, 1], [255, 257], [300, 301], [1024, 1030], [1000, 5000], [1030, 1031], [7, 7]])('gives those from %d to %d alone', async (from, to) => {
    const parts = await read({ from, to });
    expect(parts.flatMap((part) => part.events.map(({ id }) => id))).toEqual(events.slice(from, to).map(({ id }) => id));
    expect(parts[0]?.from).toBe(from < Math.min(to, 1030) ? from : undefined);
  });

  it.each(['tile/entries/001', 'tile/entries/004.p/6', 'tile/1/000.p/4'])('stops before it gives anything of %s that was altered', async (path) => {
    const files = new Map(content.files);
    const bytes = Buffer.from(files.get(path) ?? '');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    files.set(path, bytes);
    let given = 0;
    const reading = (async () => {
      for await (const part of readHistory(source(files), sequencer.key)) given = part.from + part.events.length;
    })();
    await expect(reading).rejects.toThrow(LogMalformed);
    expect(given).toBe(path === 'tile/entries/001' ? 256 : 0);
  });

  it('believes no checkpoint but the log\'s own', async () => {
    const other = verifierKey(sequencer.key.name, await makeSigner().publicKey());
    await expect(Array.fromAsync(readHistory(source(), other))).rejects.toThrow(NoteRefused);
  });
});
