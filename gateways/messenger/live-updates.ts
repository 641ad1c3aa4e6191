import type { Notification } from './port.ts';

export interface Subscription {
  readonly filter: (notification: Notification) => boolean;
  /** What came after this notification is sent first, as far as it is still kept; all that is kept if it is not known. */
  readonly lastEventId?: string;
  readonly signal: AbortSignal;
}

/**
 * Hands notifications to whoever listens in this process (consoles by server-sent events). Keeps the last ones for
 * listeners that come back. A listener that does not keep up is let go rather than silently skipped: it comes back
 * with the last id it saw and misses nothing that is kept.
 */
export class LiveUpdates {
  readonly #kept: Notification[] = [];
  readonly #ids = new Set<string>();
  readonly #listeners = new Set<Listener>();
  readonly #capacity: number;
  readonly #bufferSize: number;

  constructor(options: { readonly capacity?: number; readonly bufferSize?: number } = {}) {
    this.#capacity = options.capacity ?? 1_000;
    this.#bufferSize = options.bufferSize ?? 1_000;
  }

  /** A notification whose id is still kept is not sent a second time. */
  publish(notification: Notification): void {
    if (this.#ids.has(notification.id)) return;
    this.#ids.add(notification.id);
    this.#kept.push(notification);
    if (this.#kept.length > this.#capacity) {
      const [oldest] = this.#kept.splice(0, 1);
      if (oldest !== undefined) this.#ids.delete(oldest.id);
    }
    for (const listener of this.#listeners) listener.offer(notification);
  }

  /** Listens from this call on, until the signal aborts or the loop over it is left. */
  subscribe(subscription: Subscription): AsyncIterable<Notification> {
    const { filter, lastEventId, signal } = subscription;
    const listener = new Listener(filter, this.#bufferSize);
    if (lastEventId !== undefined) {
      const seen = this.#kept.findIndex(({ id }) => id === lastEventId);
      listener.replay(this.#kept.slice(seen + 1));
    }
    if (signal.aborted) {
      listener.end();
    } else {
      this.#listeners.add(listener);
      signal.addEventListener('abort', () => this.#leave(listener), { once: true });
    }
    return listener.drain(() => this.#leave(listener));
  }

  /** How many listen now. */
  get listeners(): number {
    return this.#listeners.size;
  }

  #leave(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.end();
  }
}

class Listener {
  readonly #filter: (notification: Notification) => boolean;
  readonly #bufferSize: number;
  #buffer: Notification[] = [];
  #ended = false;
  #rouse: (() => void) | null = null;

  constructor(filter: (notification: Notification) => boolean, bufferSize: number) {
    this.#filter = filter;
    this.#bufferSize = bufferSize;
  }

  replay(notifications: readonly Notification[]): void {
    this.#buffer = notifications.filter(this.#filter);
  }

  offer(notification: Notification): void {
    if (this.#ended || !this.#filter(notification)) return;
    if (this.#buffer.length >= this.#bufferSize) this.#ended = true;
    else this.#buffer.push(notification);
    this.#rouse?.();
  }

  end(): void {
    this.#ended = true;
    this.#buffer = [];
    this.#rouse?.();
  }

  async *drain(leave: () => void): AsyncGenerator<Notification, void, void> {
    try {
      for (;;) {
        const next = this.#buffer.shift();
        if (next !== undefined) {
          yield next;
        } else if (this.#ended) {
          return;
        } else {
          const rouse = Promise.withResolvers<void>();
          this.#rouse = rouse.resolve;
          await rouse.promise;
          this.#rouse = null;
        }
      }
    } finally {
      leave();
    }
  }
}
