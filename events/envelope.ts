import { z } from 'zod';
import { StreamRef, Timestamp } from './vocabulary.ts';

/** Who caused an event. `id` is an opaque handle (staff account, handler name), never a name or an address. */
export const Actor = z.strictObject({
  kind: z.enum(['system', 'reviewer', 'applicant', 'operator']),
  id: z.string().min(1).max(100),
});
export type Actor = z.infer<typeof Actor>;

/**
 * Personal fields of one event, encrypted under a key for this event alone.
 * All members are base64 of raw bytes. AES-256-GCM (NIST SP 800-38D): 12-byte iv, 16-byte tag.
 * `commitment` is a hash of the event's key, so that no second key can be passed off as the right one.
 */
export const Sealed = z.strictObject({
  alg: z.literal('A256GCM'),
  iv: z.base64(),
  ciphertext: z.base64(),
  tag: z.base64(),
  commitment: z.base64(),
});
export type Sealed = z.infer<typeof Sealed>;

/**
 * An event as it is stored, for ever: the common envelope, the open `data`, the sealed personal fields.
 * `version` counts 1, 2, 3 ... in its stream without gaps.
 */
export const RecordedEvent = z.strictObject({
  id: z.uuidv7(),
  stream: StreamRef,
  version: z.int().positive(),
  type: z.string().min(1),
  schemaVersion: z.int().positive(),
  occurredAt: Timestamp,
  recordedAt: Timestamp,
  actor: Actor,
  correlationId: z.string().min(1).max(100),
  causationId: z.string().min(1).max(100).nullable(),
  data: z.record(z.string(), z.json()),
  sealed: Sealed.nullable(),
});
export type RecordedEvent = z.infer<typeof RecordedEvent>;

/** What the caller of `append` knows of an event besides its content. */
export interface EventContext {
  readonly actor: Actor;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string | null;
}

/** The envelope without content: what consumers get beside the opened event. */
export type EventMetadata = Omit<RecordedEvent, 'data' | 'sealed' | 'type' | 'schemaVersion'>;
