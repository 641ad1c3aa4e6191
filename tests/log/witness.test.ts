import { beforeEach, describe, expect, it } from 'vitest';
import { formatCheckpoint } from '../../ledger/log/checkpoint.ts';
import { cosign } from '../../ledger/log/cosignature.ts';
import { AnchorRefused, LogMalformed } from '../../ledger/log/errors.ts';
import { hashLeaf, hashNode, rootOf, sha256 } from '../../ledger/log/hash.ts';
import { consistencyProof } from '../../ledger/log/make-proof.ts';
import { formatSignatureLine, openNote, signNote } from '../../ledger/log/note.ts';
import { type NoteSigner, verifierKey, type VerifierKey } from '../../ledger/log/note-key.ts';
import { askWitness, type Post } from '../../ledger/log/witness.ts';
import { formatAddCheckpoint, parseAddCheckpoint } from '../../ledger/log/witness-request.ts';
import { makeSigner } from './fixtures.ts';
import { makeWitness, type TestWitness } from './test-witness.ts';

const leaves = Array.from({ length: 20 }, (_, at) => hashLeaf(Buffer.of(at)));
const rootAt = (size: number) => rootOf(Buffer.concat(leaves.slice(0, size)));

let signer: NoteSigner;
let key: VerifierKey;
let witness: TestWitness;

beforeEach(async () => {
  signer = makeSigner();
  key = verifierKey('example.com/log', await signer.publicKey());
  witness = await makeWitness(key);
});

const checkpoint = (size: number, root = rootAt(size), by = signer) => signNote(formatCheckpoint({ origin: key.name, size, root }), key.name, by);

const prove = (to: number) => (from: number) =>
  consistencyProof(from, to, async (height, index) => rootOf(Buffer.concat(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height))));

describe('asking a witness', () => {
  it('brings a cosignature with its time that opens beside the log\'s signature', async () => {
    const note = await checkpoint(7);
    const line = await askWitness(witness, note, 0, prove(7), witness.post);
    const vouched = openNote({ ...note, signatures: [...note.signatures, line] }, [key, witness.key]);
    expect(vouched).toEqual([{ key, time: null }, { key: witness.key, time: 1_790_000_000 }]);
  });

  it('proves consistency with what it cosigned before', async () => {
    await askWitness(witness, await checkpoint(7), 0, prove(7), witness.post);
    await askWitness(witness, await checkpoint(20), 7, prove(20), witness.post);
    expect(witness.size()).toBe(20);
    expect(witness.requests.at(-1)).toMatch(/^old 7\n([A-Za-z0-9+/]{43}=\n)+\nexample\.com\/log\n20\n/);
  });

  it('asks again with the size the witness names', async () => {
    await askWitness(witness, await checkpoint(7), 0, prove(7), witness.post);
    await askWitness(witness, await checkpoint(20), 0, prove(20), witness.post);
    expect(witness.requests.map((request) => request.split('\n')[0])).toEqual(['old 0', 'old 0', 'old 7']);
  });

  it('is harmless to repeat for the same checkpoint', async () => {
    await askWitness(witness, await checkpoint(7), 0, prove(7), witness.post);
    await askWitness(witness, await checkpoint(7), 7, prove(7), witness.post);
    expect(witness.requests.at(-1)).toMatch(/^old 7\n\nexample/);
  });

  it.each([
    ['a history rewritten since', 'not consistent', async () => ({ note: await checkpoint(20, sha256('forged')), from: 7 })],
    ['another root for the same size', 'another root', async () => ({ note: await checkpoint(7, sha256('forged')), from: 7 })],
    ['a checkpoint that another key signed', 'does not trust', async () => ({ note: await checkpoint(20, rootAt(20), makeSigner()), from: 7 })],
    ['a smaller tree than it has seen', 'beyond this checkpoint', async () => ({ note: await checkpoint(3), from: 0 })],
  ])('fails for %s', async (_, why, make) => {
    await askWitness(witness, await checkpoint(7), 0, prove(7), witness.post);
    const { note, from } = await make();
    const asked = askWitness(witness, note, from, prove(20), witness.post);
    await expect(asked).rejects.toThrow(AnchorRefused);
    await expect(asked).rejects.toThrow(why);
  });

  it.each([
    ['another text', async () => formatSignatureLine(await cosign('other\n', witness.key.name, 1, signer))],
    ['nothing that reads', async () => 'thank you\n'],
    ['an empty answer', async () => ''],
  ])('fails when the witness gives a cosignature over %s', async (_, body) => {
    const answer = await body();
    const post: Post = async () => ({ status: 200, contentType: 'text/plain', body: Buffer.from(answer) });
    await expect(askWitness(witness, await checkpoint(7), 0, prove(7), post)).rejects.toThrow(AnchorRefused);
  });

  it('fails when the line bears its name and id but does not hold', async () => {
    const post: Post = async () => ({
      status: 200, contentType: 'text/plain',
      body: Buffer.from(formatSignatureLine({ name: witness.key.name, id: witness.key.id, signature: Buffer.alloc(72) })),
    });
    await expect(askWitness(witness, await checkpoint(7), 0, prove(7), post)).rejects.toThrow('its cosignature does not hold');
  });
});

describe('an add-checkpoint request', () => {
  it('is the old size, the proof, a blank line and the note', () => {
    const request = { oldSize: 3, proof: [hashNode(leaves[0] ?? sha256(''), leaves[1] ?? sha256(''))], checkpoint: 'a\n\n— b c\n' };
    expect(formatAddCheckpoint(request)).toBe(`old 3\n${request.proof[0]?.toString('base64')}\n\na\n\n— b c\n`);
    expect(parseAddCheckpoint(formatAddCheckpoint(request))).toEqual(request);
    expect(parseAddCheckpoint('old 0\n\nx\n')).toEqual({ oldSize: 0, proof: [], checkpoint: 'x\n' });
  });

  it.each(['old 3\n', 'old 03\n\nx\n', 'new 3\n\nx\n', 'old 3\nAAAA\n\nx\n', `old 3\n${'x\n'.repeat(64)}\nx\n`])('is refused: %j', (body) => {
    expect(() => parseAddCheckpoint(body)).toThrow(LogMalformed);
  });
});
