import { decodeBase64, encodeBase64 } from './base64.ts';
import { type Checkpoint, parseCheckpoint, parseSize } from './checkpoint.ts';
import { LogMalformed, NoteRefused, ProofRefused } from './errors.ts';
import { HASH_SIZE, hashLeaf } from './hash.ts';
import type { VerifierKey } from './note-key.ts';
import { openNote, parseNote, type Vouched } from './note.ts';
import { inclusionFault } from './verify-proof.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 63;

/** One entry's way into the tree, with the checkpoint it leads to: verifies without asking anybody (C2SP tlog-proof). */
export interface ProofFile {
  /** Not covered by any signature. */
  readonly extra: Uint8Array | null;
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, as it was published. */
  readonly checkpoint: string;
}

export function formatProofFile({ extra, index, hashes, checkpoint }: ProofFile): string {
  const extraLine = extra === null ? [] : [`extra ${encodeBase64(extra)}`];
  return [HEADER, ...extraLine, `index ${index}`, ...hashes.map(encodeBase64), '', checkpoint].join('\n');
}

/** Reads a proof file without verifying it. */
export function parseProofFile(text: string): ProofFile {
  const split = text.indexOf('\n\n');
  if (split < 0) throw new LogMalformed('proof file', 'it has no checkpoint');
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (header !== HEADER) throw new LogMalformed('proof file', `it does not begin with ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') === true ? decodeOrRefuse(lines[0].slice('extra '.length)) : null;
  const [indexLine, ...encoded] = extra === null ? lines : lines.slice(1);
  if (indexLine?.startsWith('index ') !== true) throw new LogMalformed('proof file', 'it names no index');
  if (encoded.length > MAX_HASHES) throw new LogMalformed('proof file', 'it has too many hashes');
  const hashes = encoded.map(decodeOrRefuse);
  if (hashes.some((hash) => hash.length !== HASH_SIZE)) throw new LogMalformed('proof file', 'a line is not a hash');
  return { extra, index: parseSize(indexLine.slice('index '.length), 'proof file'), hashes, checkpoint: text.slice(split + 2) };
}

/** What a proof that holds establishes. */
export interface ProvenEntry {
  readonly index: number;
  readonly checkpoint: Checkpoint;
  readonly vouched: readonly Vouched[];
}

/**
 * Is `entry` (the exact leaf bytes) in the log of `logKey`? Further keys (witnesses) are verified where they signed.
 * Throws NoteRefused when the log did not sign the checkpoint, ProofRefused when the entry is not where the proof says.
 */
export function verifyProofFile(file: ProofFile, entry: Uint8Array, logKey: VerifierKey, otherKeys: readonly VerifierKey[] = []): ProvenEntry {
  const note = parseNote(file.checkpoint);
  const vouched = openNote(note, [logKey, ...otherKeys]);
  if (!vouched.some(({ key }) => key === logKey)) throw new NoteRefused('The log itself did not sign the checkpoint');
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== logKey.name) throw new NoteRefused('The checkpoint is of another log');
  const fault = inclusionFault({
    index: BigInt(file.index), size: BigInt(checkpoint.size), leafHash: hashLeaf(entry), root: checkpoint.root, proof: file.hashes,
  });
  if (fault !== null) throw new ProofRefused(`The entry is not leaf ${file.index} of the tree of ${checkpoint.size} (${fault})`);
  return { index: file.index, checkpoint, vouched };
}

function decodeOrRefuse(text: string): Buffer {
  const bytes = decodeBase64(text);
  if (bytes === null) throw new LogMalformed('proof file', 'a line is not base64');
  return bytes;
}
