import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';

/** Longer than any append may take to show in the log's time index. */
const OVERLAP_MS = 5 * 60_000;
const nothing = sql.type(z.object({}));

/**
 * Sends everything recorded since the last sweep that succeeded, less an overlap, and remembers this one. As long as
 * sweeps fail the mark stays, so an outage of any length is made up for. The first sweep goes through the whole log.
 */
export async function sweepFromMark(pool: DatabasePool, now: Date, sweep: (since: string) => Promise<unknown>): Promise<void> {
  await pool.query(nothing`CREATE SCHEMA IF NOT EXISTS embedded`);
  await pool.query(nothing`CREATE TABLE IF NOT EXISTS embedded.sweep_mark (single boolean PRIMARY KEY CHECK (single), at timestamptz NOT NULL)`);
  const at = await pool.maybeOneFirst(sql.type(z.object({ at: z.string() }))`SELECT at FROM embedded.sweep_mark`);
  await sweep(at === null ? new Date(0).toISOString() : new Date(Date.parse(at) - OVERLAP_MS).toISOString());
  await pool.query(nothing`
    INSERT INTO embedded.sweep_mark VALUES (true, ${now.toISOString()}) ON CONFLICT (single) DO UPDATE SET at = excluded.at`);
}
