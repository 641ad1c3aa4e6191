import { equalBytes, HASH_SIZE, hashNode } from './hash.ts';

/** Why a proof does not hold; null when it does. */
export type ProofFault = 'INDEX_BEYOND_TREE' | 'SIZES_OUT_OF_ORDER' | 'FROM_EMPTY_TREE' | 'WRONG_LENGTH' | 'NOT_A_HASH' | 'ROOT_DIFFERS';

export interface InclusionClaim {
  readonly index: bigint;
  readonly size: bigint;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
}

/** RFC 9162 section 2.1.3.2. Refuses an index at or beyond the size, and proofs that are too short or too long. */
export function inclusionFault({ index, size, leafHash, root, proof }: InclusionClaim): ProofFault | null {
  if (index < 0n || index >= size) return 'INDEX_BEYOND_TREE';
  if (![leafHash, root, ...proof].every((each) => each.length === HASH_SIZE)) return 'NOT_A_HASH';
  let node = index;
  let last = size - 1n;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0n) return 'WRONG_LENGTH';
    if (odd(node) || node === last) {
      hash = hashNode(sibling, hash);
      while (!odd(node) && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = hashNode(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return 'WRONG_LENGTH';
  return equalBytes(hash, root) ? null : 'ROOT_DIFFERS';
}

export interface ConsistencyClaim {
  readonly oldSize: bigint;
  readonly newSize: bigint;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * RFC 9162 section 2.1.4.2: is the old tree a prefix of the new one? Equal sizes need equal roots and an empty proof.
 * Refuses an empty old tree: everything is consistent with it, so a proof would say nothing.
 */
export function consistencyFault({ oldSize, newSize, oldRoot, newRoot, proof }: ConsistencyClaim): ProofFault | null {
  if (oldSize > newSize) return 'SIZES_OUT_OF_ORDER';
  if (oldSize <= 0n) return 'FROM_EMPTY_TREE';
  if (oldSize === newSize) {
    if (proof.length > 0) return 'WRONG_LENGTH';
    return equalBytes(oldRoot, newRoot) ? null : 'ROOT_DIFFERS';
  }
  if (![oldRoot, newRoot, ...proof].every((each) => each.length === HASH_SIZE)) return 'NOT_A_HASH';
  const [seed, rest] = isPowerOfTwo(oldSize) ? [oldRoot, proof] : [proof[0], proof.slice(1)];
  if (seed === undefined || proof.length === 0) return 'WRONG_LENGTH';
  let node = oldSize - 1n;
  let last = newSize - 1n;
  while (odd(node)) {
    node >>= 1n;
    last >>= 1n;
  }
  let [oldHash, newHash] = [seed, seed];
  for (const sibling of rest) {
    if (last === 0n) return 'WRONG_LENGTH';
    if (odd(node) || node === last) {
      oldHash = hashNode(sibling, oldHash);
      newHash = hashNode(sibling, newHash);
      while (!odd(node) && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      newHash = hashNode(newHash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return 'WRONG_LENGTH';
  return equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot) ? null : 'ROOT_DIFFERS';
}

function odd(value: bigint): boolean {
  return (value & 1n) === 1n;
}

function isPowerOfTwo(value: bigint): boolean {
  return (value & (value - 1n)) === 0n;
}
