/** Counts calls by key in windows of a minute. */
export interface RateLimiter {
  /** null when one more is within `perMinute`, else the seconds until the next window. */
  take(key: string, perMinute: number, now: Date): Promise<number | null>;
}

const windowMs = 60_000;

/** For one process; forgets every key when its window has passed. */
export class MemoryRateLimiter implements RateLimiter {
  #window = 0;
  #counts = new Map<string, number>();

  async take(key: string, perMinute: number, now: Date): Promise<number | null> {
    const window = Math.floor(now.getTime() / windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= perMinute ? null : Math.ceil(((window + 1) * windowMs - now.getTime()) / 1000);
  }
}
