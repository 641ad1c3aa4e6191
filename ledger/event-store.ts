import type { RecordedEvent } from '../events/envelope.ts';

/** A value that only one stream may hold: `kind` names the sort, `hash` is a keyed hash, never the value. */
export interface Reservation {
  readonly kind: 'email' | 'document_number';
  readonly hash: string;
}

export type AppendResult =
  | { readonly kind: 'appended' }
  /** The same event ids are already there: a retry after a lost answer. */
  | { readonly kind: 'already_appended'; readonly events: readonly RecordedEvent[] }
  /** Somebody else was faster; `since` are the events after the expected version, in order. Decide again. */
  | { readonly kind: 'conflict'; readonly since: readonly RecordedEvent[] }
  /** A reservation belongs to another stream; nothing was written. */
  | { readonly kind: 'reserved'; readonly reservation: Reservation; readonly heldBy: string };

/** Reading limits, both inclusive; versions start at 1. */
export interface VersionRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * The log of immutable events: streams of versions 1, 2, 3 ... without gaps.
 * Implementations write by insertion alone, so that nothing recorded can be replaced.
 */
export interface EventStore {
  /**
   * Adds `events` (their versions are expectedVersion + 1 and on) as one atomic step, together with the reservations.
   * A reservation that the same stream holds already is no obstacle. `expectedVersion` 0 begins a stream.
   * Throws StoreUnavailable after its own retries, InvalidAppend when the versions or sizes do not fit.
   */
  append(stream: string, expectedVersion: number, events: readonly RecordedEvent[], reservations?: readonly Reservation[]): Promise<AppendResult>;

  /** The stream's events in order; empty for an unknown stream. Strongly consistent. */
  load(stream: string, range?: VersionRange): Promise<RecordedEvent[]>;

  /**
   * Every event recorded at or after `since` (RFC 3339), in batches that are about in the order of recording:
   * exact only within a stream, and there a gap may show for a moment. For sweeps and rebuilds, not for decisions.
   * A sweep that goes on begins some minutes before where it ended: writers' clocks differ, and an index lags behind.
   */
  since(since: string): AsyncIterable<readonly RecordedEvent[]>;

  /** The stream that holds a reservation, or null. */
  holder(reservation: Reservation): Promise<string | null>;

  /** Gives up every reservation of a stream (erasure). Answers how many there were. */
  release(stream: string): Promise<number>;
}
