import { concat, fromBase64, isObject, jsonObject, sameBytes, textOf, toHex, utf8, type Bytes } from './bytes.ts';
import type { LeafEvent } from './event-line.ts';
import { openAesGcm, sha256 } from './web-crypto.ts';

/** A line of disclosed.ndjson: the sealed fields of one event, and the key (base64, 32 bytes) of this event alone. */
export interface Disclosure {
  readonly stream: string;
  readonly version: number;
  readonly key: string;
  readonly sealed: Sealed;
}

interface Sealed {
  readonly alg: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
  readonly commitment: string;
}

export function formatDisclosure({ stream, version, key, sealed }: Disclosure): string {
  return JSON.stringify({ stream, version, key, sealed: canonical(sealed) });
}

/** null for a line that formatDisclosure does not write. */
export function parseDisclosure(line: string): Disclosure | null {
  const value = jsonObject(line);
  if (value === null) return null;
  const { stream, version, key, sealed } = value;
  if (typeof stream !== 'string' || typeof version !== 'number' || typeof key !== 'string' || !isObject(sealed)) return null;
  const { alg, iv, ciphertext, tag, commitment } = sealed;
  if (typeof alg !== 'string' || typeof iv !== 'string' || typeof ciphertext !== 'string' || typeof tag !== 'string' || typeof commitment !== 'string') return null;
  const disclosure = { stream, version, key, sealed: { alg, iv, ciphertext, tag, commitment } };
  return formatDisclosure(disclosure) === line ? disclosure : null;
}

/** Members in the order of RFC 8785; of base64 text JSON.stringify then writes canonical JSON. */
function canonical({ alg, ciphertext, commitment, iv, tag }: Sealed): Sealed {
  return { alg, ciphertext, commitment, iv, tag };
}

export type Opened = { readonly personal: Readonly<Record<string, unknown>> } | { readonly fault: string };

/** Opens the personal fields, if these are the ones the leaf names and this is the key they commit to. */
export async function openDisclosure({ sealed, key: encodedKey }: Disclosure, event: LeafEvent): Promise<Opened> {
  const hash = toHex(await sha256(utf8(JSON.stringify(canonical(sealed)))));
  if (hash !== event.sealed) return { fault: 'the sealed fields are not those that the entry in the log names' };
  const [key, iv, ciphertext, tag, commitment] = [encodedKey, sealed.iv, sealed.ciphertext, sealed.tag, sealed.commitment].map(fromBase64);
  if (!key || !iv || !ciphertext || !tag || !commitment) return { fault: 'key or sealed fields are not base64' };
  if (key.length !== 32 || !sameBytes(await sha256(concat(utf8('kyc-ledger/key-commitment/v1'), key)), commitment)) {
    return { fault: 'the key is not the one that the event commits to' };
  }
  const binding = bind('kyc-ledger/event-seal/v1', event.stream, String(event.version), event.type);
  const plain = await openAesGcm(key, iv, binding, concat(ciphertext, tag));
  const personal = plain === null ? null : jsonObject(textOf(plain) ?? '');
  return personal === null ? { fault: 'the sealed fields do not open' } : { personal };
}

/** Parts as bytes: each as its length (32 bits, big-endian) and its UTF-8. */
function bind(...parts: readonly string[]): Bytes {
  return concat(...parts.flatMap((part) => {
    const bytes = utf8(part);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    return [length, bytes];
  }));
}
