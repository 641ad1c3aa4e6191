/** The master keys, as the ledger needs them; gateways/keys implements this. */
export interface LedgerKeys {
  /** Encrypts a subject's key (32 bytes), bound to `context`. */
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
  /** HMAC-SHA-256 under the lookup key. */
  mac(data: Uint8Array): Promise<Uint8Array>;
}

/** Sealed bytes by key, written once; gateways/evidence-store implements this. */
export interface EvidenceShelf {
  put(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'>;
  get(key: string): Promise<Uint8Array | null>;
}

/** What is known of a subject's key: wrapped, or destroyed for ever. */
export type SubjectKeyRecord = { readonly kind: 'wrapped'; readonly wrapped: Uint8Array } | { readonly kind: 'destroyed' };

/** Where wrapped subject keys lie, one a stream. A destroyed key leaves a mark, so that none is ever made in its place. */
export interface SubjectKeyTable {
  /** The records of those streams that have one. Strongly consistent. */
  find(streams: readonly string[]): Promise<ReadonlyMap<string, SubjectKeyRecord>>;
  /** Keeps `wrapped` unless the stream has a record; answers the record that holds now, whoever made it. */
  create(stream: string, wrapped: Uint8Array): Promise<SubjectKeyRecord>;
  /** Removes the key for good and leaves the mark, also where there never was a key. Safe to repeat. */
  destroy(stream: string): Promise<void>;
}
