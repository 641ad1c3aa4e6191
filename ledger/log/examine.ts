import { EvidenceRef } from '../../events/vocabulary.ts';
import { HASH_SIZE, rootOf, sha256 } from './hash.ts';
import { leafPosition } from './leaf.ts';
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
  const bundle = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hashes = Buffer.alloc(width * HASH_SIZE);
  const streams: string[] = [];
  const versions: number[] = [];
  const evidence: NamedEvidence[] = [];
  const erased: Erasure[] = [];
  let at = 0;
  while (at < bundle.length) {
    const start = at + LENGTH_SIZE;
    const end = start > bundle.length ? Infinity : start + bundle.readUInt16BE(at);
    if (end > bundle.length || streams.length === width) return null;
    // The length has been read: its second byte makes room for the 0x00 of the leaf hash, which saves a copy.
    bundle[start - 1] = 0;
    hashes.set(sha256(bundle.subarray(start - 1, end)), streams.length * HASH_SIZE);
    const entry = bundle.subarray(start, end);
    const { stream, version } = leafPosition(entry) ?? { stream: '', version: 0 };
    streams.push(stream);
    versions.push(version);
    const place = streams.length - 1;
    if (entry.includes(EVIDENCE)) evidence.push(...evidenceIn(entry).map((ref) => ({ ...ref, entry: place, stream })));
    if (entry.includes(ERASURE)) erased.push({ entry: place, stream });
    at = end;
  }
  if (streams.length !== width || width > TILE_WIDTH) return null;
  return { hashes, root: rootOf(hashes), streams, versions, evidence, erased };
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
