import { createPublicKey, verify } from 'node:crypto';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { LogMalformed } from './errors.ts';
import { HASH_SIZE, sha256 } from './hash.ts';

/** Signature types of C2SP signed-note that this log knows: 0x01 signs the text, 0x04 cosigns it with a time. */
export const NOTE_ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;

export interface VerifierKey {
  readonly name: string;
  /** 8 lower-case hex digits. */
  readonly id: string;
  readonly type: typeof NOTE_ED25519 | typeof COSIGNATURE_V1;
  /** 32 raw bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
}

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  /** 8 lower-case hex digits. */
  readonly id: string;
  readonly signature: Uint8Array;
}

/** Something that signs: the ledger's key, wherever it lies. Ed25519 over the bytes as they are; 64 bytes come back. */
export interface NoteSigner {
  sign(data: Uint8Array): Promise<Uint8Array>;
  publicKey(): Promise<Uint8Array>;
}

/** The key of `name`; refuses names that are empty or hold spaces, control characters or a plus. */
export function verifierKey(name: string, publicKey: Uint8Array, type: VerifierKey['type'] = NOTE_ED25519): VerifierKey {
  if (!isKeyName(name)) throw new LogMalformed('verifier key', 'the name is empty or holds a space or a plus');
  if (publicKey.length !== HASH_SIZE) throw new LogMalformed('verifier key', 'an Ed25519 public key has 32 bytes');
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey])).toString('hex', 0, 4);
  return { name, id, type, publicKey };
}

/** `name+hex(id)+base64(type || public key)`. */
export function formatVerifierKey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${id}+${encodeBase64(Buffer.concat([Buffer.of(type), publicKey]))}`;
}

/** Reads what formatVerifierKey writes; refuses unknown types and an id that does not belong to the key. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  const bytes = decodeBase64(encoded ?? '');
  if (name === undefined || bytes === null) throw new LogMalformed('verifier key', 'it is not name+id+base64');
  const type = bytes[0];
  if (type !== NOTE_ED25519 && type !== COSIGNATURE_V1) throw new LogMalformed('verifier key', 'its signature type is unknown');
  const key = verifierKey(name, bytes.subarray(1), type);
  if (key.id !== id) throw new LogMalformed('verifier key', 'its id belongs to another name or key');
  return key;
}

/** Could this be the name of a key? Non-empty, no Unicode space, no control character, no plus. */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\s\p{Cc}\u0085+]+$/u.test(name);
}

/** Ed25519 (RFC 8032) under 32 raw bytes of public key. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, signature);
}
