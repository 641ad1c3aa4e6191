import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_SIZE = 32;

const LEAF = 0x00;
const NODE = 0x01;

/** SHA-256 of `bytes`. */
export function sha256(bytes: Uint8Array | string): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** Root of the empty tree: SHA-256 of nothing (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256('');

/** RFC 6962 leaf hash: SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array): Buffer {
  const prefixed = Buffer.allocUnsafe(entry.length + 1);
  prefixed[0] = LEAF;
  prefixed.set(entry, 1);
  return sha256(prefixed);
}

/** RFC 6962 node hash: SHA-256(0x01 || left || right). */
export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  const joined = Buffer.allocUnsafe(1 + left.length + right.length);
  joined[0] = NODE;
  joined.set(left, 1);
  joined.set(right, 1 + left.length);
  return sha256(joined);
}

/**
 * Root over `hashes`, the concatenated 32-byte hashes of complete subtrees of one height, of which only a last,
 * ragged one (`rest`) may be smaller. Both absent is the empty tree.
 */
export function rootOf(hashes: Uint8Array, rest: Uint8Array | null = null): Buffer {
  const level: Uint8Array[] = [];
  for (let at = 0; at < hashes.length; at += HASH_SIZE) level.push(hashes.subarray(at, at + HASH_SIZE));
  if (rest !== null) level.push(rest);
  return foldLevel(level);
}

/** Merkle tree hash over node hashes of one level: pairs are joined, a lone last one is carried up (RFC 6962 section 2.1). */
function foldLevel(nodes: readonly Uint8Array[]): Buffer {
  let level = nodes;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(hashNode(level[at] ?? EMPTY_ROOT, level[at + 1] ?? EMPTY_ROOT));
    const lone = level.length % 2 === 1 ? level.at(-1) : undefined;
    if (lone !== undefined) above.push(lone);
    level = above;
  }
  return Buffer.from(level[0] ?? EMPTY_ROOT);
}

/** Are the bytes the same? */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
