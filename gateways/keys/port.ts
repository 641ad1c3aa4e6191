/**
 * The master keys. On AWS they never leave KMS; embedded they lie in a file (mode 0600).
 * Every method throws KeysUnavailable when the service cannot be reached.
 */
export interface Keys {
  /** Encrypts a subject's key (32 bytes). `context` (the stream) is bound as associated data and needed to unwrap. */
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  /** Throws KeyRefused when the wrapped key or its context was altered. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
  /** HMAC-SHA-256 (32 bytes) under the lookup key. */
  mac(data: Uint8Array): Promise<Uint8Array>;
  /** Ed25519 signature (64 bytes, RFC 8032) over the bytes as they are, for checkpoints. */
  sign(data: Uint8Array): Promise<Uint8Array>;
  /** The 32 raw bytes of the Ed25519 public key. */
  publicKey(): Promise<Uint8Array>;
}
