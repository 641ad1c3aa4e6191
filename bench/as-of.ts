import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent } from '../events/read.ts';
import { inParallel } from '../ledger/log/in-parallel.ts';
import { buildAsOf, dropAsOf } from '../projectors/engine/as-of-schemas.ts';
import type { AsOf } from '../projectors/engine/rebuild.ts';
import { migrate } from '../projectors/migrate.ts';
import { relational } from '../projectors/relational/projection.ts';
import { openDatabase } from '../projectors/sql.ts';
import { startPostgres } from '../runtime/embedded/postgres.ts';
import { ANALYST_ROLE } from '../runtime/embedded/tables-as-of.ts';
import { makeHistory } from '../tests/projectors/support/histories.ts';
import { type Bench, median, type Row } from './bench.ts';
import { type Arena, openArena } from './event-store-arena.ts';

const EVENTS = 100_000;
const FILLING_AT_ONCE = 8;
const ROUNDS = 3;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const bench: Bench = {
  name: 'as-of',
  summary: `the relational tables as they were, from a sealed ledger of ${EVENTS.toLocaleString('en')} events: read over HTTP, opened, projected into a schema of its own`,
  async run() {
    const arena = await openArena();
    const folder = await mkdtemp(join(tmpdir(), 'kyc-bench-'));
    const server = await startPostgres({ dataFolder: folder, log: silent });
    const pool = await openDatabase(server.url, { statementTimeout: 600_000 });
    try {
      await migrate(pool);
      const halfway = await fill(arena, EVENTS / 2, 1);
      const end = await fill(arena, EVENTS, halfway.applicants + 1);
      const rows: Row[] = [];
      for (const [moment, { time }] of [['halfway', halfway], ['the end', end]] as const) {
        const rounds: number[] = [];
        let events = 0;
        for (let round = 0; round < ROUNDS; round += 1) {
          const asOf: AsOf = { recordedUpTo: time };
          const began = performance.now();
          const built = await buildAsOf(relational, { pool, ledger: arena.ledger, store: arena.store }, asOf, { moment: time, now: new Date(), reader: ANALYST_ROLE });
          rounds.push((performance.now() - began) / 1_000);
          events = built.events;
          await dropAsOf(pool, built.schema);
        }
        rows.push({ 'as of': moment, events, seconds: Math.round(median(rounds) * 10) / 10, 'µs an event': Math.round((median(rounds) * 1e7) / events) / 10 });
      }
      return rows;
    } finally {
      await pool.end();
      await server.stop();
      await arena.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Records whole applicants, from the given number on, until the ledger has so many events. Answers when that was. */
async function fill({ ledger }: Arena, until: number, from: number): Promise<{ applicants: number; time: string }> {
  let [made, number] = [from === 1 ? 0 : EVENTS / 2, from - 1];
  function* histories(): Generator<readonly LedgerEvent[]> {
    while (made < until) {
      number += 1;
      const { events } = makeHistory(99, number, 0);
      made += events.length;
      yield events;
    }
  }
  await inParallel(histories(), FILLING_AT_ONCE, async (events) => {
    const [stream = ''] = events.map((event) => event.stream);
    await ledger.append(stream, 0, events.map(({ id, type, data, personal, actor, occurredAt, correlationId, causationId }) => ({
      id, event: { type, data, personal }, context: { actor, occurredAt, correlationId, causationId },
    })) as Parameters<typeof ledger.append>[2]);
  });
  return { applicants: number, time: new Date().toISOString() };
}
