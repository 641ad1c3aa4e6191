import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NoSuchProof } from '../../ledger/log/errors.ts';
import { EMPTY_ROOT, hashLeaf, hashNode, rootOf, sha256 } from '../../ledger/log/hash.ts';
import { consistencyProof, inclusionProof, type NodeReader, subtreeHash } from '../../ledger/log/make-proof.ts';
import { consistencyFault, inclusionFault } from '../../ledger/log/verify-proof.ts';

/** Sizes go up to 2^64 - 1: the digits are taken from the text, as a double would round them. */
const vectors = parseVectors(readFileSync(new URL('vectors/rfc6962.json', import.meta.url), 'utf8'));

describe('the published vectors', () => {
  it('are all there', () => {
    expect(vectors.inclusion).toHaveLength(98);
    expect(vectors.consistency).toHaveLength(98);
  });

  it.each(vectors.inclusion)('inclusion: $name', (vector) => {
    const fault = inclusionFault({
      index: vector.leafIdx, size: vector.treeSize, leafHash: vector.leafHash, root: vector.root, proof: vector.proof,
    });
    expect(fault === null).toBe(!vector.wantErr);
  });

  it.each(vectors.consistency)('consistency: $name', (vector) => {
    const fault = consistencyFault({
      oldSize: vector.size1, newSize: vector.size2, oldRoot: vector.root1, newRoot: vector.root2, proof: vector.proof,
    });
    expect(fault === null).toBe(!vector.wantErr);
  });
});

describe('the tree agrees with the definitions of RFC 6962 section 2.1', () => {
  const size = fc.integer({ min: 1, max: 300 });

  it('in its root', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 300 }), (count) => {
      const leaves = makeLeaves(count);
      expect(rootOf(Buffer.concat(leaves))).toEqual(naiveRoot(leaves));
    }), { numRuns: 50 });
  });

  it('in the root over complete subtrees and a ragged rest', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 15 }), (complete, rest) => {
      const leaves = makeLeaves(complete * 16 + rest);
      const subtrees = Array.from({ length: complete }, (_, at) => naiveRoot(leaves.slice(at * 16, at * 16 + 16)));
      const ragged = rest === 0 ? null : naiveRoot(leaves.slice(complete * 16));
      expect(rootOf(Buffer.concat(subtrees), ragged)).toEqual(naiveRoot(leaves));
    }), { numRuns: 100 });
  });

  it('in inclusion proofs, which verify', async () => {
    await fc.assert(fc.asyncProperty(size, fc.nat(), async (count, seed) => {
      const leaves = makeLeaves(count);
      const index = seed % count;
      const proof = await inclusionProof(index, count, readerOf(leaves));
      expect(proof).toEqual(naiveInclusion(index, leaves));
      expect(inclusionFault({
        index: BigInt(index), size: BigInt(count), leafHash: leaves[index] ?? EMPTY_ROOT, root: naiveRoot(leaves), proof,
      })).toBeNull();
    }), { numRuns: 100 });
  });

  it('in consistency proofs, which verify', async () => {
    await fc.assert(fc.asyncProperty(size, fc.nat(), async (newSize, seed) => {
      const leaves = makeLeaves(newSize);
      const oldSize = 1 + (seed % newSize);
      const proof = await consistencyProof(oldSize, newSize, readerOf(leaves));
      expect(proof).toEqual(naiveConsistency(oldSize, leaves, true));
      expect(consistencyFault({
        oldSize: BigInt(oldSize), newSize: BigInt(newSize),
        oldRoot: naiveRoot(leaves.slice(0, oldSize)), newRoot: naiveRoot(leaves), proof,
      })).toBeNull();
    }), { numRuns: 100 });
  });
});

describe('a proof that was tampered with', () => {
  const leaves = makeLeaves(77);
  const root = naiveRoot(leaves);

  it('G-31: does not hold for another index, another size, another leaf or with a hash altered, dropped or added', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(76), fc.nat(), fc.nat(), async (index, where, what) => {
      const proof = await inclusionProof(index, 77, readerOf(leaves));
      const claim = { index: BigInt(index), size: 77n, leafHash: leaves[index] ?? EMPTY_ROOT, root, proof };
      const position = where % proof.length;
      const lies = [
        { ...claim, index: BigInt((index + 1 + (what % 76)) % 77) },
        { ...claim, leafHash: hashLeaf(Buffer.from('another')) },
        { ...claim, proof: proof.toSpliced(position, 1) },
        { ...claim, proof: proof.toSpliced(position, 0, sha256('more')) },
        { ...claim, proof: proof.with(position, sha256('other')) },
      ];
      for (const lie of lies) expect(inclusionFault(lie)).not.toBeNull();
    }), { numRuns: 100 });
  });

  it('is refused when the index is not below the size', () => {
    const leafHash = hashLeaf(Buffer.from('a'));
    expect(inclusionFault({ index: 1n, size: 1n, leafHash, root: leafHash, proof: [] })).toBe('INDEX_BEYOND_TREE');
  });
});

describe('asking for a proof', () => {
  const read = readerOf(makeLeaves(3));

  it.each([[3, 3], [0, 0], [-1, 3], [0.5, 3]])('refuses leaf %d of a tree of %d', async (index, size) => {
    await expect(inclusionProof(index, size, read)).rejects.toThrow(NoSuchProof);
  });

  it.each([[0, 3], [4, 3], [-1, 3]])('refuses consistency from %d to %d', async (oldSize, newSize) => {
    await expect(consistencyProof(oldSize, newSize, read)).rejects.toThrow(NoSuchProof);
  });

  it('gives the empty root for no leaves', async () => {
    expect(Buffer.from(await subtreeHash({ from: 0, to: 0 }, read)).toString('hex'))
      .toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

function makeLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, (_, at) => hashLeaf(Buffer.from(`leaf ${at}`)));
}

function readerOf(leaves: readonly Buffer[]): NodeReader {
  return async (height, index) => naiveRoot(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height));
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}

/** MTH of the RFC, word for word. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leaves[0] ?? sha256('');
  const k = largestPowerBelow(leaves.length);
  return hashNode(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** PATH of the RFC. */
function naiveInclusion(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const k = largestPowerBelow(leaves.length);
  return m < k
    ? [...naiveInclusion(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naiveInclusion(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** SUBPROOF of the RFC. */
function naiveConsistency(m: number, leaves: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = largestPowerBelow(leaves.length);
  return m <= k
    ? [...naiveConsistency(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

function parseVectors(text: string) {
  const Bytes = z.string().transform((value) => Buffer.from(value, 'base64'));
  const Proof = z.array(Bytes).nullable().transform((value) => value ?? []);
  const Size = z.string().transform(BigInt);
  const quoted = text.replaceAll(/"(leafIdx|treeSize|size1|size2)": (\d+)/g, '"$1": "$2"');
  return z.object({
    inclusion: z.array(z.object({
      name: z.string(), leafIdx: Size, treeSize: Size, root: Bytes, leafHash: Bytes, proof: Proof, wantErr: z.boolean(),
    })),
    consistency: z.array(z.object({
      name: z.string(), size1: Size, size2: Size, root1: Bytes, root2: Bytes, proof: Proof, wantErr: z.boolean(),
    })),
  }).parse(JSON.parse(quoted));
}
