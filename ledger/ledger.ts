import type { DomainEvent } from '../events/catalogue.ts';
import type { EventContext, RecordedEvent } from '../events/envelope.ts';
import type { EvidenceRef } from '../events/vocabulary.ts';
import type { LedgerEvent } from '../events/read.ts';
import type { Reservation, VersionRange } from './event-store.ts';

/** An event to be recorded. `id` (UUIDv7) makes a retry recognisable: keep it when you try again. */
export interface NewEvent {
  readonly id: string;
  readonly event: DomainEvent;
  readonly context: EventContext;
}

export type LedgerAppendResult =
  | { readonly kind: 'appended' | 'already_appended'; readonly events: readonly LedgerEvent[] }
  | { readonly kind: 'conflict'; readonly since: readonly LedgerEvent[] }
  | { readonly kind: 'reserved'; readonly reservation: Reservation; readonly heldBy: string };

/**
 * The event store with sealing in front: what goes in is checked against the catalogue and its personal fields are
 * encrypted before anything is written; what comes out is opened, or has `personal: null` once the subject is erased.
 */
export interface Ledger {
  /** Throws LeafTooLarge for an event whose leaf the log could not take (65,535 bytes): keep what is big as evidence. */
  append(stream: string, expectedVersion: number, events: readonly NewEvent[], reservations?: readonly Reservation[]): Promise<LedgerAppendResult>;
  load(stream: string, range?: VersionRange): Promise<LedgerEvent[]>;
  /** Opens events that were read some other way (a sweep, a queue). Keeps their order. */
  open(events: readonly RecordedEvent[]): Promise<LedgerEvent[]>;
  /**
   * Seals a big payload with the subject's key and keeps it once. `name` is unique in the stream, for example
   * `document-<uuid>`; keeping the same name and bytes again is harmless and answers the same reference.
   */
  keepEvidence(stream: string, name: string, bytes: Uint8Array, mediaType: string): Promise<{ ref: EvidenceRef; plainSha256: string }>;
  /** The plain bytes. Throws EvidenceMissing, EvidenceAltered (hash differs) or SubjectErased. */
  readEvidence(stream: string, ref: EvidenceRef): Promise<Uint8Array>;
  /** Destroys the subject's key: everything sealed for this stream becomes unreadable, for ever. Safe to repeat. */
  destroyKey(stream: string): Promise<void>;
  /** HMAC-SHA-256 in hex under the ledger's lookup key, for `purpose`: equal values, equal hashes; not reversible. */
  lookupHash(purpose: Reservation['kind'] | 'registration', value: string): Promise<string>;
}
