import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, parseCheckpoint } from '../../ledger/log/checkpoint.ts';
import { decodeBundle, encodeBundle, MAX_ENTRY_SIZE } from '../../ledger/log/entry-bundle.ts';
import { LogMalformed, NoteRefused, ProofRefused } from '../../ledger/log/errors.ts';
import { hashLeaf, hashNode, sha256 } from '../../ledger/log/hash.ts';
import { formatNote, openNote, parseNote, signNote } from '../../ledger/log/note.ts';
import { verifierKey } from '../../ledger/log/note-key.ts';
import { formatProofFile, parseProofFile, verifyProofFile } from '../../ledger/log/proof-file.ts';
import { parseTilePath, tilePath, tilesOf, tileWidth } from '../../ledger/log/tile-path.ts';
import { makeSigner } from './fixtures.ts';

describe('tile paths', () => {
  it.each([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 'entries', index: 1_234_067, width: 8 }, 'tile/entries/x001/x234/067.p/8'],
    [{ level: 63, index: 0, width: 255 }, 'tile/63/000.p/255'],
    [{ level: 1, index: 999, width: 256 }, 'tile/1/999'],
    [{ level: 1, index: 1000, width: 256 }, 'tile/1/x001/000'],
  ] as const)('spell %o as %s', (address, path) => {
    expect(tilePath(address)).toBe(path);
    expect(parseTilePath(path)).toEqual(address);
  });

  it.each([
    'tile/0/1', 'tile/0/x000/001', 'tile/00/001', 'tile/64/001', 'tile/0/001.p/0', 'tile/0/001.p/256', 'tile/0/001.p/08',
    'tile/0/001/002', 'tile/data/001', '/tile/0/001', 'tile/0/001.p/', 'tile/0/../001', 'checkpoint', '',
  ])('have no other spelling: %s', (path) => {
    expect(parseTilePath(path)).toBeNull();
  });

  it('read back for every address', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.nat(63));
    fc.assert(fc.property(level, fc.nat(2 ** 31 - 1), fc.integer({ min: 1, max: 256 }), (at, index, width) => {
      expect(parseTilePath(tilePath({ level: at, index, width }))).toEqual({ level: at, index, width });
    }));
  });

  it('are those of the specification for its tree of 70,000', () => {
    const tiles = [...tilesOf(70_000)];
    const partial = tiles.filter(({ width }) => width < 256);
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(tiles.filter(({ level, width }) => level === 1 && width === 256)).toHaveLength(1);
    expect(partial.map(tilePath)).toEqual(['tile/entries/273.p/112', 'tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
  });

  it('name no empty tile', () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
    expect([...tilesOf(0)]).toEqual([]);
    expect(tileWidth(256, 0, 1)).toBe(0);
  });
});

describe('entry bundles', () => {
  it('give back what was put in', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), (entries) => {
      const buffers = entries.map((entry) => Buffer.from(entry));
      expect(decodeBundle(encodeBundle(buffers), buffers.length)).toEqual(buffers);
    }), { numRuns: 30 });
  });

  it('write the length as two bytes, the higher first', () => {
    expect(encodeBundle([Buffer.alloc(258, 'x')]).subarray(0, 3).toString('hex')).toBe('010278');
    expect(decodeBundle(encodeBundle([Buffer.alloc(MAX_ENTRY_SIZE)]), 1)[0]).toHaveLength(MAX_ENTRY_SIZE);
  });

  it.each([
    ['ends within a length', Buffer.from('00', 'hex'), 1],
    ['ends within an entry', Buffer.from('000261', 'hex'), 1],
    ['holds too few entries', Buffer.from('000161', 'hex'), 2],
    ['holds too many entries', Buffer.from('0001610000', 'hex'), 1],
  ])('are refused when one %s', (_, bytes, width) => {
    expect(() => decodeBundle(bytes, width)).toThrow(LogMalformed);
  });

  it('refuse an entry whose length has more than 16 bits', () => {
    expect(() => encodeBundle([Buffer.alloc(MAX_ENTRY_SIZE + 1)])).toThrow(LogMalformed);
  });
});

