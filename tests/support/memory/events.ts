import type { RecordedEvent } from '../../../events/envelope.ts';
import type { EventStore } from '../../../ledger/event-store.ts';
import type { EventInventory, StoredItem } from '../../../ledger/inventory.ts';
import { canonicalJson } from '../../../ledger/log/canonical-json.ts';

/** Reading side of an event store over a list that a test fills and spoils. Those in `hidden` are in no time index. */
export function memoryEvents(
  events: RecordedEvent[] = [], hidden: ReadonlySet<RecordedEvent> = new Set(),
): Pick<EventStore, 'load' | 'since'> & EventInventory & { readonly events: RecordedEvent[] } {
  return {
    events,
    load: async (stream, { from = 1, to = Infinity } = {}) =>
      events
        .filter((event) => event.stream === stream && event.version >= from && event.version <= to)
        .toSorted((a, b) => a.version - b.version),
    async *since(since) {
      const found = events.filter((event) => event.recordedAt >= since && !hidden.has(event)).toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1));
      for (let at = 0; at < found.length; at += 7) yield found.slice(at, at + 7);
    },
    async *all() {
      for (let at = 0; at < events.length; at += 7) yield events.slice(at, at + 7).map((event) => asStored(event, !hidden.has(event)));
    },
  };
}

/** As a store keeps it: those of even versions in canonical JSON, as today's code writes it, the others as JSON comes. */
export function asStored(event: RecordedEvent, indexed = true): StoredItem {
  const { stream, version, type, ...rest } = event;
  return { stream, version, type, body: version % 2 === 0 ? canonicalJson(rest) : JSON.stringify(rest), indexed, read: () => event };
}
