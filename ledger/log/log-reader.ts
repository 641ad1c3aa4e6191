import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { NoSuchProof, NoteRefused } from './errors.ts';
import { hashLeaf } from './hash.ts';
import { consistencyProof, inclusionProof } from './make-proof.ts';
import type { VerifierKey } from './note-key.ts';
import { openNote, parseNote } from './note.ts';
import type { LogSource } from './ports.ts';
import { formatProofFile, verifyProofFile } from './proof-file.ts';
import { nodesFrom, readBundle, readEntry } from './read-tiles.ts';
import { TILE_WIDTH, tileWidth } from './tile-path.ts';

/** The published checkpoint as it is, and what it says. Its signature has been verified. */
export interface PublishedCheckpoint extends Checkpoint {
  /** The signed note, verbatim. */
  readonly note: string;
}

/** The checkpoint that the log published last; null while there is none. Throws NoteRefused or LogMalformed when it is not the log's. */
export async function readPublished(source: LogSource, logKey: VerifierKey): Promise<PublishedCheckpoint | null> {
  const bytes = await source.get('checkpoint');
  if (bytes === null) return null;
  const note = parseNote(bytes);
  openNote(note, [logKey]);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== logKey.name) throw new NoteRefused('The checkpoint is of another log');
  return { ...checkpoint, note: Buffer.from(bytes).toString() };
}

/**
 * The tlog-proof file of the entry at `index` under a checkpoint, with the entry's exact bytes. It has been verified:
 * a proof is never handed out that does not hold. Throws NoSuchProof for an index beyond the checkpoint.
 */
export async function proveEntry(
  source: LogSource, logKey: VerifierKey, checkpoint: PublishedCheckpoint, index: number,
): Promise<{ readonly proof: string; readonly entry: Buffer }> {
  const { size, note } = checkpoint;
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new NoSuchProof(`The published log of ${size} entries has no index ${index} yet`);
  const [entry, hashes] = [await readEntry(source, index, size), await inclusionProof(index, size, nodesFrom(source, size))];
  const file = { extra: null, index, hashes, checkpoint: note };
  verifyProofFile(file, entry, logKey);
  return { proof: formatProofFile(file), entry };
}

/** Proofs for many entries under one checkpoint; tiles are read once. In the order of `indexes`. */
export async function* proveEntries(
  source: LogSource, checkpoint: PublishedCheckpoint, indexes: readonly number[],
): AsyncGenerator<{ readonly index: number; readonly proof: string; readonly leafHash: Buffer; readonly entry: Buffer }> {
  const { size, note } = checkpoint;
  const cached = cachedSource(source);
  const nodes = nodesFrom(cached, size);
  for (const index of indexes) {
    const entry = await readEntry(cached, index, size);
    const hashes = await inclusionProof(index, size, nodes);
    yield { index, proof: formatProofFile({ extra: null, index, hashes, checkpoint: note }), leafHash: hashLeaf(entry), entry };
  }
}

/** Hashes that prove that the log of `oldSize` is the beginning of the checkpoint's; none for an empty or equal size. */
export async function proveConsistency(source: LogSource, checkpoint: Checkpoint, oldSize: number): Promise<Uint8Array[]> {
  if (oldSize === 0) return [];
  return consistencyProof(oldSize, checkpoint.size, nodesFrom(source, checkpoint.size));
}

/** The index of the newest entry that `matches`, among the first `size`; null when none does. Reads every bundle if it must. */
export async function findEntry(source: LogSource, size: number, matches: (entry: Buffer) => boolean): Promise<number | null> {
  for (let bundle = Math.ceil(size / TILE_WIDTH) - 1; bundle >= 0; bundle -= 1) {
    const at = (await readBundle(source, bundle, tileWidth(size, 0, bundle))).findLastIndex(matches);
    if (at >= 0) return bundle * TILE_WIDTH + at;
  }
  return null;
}

/** Remembers the file that was read last: entries of one bundle are asked for one after the other. */
function cachedSource(source: LogSource): LogSource {
  let last: { readonly path: string; readonly bytes: Uint8Array | null } | null = null;
  return {
    list: (prefix) => source.list(prefix),
    async get(path) {
      if (last?.path !== path) last = { path, bytes: await source.get(path) };
      return last.bytes;
    },
  };
}
