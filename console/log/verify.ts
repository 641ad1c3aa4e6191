import { sameBytes, toBase64, type Bytes } from './bytes.ts';
import { LogBroken, type Checkpoint } from './checkpoint.ts';
import { nodesOf, readBundle, readTile, tilePath, tileWidth, type ReadFile } from './tiles.ts';
import { consistencyPath, hashLeaf, inclusionPath, isConsistent, isIncluded, rootOf, subtreeHash } from './tree.ts';

/** An entry that is in the log, and the way from it to the root. */
export interface Proven {
  readonly index: number;
  readonly entry: Bytes;
  readonly leafHash: Bytes;
  readonly path: readonly Bytes[];
  /** The proof as a file of its own (C2SP tlog-proof). */
  readonly file: string;
}

/** Proves the entry at `index` under the checkpoint, from the log's files alone. Throws LogBroken when it does not hold. */
export async function proveEntry(read: ReadFile, checkpoint: Checkpoint, index: number): Promise<Proven> {
  const { size, root, note } = checkpoint;
  const [entries, path] = await Promise.all([readBundle(read, Math.floor(index / tileWidth), size), hashesOf(read, size, inclusionPath(index, size))]);
  const entry = entries[index % tileWidth];
  if (entry === undefined) throw new LogBroken(`The log has no entry ${index}.`);
  const leafHash = await hashLeaf(entry);
  if (!await isIncluded(index, size, leafHash, root, path)) throw new LogBroken(`Entry ${index} does not lead to the root that was signed: it was altered, or the log was.`);
  return { index, entry, leafHash, path, file: ['c2sp.org/tlog-proof@v1', `index ${index}`, ...path.map(toBase64), '', note].join('\n') };
}

/** Is `before` the beginning of `now`? Answers how many hashes proved it. Throws LogBroken when it is not. */
export async function proveGrowth(read: ReadFile, before: Pick<Checkpoint, 'size' | 'root'>, now: Checkpoint): Promise<number> {
  if (before.size > now.size) throw new LogBroken(`This browser has seen the log with ${before.size} entries; now it has only ${now.size}.`);
  if (before.size === 0) return 0;
  const proof = before.size === now.size ? [] : await hashesOf(read, now.size, consistencyPath(before.size, now.size));
  if (!await isConsistent(before.size, before.root, now.size, now.root, proof)) throw new LogBroken(`The first ${before.size} entries are no longer those that this browser has seen: history was rewritten.`);
  return proof.length;
}

/**
 * Reads every entry and every tile and builds the whole tree anew: each hash in a tile must be the one that the entries
 * make, and their root the signed one. `onProgress` gets the entries done. Throws LogBroken with what differs.
 */
export async function verifyAll(read: ReadFile, { size, root }: Checkpoint, onProgress: (done: number) => void, signal: AbortSignal): Promise<void> {
  const bundles: Bytes[] = [];
  for (let bundle = 0; bundle * tileWidth < size; bundle += 1) {
    signal.throwIfAborted();
    const [entries, tile] = await Promise.all([readBundle(read, bundle, size), readTile(read, 0, bundle, size)]);
    const hashes = await Promise.all(entries.map(hashLeaf));
    requireSame(tile, hashes, (at) => `Entry ${bundle * tileWidth + at} and its hash in the log's tiles differ: at least one was altered.`);
    bundles.push(await rootOf(hashes));
    onProgress(Math.min(size, (bundle + 1) * tileWidth));
  }
  // All bundles but the last are complete subtrees of one height, so joining their roots makes the tree's.
  if (!sameBytes(await rootOf(bundles), root)) throw new LogBroken('The entries do not add up to the root that was signed: at least one was altered, added or taken away.');
  let nodes = bundles.slice(0, Math.floor(size / tileWidth));
  for (let level = 1; nodes.length > 0; level += 1) {
    const above: Bytes[] = [];
    for (let index = 0; index * tileWidth < nodes.length; index += 1) {
      const hashes = nodes.slice(index * tileWidth, (index + 1) * tileWidth);
      requireSame(await readTile(read, level, index, size), hashes, () => `The file ${tilePath(level, index, hashes.length)} of the log does not hold the hashes of what is below it: it was altered.`);
      if (hashes.length === tileWidth) above.push(await rootOf(hashes));
    }
    nodes = above;
  }
}

function requireSame(found: readonly Bytes[], computed: readonly Bytes[], words: (at: number) => string): void {
  const differs = computed.findIndex((hash, at) => !sameBytes(hash, found[at] ?? new Uint8Array()));
  if (differs >= 0) throw new LogBroken(words(differs));
}

function hashesOf(read: ReadFile, size: number, path: readonly { readonly from: number; readonly to: number }[]): Promise<Bytes[]> {
  const node = nodesOf(read, size);
  return Promise.all(path.map((each) => subtreeHash(each, node)));
}
