import { NoSuchProof } from './errors.ts';
import { EMPTY_ROOT, hashNode } from './hash.ts';

/** The leaves `from` (inclusive) to `to` (exclusive); a proof is a list of the hashes of such subtrees. */
export interface Subtree {
  readonly from: number;
  readonly to: number;
}

/** Answers the hash of the complete subtree of 2^height leaves that begins at leaf index * 2^height. */
export type NodeReader = (height: number, index: number) => Promise<Uint8Array>;

/** The subtrees of the inclusion proof of leaf `index` in the tree of `size`, from the leaf's sibling up (RFC 9162 section 2.1.3.1). */
export function inclusionPath(index: number, size: number): Subtree[] {
  requireSizes(index, size);
  if (index >= size) throw new NoSuchProof(`Leaf ${index} is not in a tree of ${size}`);
  const path: Subtree[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
    }
  }
  return path.toReversed();
}

/** The subtrees of the consistency proof between two sizes (RFC 9162 section 2.1.4.1); none for equal sizes. */
export function consistencyPath(oldSize: number, newSize: number): Subtree[] {
  requireSizes(oldSize, newSize);
  if (oldSize < 1 || oldSize > newSize) throw new NoSuchProof(`A tree of ${oldSize} has no consistency proof with one of ${newSize}`);
  const path: Subtree[] = [];
  let [from, to] = [0, newSize];
  let wholeOldTree = true;
  while (to !== oldSize) {
    const middle = from + split(to - from);
    if (oldSize <= middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
      wholeOldTree = false;
    }
  }
  if (!wholeOldTree) path.push({ from, to });
  return path.toReversed();
}

/** Merkle tree hash of the leaves from `from` to `to`, where `from` is where such a subtree may begin. */
export async function subtreeHash({ from, to }: Subtree, node: NodeReader): Promise<Uint8Array> {
  const width = to - from;
  if (width <= 0) return EMPTY_ROOT;
  if (isPowerOfTwo(width)) return node(Math.log2(width), from / width);
  const middle = from + split(width);
  return hashNode(await subtreeHash({ from, to: middle }, node), await subtreeHash({ from: middle, to }, node));
}

/** Hashes of an inclusion proof, ready for inclusionFault. Refuses an index that is not below the size. */
export async function inclusionProof(index: number, size: number, node: NodeReader): Promise<Uint8Array[]> {
  return hashesOf(inclusionPath(index, size), node);
}

/** Hashes of a consistency proof, ready for consistencyFault. Refuses an empty old tree and one larger than the new. */
export async function consistencyProof(oldSize: number, newSize: number, node: NodeReader): Promise<Uint8Array[]> {
  return hashesOf(consistencyPath(oldSize, newSize), node);
}

function hashesOf(path: readonly Subtree[], node: NodeReader): Promise<Uint8Array[]> {
  return Promise.all(path.map((each) => subtreeHash(each, node)));
}

/** The largest power of two below `width`. */
function split(width: number): number {
  let half = 1;
  while (half * 2 < width) half *= 2;
  return half;
}

function isPowerOfTwo(width: number): boolean {
  return Number.isInteger(Math.log2(width));
}

function requireSizes(...sizes: number[]): void {
  if (!sizes.every((each) => Number.isSafeInteger(each) && each >= 0)) throw new NoSuchProof('Sizes and indexes are whole numbers from 0');
}
