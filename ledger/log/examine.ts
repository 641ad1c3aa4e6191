import { EvidenceRef } from '../../events/vocabulary.ts';
import { HASH_SIZE, rootOf, sha256Into } from './hash.ts';
import { positionIn } from './leaf.ts';
import { TILE_WIDTH } from './tile-path.ts';

/** What one bundle says, entry by entry. Plain data: it travels between threads. */
export interface ExaminedBundle {
  /** Leaf hashes, one after the other. */
  readonly hashes: Uint8Array;
  /** Root over them; of a full bundle this is its hash at level 1. */
  readonly root: Uint8Array;
  /** Which event each entry is of; an empty stream where it cannot be told. */
  readonly streams: readonly string[];
  readonly versions: readonly number[];
  readonly evidence: readonly NamedEvidence[];
  readonly erased: readonly Erasure[];
}

/** Evidence that an entry names; `entry` is its place in the bundle, or its index in the log. */
export interface NamedEvidence {
  readonly entry: number;
  readonly stream: string;
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** An entry that records that a stream's subject is erased. */
export interface Erasure {
  readonly entry: number;
  readonly stream: string;
}

const LENGTH_SIZE = 2;
const ERASURE = '"type":"ApplicantErased"';
const EVIDENCE = '"mediaType":';

/** Examines a bundle; null when it is not a bundle of `width` entries. Spoils the bytes it is given. */
export function examineBundle(bytes: Uint8Array, width: number): ExaminedBundle | null {
  if (width > TILE_WIDTH) return null;
  const bundle = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Searching one string is much faster than searching 256 buffers; a character stands for a byte.
  const text = bundle.toString('latin1');
  const [erasures, references] = [finder(text, ERASURE), finder(text, EVIDENCE)];
  const hashes = Buffer.alloc(width * HASH_SIZE);
  const streams: string[] = [];
  const versions: number[] = [];
  const evidence: NamedEvidence[] = [];
  const erased: Erasure[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + LENGTH_SIZE;
    const end = start > bundle.length ? Infinity : start + bundle.readUInt16BE(at);
    const place = streams.length;
    if (end > bundle.length || place === width) return null;
    // The length has been read: its second byte makes room for the 0x00 of the leaf hash, which saves a copy.
    bundle[start - 1] = 0;
    sha256Into(hashes, place * HASH_SIZE, bundle.subarray(start - 1, end));
    const { stream, version } = positionIn(text.slice(start, end)) ?? { stream: '', version: 0 };
    streams.push(stream);
    versions.push(version);
    if (references(start, end)) evidence.push(...evidenceIn(bundle.subarray(start, end)).map((ref) => ({ ...ref, entry: place, stream })));
    if (erasures(start, end)) erased.push({ entry: place, stream });
    at = end;
  }
  return streams.length === width ? { hashes, root: rootOf(hashes), streams, versions, evidence, erased } : null;
}

/** Says of one stretch after the other whether it holds the words; looks at each character once. */
function finder(text: string, words: string): (start: number, end: number) => boolean {
  let next = text.indexOf(words);
  return (start, end) => {
    if (next >= 0 && next < start) next = text.indexOf(words, start);
    return next >= 0 && next < end;
  };
}

function evidenceIn(entry: Buffer): EvidenceRef[] {
  try {
    return [...evidenceRefs(JSON.parse(entry.toString()))];
  } catch {
    return [];
  }
}

/** Every reference to evidence in an event's data, however deep. */
export function* evidenceRefs(value: unknown): Generator<EvidenceRef> {
  if (typeof value !== 'object' || value === null) return;
  if ('mediaType' in value) {
    const ref = EvidenceRef.safeParse(value);
    if (ref.success) yield ref.data;
  }
  for (const inner of Object.values(value)) yield* evidenceRefs(inner);
}
