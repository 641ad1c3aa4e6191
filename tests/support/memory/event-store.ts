import type { RecordedEvent } from '../../../events/envelope.ts';
import { InvalidAppend } from '../../../ledger/errors.ts';
import type { EventStore, Reservation } from '../../../ledger/event-store.ts';

const keyOf = (reservation: Reservation): string => `${reservation.kind}#${reservation.hash}`;

/** The event store's behaviour in the fewest lines: the model that the real ones are compared with. */
export function createMemoryEventStore(): EventStore {
  const streams = new Map<string, RecordedEvent[]>();
  const held = new Map<string, string>();

  return {
    async append(stream, expectedVersion, events, reservations = []) {
      const log = streams.get(stream) ?? [];
      const misfit = events.some((event, i) => event.stream !== stream || event.version !== expectedVersion + i + 1);
      if (misfit || events.length === 0 || expectedVersion > log.length || expectedVersion < 0) throw new InvalidAppend('does not fit');
      const since = log.slice(expectedVersion);
      if (since.length > 0) {
        const start = since.findIndex((event) => event.id === events[0]?.id);
        const ours = start === -1 ? [] : since.slice(start, start + events.length);
        const repeated = ours.length === events.length && ours.every((event, i) => event.id === events[i]?.id);
        return repeated ? { kind: 'already_appended', events: ours } : { kind: 'conflict', since };
      }
      for (const reservation of reservations) {
        const heldBy = held.get(keyOf(reservation));
        if (heldBy !== undefined && heldBy !== stream) return { kind: 'reserved', reservation, heldBy };
      }
      for (const reservation of reservations) held.set(keyOf(reservation), stream);
      streams.set(stream, [...log, ...structuredClone(events)]);
      return { kind: 'appended' };
    },

    load: async (stream, range = {}) =>
      structuredClone((streams.get(stream) ?? []).slice((range.from ?? 1) - 1, range.to ?? Number.POSITIVE_INFINITY)),

    async *since(since) {
      const placed = [...streams.values()].flatMap((log) => {
        let at = '';
        return log.map((event) => {
          at = event.recordedAt < at ? at : event.recordedAt;
          return { at, event };
        });
      });
      const found = placed.filter((each) => each.at >= since).toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      if (found.length > 0) yield structuredClone(found.map((each) => each.event));
    },

    holder: async (reservation) => held.get(keyOf(reservation)) ?? null,

    async release(stream) {
      const own = [...held].filter(([, holder]) => holder === stream);
      for (const [key] of own) held.delete(key);
      return own.length;
    },
  };
}
