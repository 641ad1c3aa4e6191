import { evolve, initial } from '../aggregates/applicant/evolve.ts';
import type { LedgerEvent } from '../events/read.ts';
import { makeHistory } from '../tests/projectors/support/histories.ts';
import { type Bench, median, type Row } from './bench.ts';
import { type Arena, openArena } from './event-store-arena.ts';

/** Steps beyond the usual way of an applicant: none, and ever more reviews, appeals and renewed documents. */
const EXTRA = [0, 20, 100, 400];
const ROUNDS = 40;

/** Whether streams need snapshots: what a handler waits for before it can decide. */
export const bench: Bench = {
  name: 'streams',
  summary: 'an applicant\'s state from its events, as a handler gets it: read from DynamoDB, opened, folded',
  async run() {
    const arena = await openArena();
    try {
      const rows: Row[] = [];
      for (const [at, extra] of EXTRA.entries()) rows.push(await measure(arena, makeHistory(99, at + 1, extra).events));
      return rows;
    } finally {
      await arena.stop();
    }
  },
};

async function measure({ ledger }: Arena, history: readonly LedgerEvent[]): Promise<Row> {
  const [stream = ''] = history.map((event) => event.stream);
  for (let from = 0; from < history.length; from += 50) {
    await ledger.append(stream, from, history.slice(from, from + 50).map(({ id, type, data, personal, actor, occurredAt, correlationId, causationId }) => ({
      id, event: { type, data, personal }, context: { actor, occurredAt, correlationId, causationId },
    })) as Parameters<typeof ledger.append>[2]);
  }
  const [loading, folding]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const events = await ledger.load(stream);
    const loaded = performance.now();
    const state = events.reduce(evolve, initial);
    if (state.kind !== 'registered') throw new Error('It is nobody');
    loading.push(loaded - began);
    folding.push(performance.now() - loaded);
  }
  return { 'events of the stream': history.length, 'load and open, ms': tenths(median(loading)), 'fold, ms': Math.round(median(folding) * 1000) / 1000 };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
