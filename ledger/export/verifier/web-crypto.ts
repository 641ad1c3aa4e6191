import type { Bytes } from './bytes.ts';

/** SHA-256. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Can this engine do what verification needs at all? Pages that are neither https nor file have no WebCrypto. */
export function hasWebCrypto(): boolean {
  return typeof crypto === 'object' && typeof crypto.subtle === 'object';
}

/** Ed25519 (RFC 8032) under 32 raw bytes of public key; null where this engine does not know Ed25519. */
export async function verifyEd25519(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean | null> {
  const key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']).catch((error: unknown) => {
    if (error instanceof Error && (error.name === 'NotSupportedError' || error instanceof TypeError)) return null;
    return 'malformed' as const;
  });
  if (key === null) return null;
  return key !== 'malformed' && crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
}

/** AES-256-GCM with a tag of 16 bytes behind the ciphertext; null when it does not open. */
export async function openAesGcm(key: Bytes, iv: Bytes, additionalData: Bytes, sealed: Bytes): Promise<Bytes | null> {
  try {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'AES-GCM' }, false, ['decrypt']);
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData, tagLength: 128 }, imported, sealed));
  } catch {
    return null;
  }
}
