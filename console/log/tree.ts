import { concat, sameBytes, sha256, type Bytes } from './bytes.ts';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 6962 leaf hash: SHA-256(0x00 || entry). */
export const hashLeaf = (entry: Uint8Array): Promise<Bytes> => sha256(concat(LEAF, entry));
/** RFC 6962 node hash: SHA-256(0x01 || left || right). */
export const hashNode = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(concat(NODE, left, right));

/** Leaves `from` (inclusive) to `to` (exclusive). */
export interface Subtree { readonly from: number; readonly to: number }
/** Answers the hash of the complete subtree of 2^height leaves that begins at leaf index * 2^height. */
export type NodeReader = (height: number, index: number) => Promise<Bytes>;

/** The largest power of two below `width`. */
function split(width: number): number {
  let half = 1;
  while (half * 2 < width) half *= 2;
  return half;
}

/** Subtrees of the inclusion proof of leaf `index`, from its sibling up (RFC 9162 section 2.1.3.1). */
export function inclusionPath(index: number, size: number): Subtree[] {
  const path: Subtree[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    path.push(index < middle ? { from: middle, to } : { from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return path.toReversed();
}

/** Subtrees of the consistency proof between two sizes, 0 < old <= new (RFC 9162 section 2.1.4.1). */
export function consistencyPath(oldSize: number, newSize: number): Subtree[] {
  const path: Subtree[] = [];
  let [from, to, whole] = [0, newSize, true];
  while (to !== oldSize) {
    const middle = from + split(to - from);
    if (oldSize <= middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
      whole = false;
    }
  }
  if (!whole) path.push({ from, to });
  return path.toReversed();
}

/** Merkle tree hash of a subtree that the paths above name. */
export async function subtreeHash({ from, to }: Subtree, node: NodeReader): Promise<Bytes> {
  const width = to - from;
  if (Number.isInteger(Math.log2(width))) return node(Math.log2(width), from / width);
  const middle = from + split(width);
  return hashNode(await subtreeHash({ from, to: middle }, node), await subtreeHash({ from: middle, to }, node));
}

/** Root over hashes of neighbouring subtrees of one height: pairs are joined, a lone last one is carried up. */
export async function rootOf(hashes: readonly Bytes[]): Promise<Bytes> {
  let level = hashes;
  while (level.length > 1) {
    const above: Promise<Bytes>[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      if (left !== undefined) above.push(right === undefined ? Promise.resolve(left) : hashNode(left, right));
    }
    level = await Promise.all(above);
  }
  return level[0] ?? sha256(new Uint8Array());
}

const isHash = (bytes: Uint8Array): boolean => bytes.length === 32;
const odd = (value: bigint): boolean => (value & 1n) === 1n;

/** RFC 9162 section 2.1.3.2: is the leaf at `index` of the tree with this root? */
export async function isIncluded(index: number, size: number, leaf: Bytes, root: Bytes, proof: readonly Bytes[]): Promise<boolean> {
  if (index < 0 || index >= size || ![leaf, root, ...proof].every(isHash)) return false;
  let [node, last, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (odd(node) || node === last) {
      hash = await hashNode(sibling, hash);
      while (!odd(node) && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else hash = await hashNode(hash, sibling);
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && sameBytes(hash, root);
}

/** RFC 9162 section 2.1.4.2: is the old tree, which is not empty, the beginning of the new one? */
export async function isConsistent(oldSize: number, oldRoot: Bytes, newSize: number, newRoot: Bytes, proof: readonly Bytes[]): Promise<boolean> {
  if (oldSize <= 0 || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && sameBytes(oldRoot, newRoot);
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
  let [node, last] = [BigInt(oldSize) - 1n, BigInt(newSize) - 1n];
  const whole = (BigInt(oldSize) & node) === 0n;
  const seed = whole ? oldRoot : proof[0];
  if (seed === undefined || proof.length === 0) return false;
  while (odd(node)) [node, last] = [node >> 1n, last >> 1n];
  let [oldHash, newHash] = [seed, seed];
  for (const sibling of whole ? proof : proof.slice(1)) {
    if (last === 0n) return false;
    if (odd(node) || node === last) {
      oldHash = await hashNode(sibling, oldHash);
      newHash = await hashNode(sibling, newHash);
      while (!odd(node) && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else newHash = await hashNode(newHash, sibling);
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && sameBytes(oldHash, oldRoot) && sameBytes(newHash, newRoot);
}
