import { z } from 'zod';
import type { EventType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import type { OutsideProjection } from '../engine/projection.ts';
import { reasonsOf, summaryOf } from './summary.ts';

/** An event as the audit trail shows it; `id` is `<stream>:<version>`. */
export interface AuditTrailEntry {
  readonly id: string;
  readonly eventId: string;
  readonly stream: string;
  readonly version: number;
  readonly type: EventType;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly correlationId: string;
  readonly reasons: readonly string[];
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The part of the audit index that is needed here. Putting an entry again must change nothing. */
export interface AuditSink {
  put(entries: readonly AuditTrailEntry[]): Promise<void>;
}

const Nothing = z.object({});
type Nothing = z.infer<typeof Nothing>;

/** Every event of every stream, in words, in the audit index. */
export function auditTrail(index: AuditSink): OutsideProjection<Nothing, AuditTrailEntry> {
  return {
    kind: 'outside',
    name: 'audit-trail',
    schema: 'kyc_system',
    handles: () => true,
    state: Nothing,
    initial: () => ({}),
    project(state, event, out) {
      out.push(entryOf(event));
      return state;
    },
    put: (entries) => index.put(entries),
  };
}

export function entryOf(event: LedgerEvent): AuditTrailEntry {
  return {
    id: `${event.stream}:${event.version}`,
    eventId: event.id,
    stream: event.stream,
    version: event.version,
    type: event.type,
    recordedAt: event.recordedAt,
    occurredAt: event.occurredAt,
    actorKind: event.actor.kind,
    actorId: event.actor.id,
    correlationId: event.correlationId,
    reasons: reasonsOf(event),
    summary: summaryOf(event),
    data: event.data,
  };
}