describe('checkpoints', () => {
  const root = sha256('root');
  const text = `example.com/log\n12\n${root.toString('base64')}\n`;

  it('are origin, size and root, a line each', () => {
    expect(formatCheckpoint({ origin: 'example.com/log', size: 12, root })).toBe(text);
    expect(parseCheckpoint(text)).toEqual({ origin: 'example.com/log', size: 12, root, extensions: [] });
    expect(parseCheckpoint(`${text}more\n`).extensions).toEqual(['more']);
  });

  it.each([
    ['no end of line', text.slice(0, -1)],
    ['a leading zero', text.replace('\n12\n', '\n012\n')],
    ['a sign', text.replace('\n12\n', '\n+12\n')],
    ['a size beyond 2^53', text.replace('\n12\n', '\n9007199254740993\n')],
    ['an empty origin', text.replace('example.com/log', '')],
    ['a short root', text.replace(root.toString('base64'), 'AAAA')],
    ['base64 with a stray end', text.replace(/=\n$/, '\n')],
    ['an empty extension', `${text}\n`],
    ['no root', 'example.com/log\n12\n'],
  ])('are refused with %s', (_, bad) => {
    expect(() => parseCheckpoint(bad)).toThrow(LogMalformed);
  });
});

describe('proof files', () => {
  const [a, b] = [Buffer.from('entry a'), Buffer.from('entry b')];
  const root = hashNode(hashLeaf(a), hashLeaf(b));

  async function made() {
    const signer = makeSigner();
    const key = verifierKey('example.com/log', await signer.publicKey());
    const note = await signNote(formatCheckpoint({ origin: key.name, size: 2, root }), key.name, signer);
    return { key, file: { extra: null, index: 1, hashes: [hashLeaf(a)], checkpoint: formatNote(note) } };
  }

  it('are written line by line and read back', async () => {
    const { file } = await made();
    const text = formatProofFile({ ...file, extra: Buffer.from('more') });
    expect(text).toBe(`c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 1\n${hashLeaf(a).toString('base64')}\n\n${file.checkpoint}`);
    expect(parseProofFile(text)).toEqual({ ...file, extra: Buffer.from('more') });
    expect(parseProofFile(formatProofFile(file))).toEqual(file);
    expect(parseProofFile(formatProofFile({ ...file, hashes: [] })).hashes).toEqual([]);
  });

  it('prove the entry, and no other', async () => {
    const { key, file } = await made();
    expect(verifyProofFile(file, b, key)).toMatchObject({ index: 1, checkpoint: { size: 2 } });
    expect(() => verifyProofFile(file, a, key)).toThrow(ProofRefused);
    expect(() => verifyProofFile({ ...file, index: 0 }, b, key)).toThrow(ProofRefused);
    expect(() => verifyProofFile({ ...file, index: 2 }, b, key)).toThrow(ProofRefused);
  });

  it('prove nothing without the signature of the log', async () => {
    const [{ file }, other] = [await made(), await made()];
    expect(() => verifyProofFile(file, b, other.key)).toThrow(NoteRefused);
    const elsewhere = verifierKey('example.com/other', other.key.publicKey);
    expect(() => verifyProofFile(file, b, elsewhere)).toThrow(NoteRefused);
  });

  it('prove nothing when the checkpoint was altered', async () => {
    const { key, file } = await made();
    const altered = file.checkpoint.replace('\n2\n', '\n3\n');
    expect(() => verifyProofFile({ ...file, checkpoint: altered }, b, key)).toThrow(NoteRefused);
    expect(() => openNote(parseNote(altered), [key])).toThrow('The signature of example.com/log is bad');
  });

  it.each([
    ['another header', (text: string) => text.replace('@v1', '@v2')],
    ['no index', (text: string) => text.replace(/index 1\n/, '')],
    ['an index with a leading zero', (text: string) => text.replace('index 1', 'index 01')],
    ['a hash that is too short', (text: string) => text.replace('index 1\n', 'index 1\nAAAA\n')],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n') + 1)],
  ])('are refused with %s', async (_, spoil) => {
    const { file } = await made();
    expect(() => parseProofFile(spoil(formatProofFile(file)))).toThrow(LogMalformed);
  });
});
