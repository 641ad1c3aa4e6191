/** A message in a queue. `attempt` counts from 1. */
export interface QueueMessage {
  readonly id: string;
  readonly body: unknown;
  readonly attempt: number;
}

/** At-least-once delivery: a message is gone when its handler has succeeded, and is kept in dead letters after `maxAttempts`. */
export interface Queue {
  readonly name: string;
  /** `dedupeKey`: a second message with the same key, while the first is waiting, is dropped. JSON body, nothing personal. */
  send(body: unknown, options?: { dedupeKey?: string; delayMs?: number }): Promise<void>;
  /** Runs `handle` on messages, `concurrency` at a time, until the signal aborts; waits for those under way. */
  consume(handle: (message: QueueMessage) => Promise<void>, options: { concurrency: number; signal: AbortSignal }): Promise<void>;
  depth(): Promise<{ waiting: number; inFlight: number; dead: number }>;
  /** Puts dead letters back in line. Answers how many. */
  redrive(): Promise<number>;
}
