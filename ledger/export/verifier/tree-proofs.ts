import { concat, fromBase64, sameBytes, toHex, type Bytes } from './bytes.ts';
import { wholeNumber } from './notes.ts';
import { sha256 } from './web-crypto.ts';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Joins two nodes; proofs of neighbouring leaves share most of their way up, so what was joined once is remembered. */
export type JoinNodes = (left: Bytes, right: Bytes) => Promise<Bytes>;

export function rememberingJoin(): JoinNodes {
  const known = new Map<string, Bytes>();
  return async (left, right) => {
    const pair = toHex(left) + toHex(right);
    const before = known.get(pair);
    if (before !== undefined) return before;
    const joined = await sha256(concat(NODE, left, right));
    known.set(pair, joined);
    return joined;
  };
}

/** RFC 6962 leaf hash. */
export function leafHash(leaf: Bytes): Promise<Bytes> {
  return sha256(concat(LEAF, leaf));
}

/** RFC 9162 section 2.1.3.2: is the leaf at `index` of the tree? `proof` goes from the leaf's sibling up. */
export async function isIncluded(
  join: JoinNodes, index: bigint, size: bigint, leaf: Bytes, root: Bytes, proof: readonly Bytes[],
): Promise<boolean> {
  if (index < 0n || index >= size || ![leaf, root, ...proof].every(isHash)) return false;
  let [node, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      hash = await join(sibling, hash);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      hash = await join(hash, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && sameBytes(hash, root);
}

/** RFC 9162 section 2.1.4.2: is the old tree, which is not empty, the beginning of the new one? */
export async function isConsistent(
  join: JoinNodes, oldSize: bigint, oldRoot: Bytes, newSize: bigint, newRoot: Bytes, proof: readonly Bytes[],
): Promise<boolean> {
  if (oldSize <= 0n || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && sameBytes(oldRoot, newRoot);
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
  let [node, last] = [oldSize - 1n, newSize - 1n];
  const wholeTree = (oldSize & node) === 0n;
  const seed = wholeTree ? oldRoot : proof[0];
  if (seed === undefined || proof.length === 0) return false;
  while (node % 2n === 1n) [node, last] = [node >> 1n, last >> 1n];
  let [oldHash, newHash] = [seed, seed];
  for (const sibling of wholeTree ? proof : proof.slice(1)) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      oldHash = await join(sibling, oldHash);
      newHash = await join(sibling, newHash);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      newHash = await join(newHash, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && sameBytes(oldHash, oldRoot) && sameBytes(newHash, newRoot);
}

const isHash = (bytes: Bytes): boolean => bytes.length === 32;

/** A C2SP tlog-proof file, or the body of an add-checkpoint request: a number, hashes, and the checkpoint they lead to. */
export interface ProofText {
  readonly number: number;
  readonly hashes: readonly Bytes[];
  readonly checkpoint: string;
}

const PROOF_HEADER = 'c2sp.org/tlog-proof@v1\n';

/** null for a text that is no proof file. Ours carry no `extra` line. */
export function parseInclusion(text: string): ProofText | null {
  return text.startsWith(PROOF_HEADER) ? parseHashes(text.slice(PROOF_HEADER.length), 'index ') : null;
}

/** null for a text that is no consistency proof in the form of C2SP tlog-witness. */
export function parseConsistency(text: string): ProofText | null {
  return parseHashes(text, 'old ');
}

function parseHashes(text: string, label: string): ProofText | null {
  const split = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(0, split)).split('\n');
  const number = first?.startsWith(label) === true ? wholeNumber(first.slice(label.length)) : null;
  const hashes = lines.map(fromBase64);
  if (number === null || !hashes.every((hash) => hash?.length === 32)) return null;
  return { number, hashes: hashes.filter((hash) => hash !== null), checkpoint: text.slice(split + 2) };
}
