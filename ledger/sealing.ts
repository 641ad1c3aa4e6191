import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import type { RecordedEvent, Sealed } from '../events/envelope.ts';
import { SealBroken } from './errors.ts';
import { hkdf32 } from './hkdf.ts';

/**
 * How personal data are sealed. A subject's key (32 random bytes) is never used itself: HKDF-SHA-256 (RFC 5869) derives
 * a key for each event and each piece of evidence, bound by `info` to where it belongs. So one event can be disclosed by
 * giving away its key alone. AES-256-GCM (NIST SP 800-38D) is not key-committing: a ciphertext can be made to open under
 * two keys. The commitment, a SHA-256 of a label and the key, names the only right one and is part of the recorded event.
 */

export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const COMMITMENT_BYTES = 32;

const EVENT_KEY = 'kyc-ledger/event-key/v1';
const EVENT_SEAL = 'kyc-ledger/event-seal/v1';
const EVIDENCE_KEY = 'kyc-ledger/evidence-key/v1';
const EVIDENCE_SEAL = 'kyc-ledger/evidence-seal/v1';
const COMMITMENT = Buffer.from('kyc-ledger/key-commitment/v1');

/** What an event's key is derived for. */
export type EventPlace = Pick<RecordedEvent, 'stream' | 'version' | 'type' | 'id'>;

/** The key of one event (32 bytes). Whoever has it can open this event and nothing else. */
export function deriveEventKey(subjectKey: Uint8Array, place: EventPlace): Buffer {
  return derive(subjectKey, bind(EVENT_KEY, place.stream, String(place.version), place.type, place.id));
}

/** Seals personal fields (JSON values) for their place. `iv`: 12 fresh random bytes. */
export function sealPersonal(eventKey: Uint8Array, place: EventPlace, personal: Readonly<Record<string, unknown>>, iv: Uint8Array): Sealed {
  const cipher = createCipheriv('aes-256-gcm', eventKey, iv).setAAD(eventBinding(place));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(personal), 'utf8'), cipher.final()]);
  return {
    alg: 'A256GCM',
    iv: base64(iv),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    commitment: commit(eventKey).toString('base64'),
  };
}

/**
 * Opens the personal fields with the event's own key, derived or disclosed. Throws SealBroken when the key is not the one
 * committed to, or when ciphertext, stream, version or type are not what was sealed.
 */
export function openPersonal(eventKey: Uint8Array, place: EventPlace, sealed: Sealed): Record<string, unknown> {
  const where = `${place.stream}/${place.version}`;
  if (!same(Buffer.from(sealed.commitment, 'base64'), commit(eventKey))) throw new SealBroken(where);
  try {
    const tag = Buffer.from(sealed.tag, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', eventKey, Buffer.from(sealed.iv, 'base64'), { authTagLength: TAG_BYTES });
    decipher.setAAD(eventBinding(place)).setAuthTag(tag);
    const plain = decipher.update(sealed.ciphertext, 'base64', 'utf8') + decipher.final('utf8');
    return JSON.parse(plain) as Record<string, unknown>;
  } catch (error) {
    throw new SealBroken(where, { cause: error });
  }
}

/** The key of one piece of evidence (32 bytes). */
export function deriveEvidenceKey(subjectKey: Uint8Array, stream: string, name: string): Buffer {
  return derive(subjectKey, bind(EVIDENCE_KEY, stream, name));
}

/** `KYCE` and the number of the form. */
const EVIDENCE_HEADER = Buffer.from([0x4b, 0x59, 0x43, 0x45, 0x01]);
const EVIDENCE_OVERHEAD = EVIDENCE_HEADER.length + IV_BYTES + COMMITMENT_BYTES + TAG_BYTES;

/**
 * Sealed evidence, form 1: `KYCE` 0x01, iv (12 bytes), key commitment (32), ciphertext (as long as the plain bytes),
 * tag (16). The associated data bind the header, the stream and the name.
 */
export function sealEvidence(evidenceKey: Uint8Array, stream: string, name: string, plain: Uint8Array, iv: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', evidenceKey, iv).setAAD(bind(EVIDENCE_SEAL, stream, name));
  return Buffer.concat([EVIDENCE_HEADER, iv, commit(evidenceKey), cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Throws SealBroken when the bytes are no sealed evidence, altered, or sealed for another place or under another key. */
export function openEvidence(evidenceKey: Uint8Array, stream: string, name: string, bytes: Uint8Array): Buffer {
  const where = `${stream}/${name}`;
  const sealed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (sealed.length < EVIDENCE_OVERHEAD || !sealed.subarray(0, EVIDENCE_HEADER.length).equals(EVIDENCE_HEADER)) throw new SealBroken(where);
  const body = sealed.subarray(EVIDENCE_HEADER.length);
  const iv = body.subarray(0, IV_BYTES);
  const commitment = body.subarray(IV_BYTES, IV_BYTES + COMMITMENT_BYTES);
  if (!same(commitment, commit(evidenceKey))) throw new SealBroken(where);
  try {
    const decipher = createDecipheriv('aes-256-gcm', evidenceKey, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(bind(EVIDENCE_SEAL, stream, name)).setAuthTag(body.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(body.subarray(IV_BYTES + COMMITMENT_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new SealBroken(where, { cause: error });
  }
}

/** Bytes a fresh iv needs. */
export const SEAL_IV_BYTES = IV_BYTES;

/**
 * Parts as bytes that no other parts give: each as its length (32 bits, big-endian) and its UTF-8. The first is a label
 * that keeps uses apart.
 */
export function bind(...parts: readonly string[]): Buffer {
  let length = 0;
  for (const part of parts) length += 4 + Buffer.byteLength(part);
  const bytes = Buffer.alloc(length);
  let offset = 0;
  for (const part of parts) {
    const written = bytes.write(part, offset + 4);
    bytes.writeUInt32BE(written, offset);
    offset += 4 + written;
  }
  return bytes;
}

function eventBinding(place: EventPlace): Buffer {
  return bind(EVENT_SEAL, place.stream, String(place.version), place.type);
}

function derive(subjectKey: Uint8Array, info: Uint8Array): Buffer {
  return hkdf32(subjectKey, info);
}

function commit(key: Uint8Array): Buffer {
  return createHash('sha256').update(COMMITMENT).update(key).digest();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
