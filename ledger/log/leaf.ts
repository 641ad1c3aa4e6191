import type { z } from 'zod';
import { RecordedEvent, type Sealed } from '../../events/envelope.ts';
import { Sha256 } from '../../events/vocabulary.ts';
import { canonicalJson } from './canonical-json.ts';
import { MAX_ENTRY_SIZE } from './entry-bundle.ts';
import { LeafTooLarge, LogMalformed } from './errors.ts';
import { sha256 } from './hash.ts';

/** What is in the tree of an event: its envelope, with the SHA-256 of `sealed` in the place of `sealed`. */
export const Leaf = RecordedEvent.extend({ sealed: Sha256.nullable() });
export type Leaf = z.infer<typeof Leaf>;

/** Which event a leaf is of. */
export interface EventPosition {
  readonly stream: string;
  readonly version: number;
}

/** SHA-256, in hex, of the canonical JSON (RFC 8785) of the sealed fields; null where nothing was sealed. */
export function sealedHash(sealed: Sealed | null): string | null {
  return sealed === null ? null : sha256(canonicalJson(sealed)).toString('hex');
}

/** The exact bytes of an event's entry in the log. Throws LeafTooLarge over 65,535 bytes, which the ledger refuses to append. */
export function leafBytes(event: RecordedEvent): Buffer {
  const bytes = Buffer.from(leafText(event));
  requireEntrySize(event, bytes.length);
  return bytes;
}

/** Asked before an event is recorded. Throws LeafTooLarge when the log could not take it. */
export function requireLeafFits(leaf: Leaf): void {
  requireEntrySize(leaf, Buffer.byteLength(canonicalJson(leaf)));
}

function requireEntrySize({ stream, version }: EventPosition, bytes: number): void {
  if (bytes > MAX_ENTRY_SIZE) throw new LeafTooLarge(`${stream}/${version}`, bytes, MAX_ENTRY_SIZE);
}

/** The hash of an event's leaf, without making its bytes: SHA-256(0x00 || text). An event too large for a leaf has one too. */
export function leafHash(event: RecordedEvent): Buffer {
  return sha256(`\u0000${leafText(event)}`);
}

function leafText(event: RecordedEvent): string {
  const leaf: Leaf = { ...event, sealed: sealedHash(event.sealed) };
  return canonicalJson(leaf);
}

/** Reads an entry. Throws LogMalformed for bytes that are not the canonical JSON of a leaf. */
export function parseLeaf(entry: Uint8Array): Leaf {
  const text = Buffer.from(entry).toString();
  const parsed = Leaf.safeParse(parseJson(text));
  if (!parsed.success || canonicalJson(parsed.data) !== text) throw new LogMalformed('log entry', 'it is not the canonical JSON of an event');
  return parsed.data;
}

const PLACE = '"stream":"';
const POSITION = /"stream":"([a-z0-9-]+)","type":"(?:[^"\\]|\\.)*","version":(\d+)\}$/;

/**
 * Which event an entry is of, without reading the rest: in canonical JSON stream, type and version come last.
 * null for bytes that cannot be a leaf.
 */
export function leafPosition(entry: Uint8Array): EventPosition | null {
  return positionIn(Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('latin1'));
}

/** The same for an entry of which each byte was made a character. */
export function positionIn(entry: string): EventPosition | null {
  const [, stream, version] = POSITION.exec(entry.slice(Math.max(0, entry.lastIndexOf(PLACE)))) ?? [];
  return stream === undefined || version === undefined ? null : { stream, version: Number(version) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
