/** Sealed bytes by key, written once. Keys look like `applicant-<uuid>/document-<uuid>`. */
export interface EvidenceStore {
  /** Answers 'stored', or 'exists' when the key is taken (the first bytes stay). */
  put(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'>;
  /** null when there is nothing under the key. */
  get(key: string): Promise<Uint8Array | null>;
  /** Every key that begins with `prefix`, in order. */
  list(prefix: string): AsyncIterable<string>;
  /** Removes what may be removed (an Object Lock may forbid it: then `false`). */
  delete(key: string): Promise<boolean>;
}
