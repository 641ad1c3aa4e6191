import { readFileSync } from 'node:fs';
import { assert, asyncProperty, integer, nat } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Bytes } from '../../../console/log/bytes.ts';
import { LogBroken, openCheckpoint, parseLogKey, type Checkpoint } from '../../../console/log/checkpoint.ts';
import { tilePath, type ReadFile } from '../../../console/log/tiles.ts';
import { isConsistent, isIncluded } from '../../../console/log/tree.ts';
import { proveEntry, proveGrowth, verifyAll } from '../../../console/log/verify.ts';
import { formatCheckpoint } from '../../../ledger/log/checkpoint.ts';
import { encodeBundle } from '../../../ledger/log/entry-bundle.ts';
import { hashLeaf, rootOf } from '../../../ledger/log/hash.ts';
import { formatVerifierKey, verifierKey } from '../../../ledger/log/note-key.ts';
import { formatNote, signNote } from '../../../ledger/log/note.ts';
import { parseProofFile, verifyProofFile } from '../../../ledger/log/proof-file.ts';
import { tilesOf, tilePath as ledgerTilePath } from '../../../ledger/log/tile-path.ts';
import { generateKeyPairSync, sign } from 'node:crypto';

const pair = generateKeyPairSync('ed25519');
const publicKey = new Uint8Array(Buffer.from(z.object({ x: z.string() }).parse(pair.publicKey.export({ format: 'jwk' })).x, 'base64url'));
const origin = 'kyc.test/log';
const signer = { sign: async (data: Uint8Array) => sign(null, data, pair.privateKey), publicKey: async () => publicKey };
const vkey = formatVerifierKey(verifierKey(origin, publicKey));
const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes);

const entriesOf = (size: number): Buffer[] => Array.from({ length: size }, (_, at) => Buffer.from(`{"entry":${at}}`));

