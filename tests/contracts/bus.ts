import { beforeEach, describe, expect, test } from 'vitest';
import type { BusEvent } from '../../gateways/bus/bus-event.ts';
import { BusUnavailable } from '../../gateways/bus/bus-unavailable.ts';
import type { Bus, BusEntry } from '../../gateways/bus/port.ts';

export interface BusSubject {
  readonly bus: Bus;
  /** What a consumer of every event has got so far, in the order of arrival. */
  delivered(): Promise<readonly BusEvent[]>;
  /** Makes the service refuse the next `count` requests, or the entries in them. */
  refuseNext(count: number): void;
}

/** An entry as the publisher makes it; `version` counts in its stream. */
export function busEntry(stream: string, version: number, type = 'KycStarted'): BusEntry {
  const serial = String(version).padStart(12, '0');
  return {
    type,
    metadata: {
      id: `019ab3c4-0000-7000-8000-${serial}`,
      stream,
      version,
      schemaVersion: 1,
      occurredAt: '2026-11-22T10:00:00.000Z',
      recordedAt: '2026-11-22T10:00:00.123Z',
      actor: { kind: 'system', id: 'test' },
      correlationId: 'correlation',
      causationId: null,
    },
    data: { documentVersion: 2, selfieVersion: 3 },
  };
}

/** What every implementation of the Bus port must do. */
export function describeBusContract(name: string, makeSubject: () => Promise<BusSubject>): void {
  describe(`the bus port, by ${name}`, () => {
    let subject: BusSubject;
    const stream = 'applicant-019ab3c4-1111-7222-8333-123456789012';

    beforeEach(async () => {
      subject = await makeSubject();
    });

    test('carries an event as source kyc.ledger, its type as detail-type, metadata and data as detail', async () => {
      const entry = busEntry(stream, 1);
      await subject.bus.publish([entry]);
      await expect.poll(() => subject.delivered()).toMatchObject([
        { id: entry.metadata.id, source: 'kyc.ledger', 'detail-type': 'KycStarted', detail: { metadata: entry.metadata, data: entry.data } },
      ]);
    });

    test('keeps the order of a stream, also of more entries than one request holds', async () => {
      const entries = Array.from({ length: 25 }, (_, index) => busEntry(stream, index + 1));
      await subject.bus.publish(entries);
      await expect.poll(async () => (await subject.delivered()).map(({ detail }) => detail.metadata.version)).toEqual(
        entries.map(({ metadata }) => metadata.version),
      );
    });

    test('sends again what the service refused, and keeps the order', async () => {
      subject.refuseNext(2);
      await subject.bus.publish([busEntry(stream, 1), busEntry(stream, 2), busEntry(stream, 3)]);
      await expect.poll(async () => (await subject.delivered()).map(({ detail }) => detail.metadata.version)).toEqual([1, 2, 3]);
    });

    test('throws BusUnavailable with the entries left over when the service goes on refusing', async () => {
      subject.refuseNext(1_000);
      const entries = [busEntry(stream, 1), busEntry(stream, 2)];
      const error = await subject.bus.publish(entries).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BusUnavailable);
      expect(error).toMatchObject({ code: 'BUS_UNAVAILABLE', remaining: entries });
      expect(await subject.delivered()).toEqual([]);
    });

    test('takes nothing for something done', async () => {
      await expect(subject.bus.publish([])).resolves.toBeUndefined();
    });
  });
}
