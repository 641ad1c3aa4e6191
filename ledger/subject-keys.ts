import { randomBytes } from 'node:crypto';
import { SealBroken, SubjectErased } from './errors.ts';
import type { LedgerKeys, SubjectKeyRecord, SubjectKeyTable } from './ports.ts';
import { KEY_BYTES } from './sealing.ts';

interface Cached {
  readonly key: Uint8Array;
  readonly until: number;
}

/** How long another process may still use a key that was destroyed here. */
const CACHE_MS = 60_000;
const CACHE_SIZE = 10_000;
/** Calls to the key service under way at once while a batch is opened. */
const UNWRAPPING = 16;

/** Subject keys in the clear, for as long as they are needed: made at first use, cached for a minute, forgotten when destroyed. */
export class SubjectKeys {
  readonly #keys: LedgerKeys;
  readonly #table: SubjectKeyTable;
  readonly #clock: () => Date;
  readonly #cache = new Map<string, Cached>();
  /** Counts destructions, so that a lookup that began before one does not fill the cache after it. */
  #destructions = 0;

  constructor(keys: LedgerKeys, table: SubjectKeyTable, clock: () => Date) {
    this.#keys = keys;
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * The key to seal with; made now if there is none. Throws SubjectErased when it is destroyed. `begins`: the stream is
   * expected to be new, so making a key is tried before looking for one.
   */
  async forSealing(stream: string, begins = false): Promise<Uint8Array> {
    const cached = this.#cached(stream);
    if (cached !== undefined) return cached;
    const before = this.#destructions;
    const found = begins ? undefined : (await this.#table.find([stream])).get(stream);
    const key = found === undefined ? await this.#create(stream) : await this.#unwrap(stream, found);
    if (key === null) throw new SubjectErased(stream);
    this.#keep(stream, key, before);
    return key;
  }

  /**
   * The keys to open with; null where a key is destroyed. Throws SealBroken for a stream that has neither key nor mark:
   * what is sealed for it cannot have come from here, or the table is lost.
   */
  async forOpening(streams: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>> {
    const keys = await this.lookUp(streams);
    for (const stream of streams) if (!keys.has(stream)) throw new SealBroken(`${stream} (no key)`);
    return keys;
  }

  /** As forOpening; streams that never had a key are left out. */
  async lookUp(streams: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>> {
    const keys = new Map<string, Uint8Array | null>();
    const wanted: string[] = [];
    for (const stream of new Set(streams)) {
      const cached = this.#cached(stream);
      if (cached === undefined) wanted.push(stream);
      else keys.set(stream, cached);
    }
    if (wanted.length === 0) return keys;
    const before = this.#destructions;
    const records = [...(await this.#table.find(wanted))];
    for (let start = 0; start < records.length; start += UNWRAPPING) {
      await Promise.all(
        records.slice(start, start + UNWRAPPING).map(async ([stream, record]) => {
          const key = await this.#unwrap(stream, record);
          keys.set(stream, key);
          if (key !== null) this.#keep(stream, key, before);
        }),
      );
    }
    return keys;
  }

  async destroy(stream: string): Promise<void> {
    this.#destructions += 1;
    this.#cache.delete(stream);
    await this.#table.destroy(stream);
    this.#destructions += 1;
    this.#cache.delete(stream);
  }

  async #create(stream: string): Promise<Uint8Array | null> {
    const key = new Uint8Array(randomBytes(KEY_BYTES));
    const wrapped = await this.#keys.wrap(key, stream);
    const record = await this.#table.create(stream, wrapped);
    return record.kind === 'wrapped' && record.wrapped === wrapped ? key : this.#unwrap(stream, record);
  }

  async #unwrap(stream: string, record: SubjectKeyRecord): Promise<Uint8Array | null> {
    return record.kind === 'destroyed' ? null : this.#keys.unwrap(record.wrapped, stream);
  }

  #cached(stream: string): Uint8Array | undefined {
    const known = this.#cache.get(stream);
    if (known === undefined) return undefined;
    this.#cache.delete(stream);
    if (known.until <= this.#clock().getTime()) return undefined;
    this.#cache.set(stream, known);
    return known.key;
  }

  #keep(stream: string, key: Uint8Array, before: number): void {
    if (before !== this.#destructions) return;
    this.#cache.delete(stream);
    this.#cache.set(stream, { key, until: this.#clock().getTime() + CACHE_MS });
    if (this.#cache.size <= CACHE_SIZE) return;
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined) this.#cache.delete(oldest);
  }
}
