import type { RecordedEvent } from '../events/envelope.ts';
import type { BusEntry } from '../gateways/bus/port.ts';
import type { Deps } from './deps.ts';

/**
 * Sends recorded events to the bus, those of one stream in the order of their versions. What is sealed stays where it
 * is. Throws BusUnavailable with what was left over; sending again is harmless, consumers know what they have.
 */
export async function publishEvents(deps: Pick<Deps, 'bus'>, events: readonly RecordedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await deps.bus.publish(inStreamOrder(events).map(busEntry));
}

/** Streams in the order in which they first appear, each by version, every event once. */
function inStreamOrder(events: readonly RecordedEvent[]): RecordedEvent[] {
  const streams = Map.groupBy(events, (event) => event.stream);
  return [...streams.values()].flatMap((each) => {
    const byVersion = new Map(each.map((event) => [event.version, event]));
    return [...byVersion.values()].toSorted((a, b) => a.version - b.version);
  });
}

export function busEntry({ type, data, sealed: _sealed, ...metadata }: RecordedEvent): BusEntry {
  return { type, metadata, data };
}
