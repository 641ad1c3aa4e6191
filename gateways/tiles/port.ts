/**
 * Where the transparency log lies: files by the paths of C2SP tlog-tiles, and the one conditional head.
 * Full tiles, full bundles, staged batches and anchors are immutable; what may change is said method by method.
 */
export interface Tiles {
  /** null when there is nothing under the path. */
  get(path: string): Promise<Uint8Array | null>;
  /**
   * Keeps immutable bytes, durable when it returns. The same bytes again are harmless ('exists').
   * Throws TileConflict when other bytes lie there already.
   */
  put(path: string, bytes: Uint8Array): Promise<'stored' | 'exists'>;
  /** Replaces as one step what is meant to change: `checkpoint` and everything below `state/`. Refuses other paths. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a partial tile or bundle that a full one has made superfluous, or something below `state/`; absent is fine. Refuses other paths. */
  remove(path: string): Promise<void>;
  /** Every path that begins with `prefix`, in no particular order. */
  list(prefix: string): AsyncIterable<string>;
  /** The head as it was moved last; null before the first move. Strongly consistent. */
  readHead(): Promise<Uint8Array | null>;
  /**
   * Writes `next` if the head still is `expected` byte for byte (null: there is none yet), durable when it returns.
   * Throws HeadMoved when it is not: another writer was here.
   */
  moveHead(expected: Uint8Array | null, next: Uint8Array): Promise<void>;
  /**
   * Claims the log for one writer until the answered function is called or the process ends.
   * Throws WriterBusy while another process holds it. The claim saves work; what keeps the log right is `moveHead`.
   */
  claim(): Promise<() => Promise<void>>;
}
