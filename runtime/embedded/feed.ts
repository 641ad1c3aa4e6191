import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Bus } from '../../gateways/bus/port.ts';
import type { Log } from '../../handlers/deps.ts';
import { publishEvents } from '../../handlers/publisher.ts';
import type { EventStore } from '../../ledger/event-store.ts';
import { errorFields } from '../log.ts';

export interface FeedOptions {
  readonly store: Pick<EventStore, 'since'>;
  readonly bus: Bus;
  readonly log: Log;
}

/**
 * Carries recorded events to the bus, as DynamoDB Streams and the publisher do on AWS. An append in this process wakes
 * it; `sweep` sends again whatever was recorded since a moment, which is how an outage or a crash is made up for.
 * Consumers know what they have, so sending twice is harmless.
 */
export class Feed {
  readonly #options: FeedOptions;
  #waiting: RecordedEvent[] = [];
  #sending: Promise<void> | null = null;
  #stopped = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Takes events that have just been appended. Never throws and does not wait. */
  wake(events: readonly RecordedEvent[]): void {
    if (this.#stopped) return;
    this.#waiting.push(...events);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
  }

  /** Sends everything recorded since `since` (RFC 3339). Answers how many events that were. */
  async sweep(since: string): Promise<number> {
    let count = 0;
    for await (const batch of this.#options.store.since(since)) {
      if (this.#stopped) break;
      await publishEvents(this.#options, batch);
      count += batch.length;
    }
    return count;
  }

  /** Waits for what is being sent. What could not be sent is found by the next sweep. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sending;
  }

  async #send(): Promise<void> {
    for (let failures = 0; this.#waiting.length > 0 && !(this.#stopped && failures > 0); ) {
      const batch = this.#waiting.splice(0, 500);
      try {
        await publishEvents(this.#options, batch);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#options.log.warn('the bus did not take events; trying again', { events: batch.length, ...errorFields(error) });
        this.#waiting.unshift(...batch);
        await sleep(Math.min(5_000, 100 * 2 ** failures));
      }
    }
  }
}
