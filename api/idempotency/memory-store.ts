import type { Begun, IdempotencyStore, KeptResponse } from './store.ts';

interface Entry {
  readonly fingerprint: string;
  readonly lockedUntil: Date;
  readonly keepUntil: Date;
  response: KeptResponse | null;
}

/** For one process, for tests and single runs: a restart forgets. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #entries = new Map<string, Entry>();

  async begin({ id, now, ...request }: Parameters<IdempotencyStore['begin']>[0]): Promise<Begun> {
    const known = this.#entries.get(id);
    const over = known === undefined || known.keepUntil <= now || (known.response === null && known.lockedUntil <= now);
    if (over) {
      this.#entries.set(id, { ...request, response: null });
      return { kind: 'begun' };
    }
    if (known.fingerprint !== request.fingerprint) return { kind: 'mismatch' };
    return known.response === null ? { kind: 'in_progress' } : { kind: 'replay', response: known.response };
  }

  async finish(id: string, response: KeptResponse): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.response = response;
  }

  async abandon(id: string): Promise<void> {
    if (this.#entries.get(id)?.response === null) this.#entries.delete(id);
  }

  async purge(now: Date): Promise<number> {
    let removed = 0;
    for (const [id, entry] of this.#entries) if (entry.keepUntil <= now && this.#entries.delete(id)) removed += 1;
    return removed;
  }
}
