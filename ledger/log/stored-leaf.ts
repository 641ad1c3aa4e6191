import { hash } from 'node:crypto';
import type { StoredItem } from '../inventory.ts';
import { HASH_SIZE, sha256 } from './hash.ts';
import { leafHash } from './leaf.ts';

const FIRST = '{"actor":';
const SEALED = ',"sealed":';
const UNSEALED = `${SEALED}null}`;
const RECORDED = '"recordedAt":"';
const TIME_LENGTH = '2026-03-01T00:00:00.000Z'.length;

/** What verification needs to know of a stored item. */
export interface StoredLeaf {
  /** All zero for an item that can have no leaf. */
  readonly hash: Buffer;
  /** Milliseconds; NaN where it does not say. */
  readonly recordedAt: number;
  readonly readable: boolean;
}

/**
 * The leaf hash of an item. A body in canonical JSON is the leaf's own text up to `sealed`, so the leaf is made by
 * joining texts, five times as fast as by parsing. That is safe: only if the body is canonical to the last byte can the
 * hash be the one in the tree. One that is not gives another hash, and the caller reads the event by its key.
 */
export function storedLeaf(item: StoredItem): StoredLeaf {
  const { body } = item;
  const sealedAt = body.endsWith(UNSEALED) ? body.length - UNSEALED.length : body.lastIndexOf(SEALED);
  const recordedAt = body.lastIndexOf(RECORDED, sealedAt) + RECORDED.length;
  if (!body.startsWith(FIRST) || sealedAt < 0 || recordedAt < RECORDED.length) return parsedLeaf(item);
  const sealed = body.slice(sealedAt + SEALED.length, -1);
  const sealedHash = sealed === 'null' ? sealed : `"${hash('sha256', sealed)}"`;
  return {
    hash: sha256(`\u0000${body.slice(0, sealedAt)}${SEALED}${sealedHash},"stream":${quoted(item.stream)},"type":${quoted(item.type)},"version":${item.version}}`),
    recordedAt: Date.parse(body.slice(recordedAt, recordedAt + TIME_LENGTH)),
    readable: true,
  };
}

const PLAIN = /^[\w-]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function parsedLeaf(item: StoredItem): StoredLeaf {
  try {
    const event = item.read();
    return { hash: leafHash(event), recordedAt: Date.parse(event.recordedAt), readable: true };
  } catch {
    return { hash: Buffer.alloc(HASH_SIZE), recordedAt: Number.NaN, readable: false };
  }
}
