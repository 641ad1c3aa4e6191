import type { RecordedEvent } from '../../../events/envelope.ts';
import type { LedgerEvent } from '../../../events/read.ts';
import type { ProjectorDeps } from '../../../projectors/engine/projector.ts';
import { withoutPersonal } from './histories.ts';

/** What projectors see of a ledger, in memory: streams that grow, and whose subjects can be erased. */
export class MemoryLedger {
  readonly streams = new Map<string, LedgerEvent[]>();
  readonly erased = new Set<string>();
  loads = 0;

  append(...events: readonly LedgerEvent[]): void {
    for (const event of events) this.streams.set(event.stream, [...(this.streams.get(event.stream) ?? []), event]);
  }

  erase(stream: string): void {
    this.erased.add(stream);
  }

  get deps(): Pick<ProjectorDeps, 'ledger' | 'store'> {
    const load = async (stream: string, { from = 1, to = Infinity } = {}) => {
      this.loads += 1;
      const events = (this.streams.get(stream) ?? []).filter(({ version }) => version >= from && version <= to);
      return this.erased.has(stream) ? withoutPersonal(events) : events;
    };
    const open = async (recorded: readonly RecordedEvent[]) =>
      Promise.all(recorded.map(async ({ stream, version }) => {
        const [event] = await load(stream, { from: version, to: version });
        if (event === undefined) throw new Error('not in the ledger');
        return event;
      }));
    return { ledger: { load, open }, store: { since: (since) => this.#since(since) } };
  }

  async *#since(since: string): AsyncGenerator<RecordedEvent[]> {
    const all = [...this.streams.values()].flat().filter(({ recordedAt }) => recordedAt >= since);
    const ordered = all.toSorted((a, b) => a.recordedAt.localeCompare(b.recordedAt));
    for (let from = 0; from < ordered.length; from += 100) yield ordered.slice(from, from + 100).map(recordedOf);
  }
}

/** The envelope as the store has it. What is sealed in it does not matter here. */
export function recordedOf({ type, data, personal: _personal, ...metadata }: LedgerEvent): RecordedEvent {
  return { ...metadata, type, schemaVersion: 1, data: data as RecordedEvent['data'], sealed: null };
}
