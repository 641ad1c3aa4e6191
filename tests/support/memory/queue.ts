import type { Queue, QueueMessage } from '../../../gateways/queue/port.ts';

/** A queue in memory; `take` hands out its messages for a test to work on, in order. */
export class MemoryQueue implements Queue {
  readonly name: string;
  #waiting: { id: string; body: unknown; dedupeKey: string | undefined }[] = [];
  #sent = 0;

  constructor(name: string) {
    this.name = name;
  }

  get waiting(): readonly unknown[] {
    return this.#waiting.map((each) => each.body);
  }

  async send(body: unknown, options: { dedupeKey?: string } = {}): Promise<void> {
    const { dedupeKey } = options;
    if (dedupeKey !== undefined && this.#waiting.some((each) => each.dedupeKey === dedupeKey)) return;
    this.#sent += 1;
    this.#waiting.push({ id: String(this.#sent), body: structuredClone(body), dedupeKey });
  }

  /** All messages that wait, as first deliveries. */
  take(): QueueMessage[] {
    return this.#waiting.splice(0).map(({ id, body }) => ({ id, body, attempt: 1 }));
  }

  async consume(): Promise<void> {
    throw new Error('Tests take messages themselves');
  }

  async depth() {
    return { waiting: this.#waiting.length, inFlight: 0, dead: 0 };
  }

  async redrive() {
    return 0;
  }
}
