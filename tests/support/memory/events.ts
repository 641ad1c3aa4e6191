import type { RecordedEvent } from '../../../events/envelope.ts';
import type { EventStore } from '../../../ledger/event-store.ts';

/** Reading side of an event store over a list that a test fills and spoils. */
export function memoryEvents(events: RecordedEvent[] = []): Pick<EventStore, 'load' | 'since'> & { readonly events: RecordedEvent[] } {
  return {
    events,
    load: async (stream, { from = 1, to = Infinity } = {}) =>
      events
        .filter((event) => event.stream === stream && event.version >= from && event.version <= to)
        .toSorted((a, b) => a.version - b.version),
    async *since(since) {
      const found = events.filter((event) => event.recordedAt >= since).toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1));
      for (let at = 0; at < found.length; at += 7) yield found.slice(at, at + 7);
    },
  };
}
