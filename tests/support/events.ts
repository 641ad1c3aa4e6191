import { randomBytes, randomUUID } from 'node:crypto';
import type { EventContext, RecordedEvent } from '../../events/envelope.ts';
import type { NewEvent } from '../../ledger/ledger.ts';
import type { DomainEvent } from '../../events/catalogue.ts';

/** A fresh UUIDv7 (RFC 9562). */
export function uuidv7(now = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  const variant = '89ab'[Number.parseInt(random.slice(3, 4), 16) % 4] ?? '8';
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

export function anApplicant(): string {
  return `applicant-${randomUUID()}`;
}

/** A recorded event without content of interest, for tests of the store. */
export function recorded(stream: string, version: number, changes: Partial<RecordedEvent> = {}): RecordedEvent {
  return {
    id: uuidv7(),
    stream,
    version,
    type: 'SelfieUploaded',
    schemaVersion: 1,
    occurredAt: '2026-03-01T10:00:00.000Z',
    recordedAt: '2026-03-01T10:00:00.500Z',
    actor: { kind: 'system', id: 'test' },
    correlationId: 'test',
    causationId: null,
    data: { n: version },
    sealed: null,
    ...changes,
  };
}

export const someContext: EventContext = {
  actor: { kind: 'applicant', id: 'test' },
  occurredAt: '2026-03-01T10:00:00.000Z',
  correlationId: 'test',
  causationId: null,
};

export function newEvent(event: DomainEvent, context: Partial<EventContext> = {}): NewEvent {
  return { id: uuidv7(), event, context: { ...someContext, ...context } };
}
