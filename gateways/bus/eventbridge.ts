import { setTimeout as sleep } from 'node:timers/promises';
import { PutEventsCommand, type EventBridgeClient, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { BusUnavailable } from './bus-unavailable.ts';
import { toBusEvent } from './bus-event.ts';
import type { Bus, BusEntry } from './port.ts';

export interface EventBridgeBusOptions {
  readonly client: EventBridgeClient;
  /** Name or ARN. */
  readonly bus: string;
  /** Pauses before entries that were refused are sent again; half of each at random. */
  readonly pausesMs?: readonly number[];
}

const ENTRIES_A_CALL = 10;
/** Together they must stay under 1 MB; a little less, because the service counts more than we do. */
const BYTES_A_CALL = 990_000;
const PAUSES_MS = [100, 300, 1_000, 3_000, 6_000];

/**
 * EventBridge as the bus. PutEvents answers 200 for entries it did not take, so each is looked at, and those go again.
 * What follows a refused entry of the same stream goes again too: in order, at the price of a duplicate, which nobody minds.
 */
export function createEventBridgeBus({ client, bus, pausesMs = PAUSES_MS }: EventBridgeBusOptions): Bus {
  async function send(entries: readonly BusEntry[]): Promise<{ readonly left: readonly BusEntry[]; readonly cause?: unknown }> {
    try {
      const answer = await client.send(new PutEventsCommand({ Entries: entries.map((entry) => entryOf(entry, bus)) }));
      if ((answer.FailedEntryCount ?? 0) === 0) return { left: [] };
      const refused = new Set<string>();
      const left = entries.filter(({ metadata: { stream } }, at) => {
        if (answer.Entries?.[at]?.EventId === undefined) refused.add(stream);
        return refused.has(stream);
      });
      return { left, cause: new EntriesRefused(answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode ?? 'unknown') };
    } catch (cause) {
      return { left: entries, cause };
    }
  }

  return {
    async publish(entries) {
      const calls = inCalls(entries);
      for (const [index, call] of calls.entries()) {
        let { left, cause } = await send(call);
        for (const pause of pausesMs) {
          if (left.length === 0) break;
          await sleep(pause / 2 + (Math.random() * pause) / 2);
          ({ left, cause } = await send(left));
        }
        if (left.length > 0) throw new BusUnavailable([...left, ...calls.slice(index + 1).flat()], { cause });
      }
    },
  };
}

/** Why EventBridge did not take entries, by its own code. */
class EntriesRefused extends Error {
  override readonly name = 'EntriesRefused';
  readonly code: string;
  constructor(code: string) {
    super('EventBridge did not take every entry');
    this.code = code;
  }
}

function entryOf(entry: BusEntry, bus: string): PutEventsRequestEntry {
  const event = toBusEvent(entry);
  return {
    EventBusName: bus, Source: event.source, DetailType: event['detail-type'], Time: new Date(event.time), Detail: JSON.stringify(event.detail),
    Resources: [event.detail.metadata.stream],
  };
}

/** As many at a time as one call takes, in order. */
function inCalls(entries: readonly BusEntry[]): BusEntry[][] {
  const calls: BusEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify({ metadata: entry.metadata, data: entry.data })) + 200;
    const last = calls.at(-1);
    if (last === undefined || last.length === ENTRIES_A_CALL || bytes + size > BYTES_A_CALL) {
      calls.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return calls;
}
