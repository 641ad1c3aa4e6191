import { fromBase64, isObject, jsonObject, textOf, toBase64, type Bytes } from './bytes.ts';

/** An event's entry in the log, as its bytes say it. Who needs more than the envelope looks into `data`. */
export interface LeafEvent {
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
  /** SHA-256, in hex, of the canonical JSON of the sealed fields; null where nothing is sealed. */
  readonly sealed: string | null;
}

/** null for bytes that do not read as an event. */
export function readLeaf(leaf: Uint8Array): LeafEvent | null {
  const value = jsonObject(textOf(leaf) ?? '');
  if (value === null) return null;
  const { id, stream, version, type, schemaVersion, occurredAt, recordedAt, actor, data, sealed } = value;
  if (
    typeof id !== 'string' || typeof stream !== 'string' || typeof type !== 'string' || typeof occurredAt !== 'string' ||
    typeof recordedAt !== 'string' || typeof version !== 'number' || typeof schemaVersion !== 'number' ||
    !isObject(actor) || typeof actor['kind'] !== 'string' || typeof actor['id'] !== 'string' || !isObject(data) ||
    (sealed !== null && typeof sealed !== 'string')
  ) return null;
  return { id, stream, version, type, schemaVersion, occurredAt, recordedAt, actor: { kind: actor['kind'], id: actor['id'] }, data, sealed };
}

/** A line of events.ndjson. */
export interface EventLine {
  readonly index: number;
  readonly leaf: Bytes;
  readonly event: LeafEvent;
}

/**
 * The event as CloudEvents 1.0 (structured JSON, one line, without its end). Everything in it follows from the leaf and
 * its index, so a verifier writes the line again and compares. Extensions: `logindex`, and `leaf`, the exact bytes.
 */
export function formatEventLine(leaf: Uint8Array, event: LeafEvent, index: number): string {
  return JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: 'kyc.ledger',
    type: `kyc.ledger.${event.type}`,
    subject: event.stream,
    time: event.recordedAt,
    datacontenttype: 'application/json',
    dataschema: `urn:kyc-ledger:event:${event.type}:v${event.schemaVersion}`,
    streamversion: event.version,
    logindex: index,
    data: event.data,
    leaf: toBase64(leaf),
  });
}

/** Reads a line. null when it is no event, 'differs' when the readable part is not what the leaf says. */
export function parseEventLine(line: string): EventLine | 'differs' | null {
  const value = jsonObject(line);
  const leaf = fromBase64(typeof value?.['leaf'] === 'string' ? value['leaf'] : '');
  const index = value?.['logindex'];
  if (leaf === null || typeof index !== 'number' || !Number.isSafeInteger(index)) return null;
  const event = readLeaf(leaf);
  if (event === null) return null;
  return formatEventLine(leaf, event, index) === line ? { index, leaf, event } : 'differs';
}

export const proofPath = (stream: string, version: number): string => `data/proofs/${stream}/${version}.tlog-proof`;
