import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_SIZE = 32;

const LEAF = 0x00;
const NODE = 0x01;

/** SHA-256 of `bytes`. */
export function sha256(bytes: Uint8Array | string): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');
}

/**
 * Writes SHA-256 of `bytes` into `target` at `offset`. By way of a string of 32 Latin-1 characters: Node answers a Buffer
 * eight times as slowly, since each has memory of its own outside the heap.
 */
export function sha256Into(target: Buffer, offset: number, bytes: Uint8Array | string): void {
  target.write(hash('sha256', bytes, 'binary'), offset, HASH_SIZE, 'latin1');
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
  const level = Buffer.allocUnsafe(hashes.length + HASH_SIZE);
  level.set(hashes);
  if (rest !== null) level.set(rest, hashes.length);
  let count = hashes.length / HASH_SIZE + (rest === null ? 0 : 1);
  if (count === 0) return Buffer.from(EMPTY_ROOT);
  while (count > 1) count = foldLevel(level, count);
  return Buffer.from(level.subarray(0, HASH_SIZE));
}

const node = Buffer.alloc(1 + 2 * HASH_SIZE, NODE);

/** Joins the first `count` hashes of `level` in pairs, in place; a lone last one is carried up (RFC 6962 section 2.1). Answers how many are left. */
function foldLevel(level: Buffer, count: number): number {
  const pairs = Math.floor(count / 2);
  for (let pair = 0; pair < pairs; pair += 1) {
    level.copy(node, 1, pair * 2 * HASH_SIZE, (pair + 1) * 2 * HASH_SIZE);
    sha256Into(level, pair * HASH_SIZE, node);
  }
  if (count % 2 === 1) level.copy(level, pairs * HASH_SIZE, (count - 1) * HASH_SIZE, count * HASH_SIZE);
  return pairs + (count % 2);
}

/** Are the bytes the same? */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
