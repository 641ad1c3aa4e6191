import { setTimeout as sleep } from 'node:timers/promises';
import type { Queues } from '../queue/embedded.ts';
import { toBusEvent } from './bus-event.ts';
import { BusUnavailable } from './bus-unavailable.ts';
import type { Bus, BusEntry } from './port.ts';

/** Which events go into which queue. */
export interface BusRule {
  readonly queue: string;
  readonly types: 'all' | readonly string[];
}

const PAUSES_MS = [50, 200, 1_000] as const;

/**
 * The bus of the embedded runtime: rules that copy events into queues. All entries of a call reach all their queues in
 * one statement, in the order given, or none does. An event whose first copy is still waiting is not queued twice.
 * The queues are those of `queues`; ask for each with its options before consuming.
 */
export function createEmbeddedBus(queues: Pick<Queues, 'sendAll'>, rules: readonly BusRule[]): Bus {
  return {
    publish: async (entries) => {
      const messages = entries.flatMap((entry) => route(entry, rules));
      for (const pause of [...PAUSES_MS, null]) {
        try {
          await queues.sendAll(messages);
          return;
        } catch (cause) {
          if (pause === null) throw new BusUnavailable(entries, { cause });
          await sleep(pause);
        }
      }
    },
  };
}

function route(entry: BusEntry, rules: readonly BusRule[]): Parameters<Queues['sendAll']>[0] {
  const body = toBusEvent(entry);
  return rules
    .filter(({ types }) => types === 'all' || types.includes(entry.type))
    .map(({ queue }) => ({ queue, body, dedupeKey: body.id, delayMs: 0 }));
}