/** The files of a log with these entries, as the ledger lays them out. */
function filesOf(entries: readonly Buffer[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const levels: Buffer[][] = [entries.map(hashLeaf)];
  for (const address of tilesOf(entries.length)) {
    const { level, index, width } = address;
    const from = index * 256;
    if (level === 'entries') {
      files.set(ledgerTilePath(address), encodeBundle(entries.slice(from, from + width)));
      continue;
    }
    while (levels.length <= level) {
      const below = levels.at(-1) ?? [];
      levels.push(Array.from({ length: Math.floor(below.length / 256) }, (_, at) => rootOf(Buffer.concat(below.slice(at * 256, at * 256 + 256)))));
    }
    files.set(ledgerTilePath(address), Buffer.concat((levels[level] ?? []).slice(from, from + width)));
  }
  return files;
}

const readFrom = (files: ReadonlyMap<string, Uint8Array>): ReadFile => async (path) => {
  const bytes = files.get(path);
  return bytes === undefined ? null : own(bytes);
};

async function checkpointOf(entries: readonly Buffer[]): Promise<Checkpoint> {
  const root = rootOf(Buffer.concat(entries.map(hashLeaf)));
  const note = formatNote(await signNote(formatCheckpoint({ origin, size: entries.length, root }), origin, signer));
  return openCheckpoint(note, await parseLogKey(vkey));
}

describe('the verifier in the browser', () => {
  test('agrees with the published vectors of RFC 6962', async () => {
    // Numbers above 2^53 are out of a browser's log; the rest has to come out as published.
    const Proof = z.looseObject({ wantErr: z.boolean(), proof: z.array(z.string()).nullable() });
    const Inclusion = Proof.extend({ leafIdx: z.number(), treeSize: z.number(), root: z.string(), leafHash: z.string() });
    const Consistency = Proof.extend({ size1: z.number(), size2: z.number(), root1: z.string(), root2: z.string() });
    const vectors = z.object({ inclusion: z.array(Inclusion), consistency: z.array(Consistency) })
      .parse(JSON.parse(readFileSync(new URL('../../log/vectors/rfc6962.json', import.meta.url), 'utf8')));
    const bytes = (text: string): Bytes => own(Buffer.from(text, 'base64'));
    let tried = 0;
    for (const { wantErr, proof, leafIdx, treeSize, root, leafHash } of vectors.inclusion) {
      if (!Number.isSafeInteger(leafIdx) || !Number.isSafeInteger(treeSize)) continue;
      expect(await isIncluded(leafIdx, treeSize, bytes(leafHash), bytes(root), (proof ?? []).map(bytes))).toBe(!wantErr);
      tried += 1;
    }
    for (const { wantErr, proof, size1, size2, root1, root2 } of vectors.consistency) {
      if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2)) continue;
      expect(await isConsistent(size1, bytes(root1), size2, bytes(root2), (proof ?? []).map(bytes))).toBe(!wantErr);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(150);
  });

  test('proves any entry and any growth of a log as the ledger writes it', async () => {
    await assert(asyncProperty(integer({ min: 1, max: 700 }), nat(), nat(), async (size, some, other) => {
      const entries = entriesOf(size);
      const read = readFrom(filesOf(entries));
      const checkpoint = await checkpointOf(entries);
      const index = some % size;
      const proven = await proveEntry(read, checkpoint, index);
      expect(Buffer.from(proven.entry)).toEqual(entries[index]);
      verifyProofFile(parseProofFile(proven.file), Buffer.from(proven.entry), verifierKey(origin, publicKey));
      const before = entries.slice(0, 1 + (other % size));
      await proveGrowth(read, await checkpointOf(before), checkpoint);
      await verifyAll(read, checkpoint, () => undefined, new AbortController().signal);
    }), { numRuns: 12 });
  });

  test('finds an entry that was altered, an entry that was taken away, and history rewritten', async () => {
    const entries = entriesOf(300);
    const checkpoint = await checkpointOf(entries);
    const altered = entries.with(41, Buffer.from('{"entry":"another"}'));
    const files = filesOf(entries);
    files.set(tilePath('entries', 0, 256), encodeBundle(altered.slice(0, 256)));
    await expect(proveEntry(readFrom(files), checkpoint, 41)).rejects.toThrow(LogBroken);
    await expect(verifyAll(readFrom(files), checkpoint, () => undefined, new AbortController().signal)).rejects.toThrow('at least one was altered');

    await expect(verifyAll(readFrom(files), checkpoint, () => undefined, new AbortController().signal)).rejects.toThrow('Entry 41 and its hash');

    files.delete(tilePath('entries', 0, 256));
    await expect(proveEntry(readFrom(files), checkpoint, 41)).rejects.toThrow('is missing');

    const rewritten = await checkpointOf(altered);
    await expect(proveGrowth(readFrom(filesOf(altered)), await checkpointOf(entries.slice(0, 200)), rewritten)).rejects.toThrow('history was rewritten');
    await expect(proveGrowth(readFrom(filesOf(entries)), checkpoint, await checkpointOf(entries.slice(0, 200)))).rejects.toThrow('now it has only 200');
  });

  test('finds any byte of any file that was altered, and any file that is missing, when it checks every entry', async () => {
    const entries = entriesOf(600);
    const checkpoint = await checkpointOf(entries);
    const paths = [...filesOf(entries).keys()];
    const check = (files: ReadonlyMap<string, Uint8Array>) => verifyAll(readFrom(files), checkpoint, () => undefined, new AbortController().signal);
    await check(filesOf(entries));
    await assert(asyncProperty(integer({ min: 0, max: paths.length - 1 }), nat(), integer({ min: 1, max: 255 }), async (which, at, by) => {
      const files = filesOf(entries);
      const path = paths[which] ?? '';
      const bytes = Uint8Array.from(files.get(path) ?? []);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ by;
      files.set(path, bytes);
      await expect(check(files)).rejects.toThrow(LogBroken);
      files.delete(path);
      await expect(check(files)).rejects.toThrow('is missing');
    }), { numRuns: 30 });
  });

  test('believes no checkpoint of another key, with a bad signature, or of another log', async () => {
    const { note } = await checkpointOf(entriesOf(3));
    const key = await parseLogKey(vkey);
    await expect(openCheckpoint(note.replace('\n3\n', '\n4\n'), key)).rejects.toThrow('signature of the checkpoint is bad');
    await expect(openCheckpoint(note, { ...key, id: '00000000' })).rejects.toThrow('not signed by the log\'s key');
    await expect(parseLogKey(vkey.replace('kyc.test', 'kyc.other'))).rejects.toThrow('belongs to another key');
  });
});
