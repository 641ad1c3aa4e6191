import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabasePool } from 'slonik';
import {
  type OutgoingMessage,
  type TakenMessage,
  buryMessage,
  countMessages,
  createMessagesTable,
  insertMessages,
  recoverMessages,
  redriveMessages,
  removeMessage,
  retryMessage,
  takeMessages,
} from './messages-table.ts';
import type { Queue, QueueMessage } from './port.ts';
import { Wake } from './wake.ts';

export interface QueueOptions {
  /** How often a message is tried before it becomes a dead letter. */
  readonly maxAttempts: number;
  /**
   * Milliseconds before the next attempt. A number: after the first failure, doubled after each further one up to an
   * hour, half of it at random so that failures do not march in step. A list: after the first, the second ...; the
   * last one stands for all that follow.
   */
  readonly backoffMs: number | readonly number[];
}

/** What went wrong with a message, or with the database while it was looked after. */
export interface QueueFailure {
  readonly queue: string;
  readonly messageId: string | null;
  readonly attempt: number;
  readonly outcome: 'retry' | 'dead' | 'database';
  readonly error: unknown;
}

/** The queues of one platform, kept in one table. */
export interface Queues {
  /** The queue of this name; the first caller's options hold for the life of the process. */
  queue(name: string, options: QueueOptions): Queue;
  /** Puts messages in line in the order given, in any number of queues, all or none, and wakes their consumers. */
  sendAll(messages: readonly OutgoingMessage[]): Promise<void>;
}

/** How long a consumer sleeps when nobody wakes it: finds what other processes sent and what was delayed. */
const POLL_MS = 1_000;
const MAX_BACKOFF_MS = 3_600_000;
/** Ends of the platform that a message may be under way in before it is suspected to cause them. */
const MAX_CRASHES = 20;

/**
 * Queues in PostgreSQL for the embedded runtime. Other processes may send, but only one, the platform that holds the
 * data folder's lock, may consume: what is marked as under way when it first consumes was cut off by a crash and goes
 * back in line at once.
 *
 *     const queues = await createQueues(pool);
 *     const jobs = queues.queue('kyc-jobs', { maxAttempts: 5, backoffMs: 1000 });
 *     await jobs.send({ stream });
 *     await jobs.consume(async ({ body }) => start(body), { concurrency: 4, signal });
 */
export async function createQueues(pool: DatabasePool, onFailure: (failure: QueueFailure) => void = () => undefined): Promise<Queues> {
  await createMessagesTable(pool);
  const queues = new Map<string, EmbeddedQueue>();
  return {
    queue: (name, options) => {
      const known = queues.get(name) ?? new EmbeddedQueue(pool, name, options, onFailure);
      queues.set(name, known);
      return known;
    },
    sendAll: async (messages) => {
      if (messages.length === 0) return;
      await insertMessages(pool, messages);
      for (const name of new Set(messages.map(({ queue }) => queue))) queues.get(name)?.wake();
    },
  };
}

class EmbeddedQueue implements Queue {
  readonly name: string;
  readonly #pool: DatabasePool;
  readonly #options: QueueOptions;
  readonly #onFailure: (failure: QueueFailure) => void;
  readonly #sleepers = new Set<Wake>();
  #recovery: Promise<number> | null = null;

  constructor(pool: DatabasePool, name: string, options: QueueOptions, onFailure: (failure: QueueFailure) => void) {
    this.#pool = pool;
    this.name = name;
    this.#options = options;
    this.#onFailure = onFailure;
  }

  async send(body: unknown, options: { dedupeKey?: string; delayMs?: number } = {}): Promise<void> {
    const delayMs = Math.max(0, options.delayMs ?? 0);
    await insertMessages(this.#pool, [{ queue: this.name, body, dedupeKey: options.dedupeKey ?? null, delayMs }]);
    this.#wakeIn(delayMs);
  }

  async consume(handle: (message: QueueMessage) => Promise<void>, options: { concurrency: number; signal: AbortSignal }): Promise<void> {
    const { concurrency, signal } = options;
    const wake = new Wake();
    const underWay = new Set<Promise<void>>();
    this.#sleepers.add(wake);
    await this.#persist(() => (this.#recovery ??= this.#recover()), signal);
    while (!signal.aborted) {
      wake.clear();
      const free = concurrency - underWay.size;
      const taken = free === 0 ? [] : await this.#take(free);
      for (const message of taken) {
        const work = this.#work(message, handle, signal).finally(() => {
          underWay.delete(work);
          wake.set();
        });
        underWay.add(work);
      }
      if (taken.length === 0 || underWay.size === concurrency) await wake.sleep(POLL_MS, signal);
    }
    this.#sleepers.delete(wake);
    await Promise.all(underWay);
  }

  async depth(): Promise<{ waiting: number; inFlight: number; dead: number }> {
    return countMessages(this.#pool, this.name);
  }

  async redrive(): Promise<number> {
    const count = await redriveMessages(this.#pool, this.name);
    this.wake();
    return count;
  }

  wake(): void {
    for (const sleeper of this.#sleepers) sleeper.set();
  }

  async #work(message: TakenMessage, handle: (message: QueueMessage) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { id, attempt } = message;
    try {
      await handle(message);
    } catch (error) {
      const dead = attempt >= this.#options.maxAttempts;
      this.#report({ messageId: id, attempt, outcome: dead ? 'dead' : 'retry', error });
      const delayMs = backoff(this.#options.backoffMs, attempt);
      await this.#persist(
        () => (dead ? buryMessage(this.#pool, id, codeOf(error)) : retryMessage(this.#pool, id, delayMs, codeOf(error))),
        signal,
      );
      if (!dead) this.#wakeIn(delayMs);
      return;
    }
    await this.#persist(() => removeMessage(this.#pool, id), signal);
  }

  async #take(limit: number): Promise<readonly TakenMessage[]> {
    try {
      return await takeMessages(this.#pool, this.name, limit);
    } catch (error) {
      // The database may be starting again; the messages are safe and the next round asks for them.
      this.#report({ messageId: null, attempt: 0, outcome: 'database', error });
      return [];
    }
  }

  async #recover(): Promise<number> {
    return recoverMessages(this.#pool, this.name, MAX_CRASHES).catch((error: unknown) => {
      this.#recovery = null;
      throw error;
    });
  }

  /** Tries until it is written down; once we are to end, a few times only: the next start puts it right. */
  async #persist(write: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await write();
        return;
      } catch (error) {
        this.#report({ messageId: null, attempt, outcome: 'database', error });
        if (signal.aborted && attempt >= 3) return;
        await sleep(signal.aborted ? 100 : POLL_MS);
      }
    }
  }

  #wakeIn(delayMs: number): void {
    if (delayMs <= 0) this.wake();
    else if (delayMs < POLL_MS) setTimeout(() => this.wake(), delayMs + 1).unref();
  }

  #report(failure: Omit<QueueFailure, 'queue'>): void {
    this.#onFailure({ queue: this.name, ...failure });
  }
}

function backoff(backoffMs: number | readonly number[], attempt: number): number {
  if (typeof backoffMs !== 'number') return backoffMs[Math.min(attempt, backoffMs.length) - 1] ?? 0;
  const full = Math.min(backoffMs * 2 ** (attempt - 1), MAX_BACKOFF_MS);
  return full / 2 + (Math.random() * full) / 2;
}

/** A code or a class name; messages may quote data, and this is kept. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
