/** Where the log is read from: the folder, bucket or web address that holds its tiles. */
export interface LogSource {
  /** null when there is nothing under the path. */
  get(path: string): Promise<Uint8Array | null>;
  /** Every path that begins with `prefix`, in no particular order. */
  list(prefix: string): AsyncIterable<string>;
}

/** The same place, for the one writer; gateways/tiles implements this and says more about each method. */
export interface LogTiles extends LogSource {
  /** Immutable: the same bytes again are harmless, others throw. */
  put(path: string, bytes: Uint8Array): Promise<'stored' | 'exists'>;
  /** For `checkpoint` and `state/` only. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** For partial tiles and `state/` only. */
  remove(path: string): Promise<void>;
  readHead(): Promise<Uint8Array | null>;
  /** Throws an error with code HEAD_MOVED when the head is not `expected`. */
  moveHead(expected: Uint8Array | null, next: Uint8Array): Promise<void>;
  /** Throws an error with code WRITER_BUSY while another process sequences. */
  claim(): Promise<() => Promise<void>>;
}

/** The evidence, as verification reads it; gateways/evidence-store implements this. */
export interface EvidenceSource {
  get(key: string): Promise<Uint8Array | null>;
  list(prefix: string): AsyncIterable<string>;
}
