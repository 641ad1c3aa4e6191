import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';

/** Longer than any append may take to show in the log's time index. */
const OVERLAP_MS = 5 * 60_000;
const nothing = sql.type(z.object({}));

/** How often a long sweep notes how far it has come. */
const NOTE_MS = 30_000;

/** Goes through what was recorded since a moment, in order of time; `reached` says up to where all is done. */
export type Sweep = (since: string, reached: (at: string) => Promise<void>) => Promise<unknown>;

/**
 * Sends everything recorded since the last sweep, less an overlap, and remembers this one. As long as sweeps fail the
 * mark stays where they came to, so an outage of any length is made up for, by several sweeps if one has not the time.
 * The first sweep goes through the whole log.
 */
export async function sweepFromMark(pool: DatabasePool, now: Date, sweep: Sweep, noteEveryMs = NOTE_MS): Promise<void> {
  await pool.query(nothing`CREATE SCHEMA IF NOT EXISTS embedded`);
  await pool.query(nothing`CREATE TABLE IF NOT EXISTS embedded.sweep_mark (single boolean PRIMARY KEY CHECK (single), at timestamptz NOT NULL)`);
  const at = await pool.maybeOneFirst(sql.type(z.object({ at: z.string() }))`SELECT at FROM embedded.sweep_mark`);
  let noted = performance.now();
  await sweep(at === null ? new Date(0).toISOString() : new Date(Date.parse(at) - OVERLAP_MS).toISOString(), async (reached) => {
    if (performance.now() - noted < noteEveryMs || Date.parse(reached) >= now.getTime()) return;
    noted = performance.now();
    await moveMark(pool, reached);
  });
  await moveMark(pool, now.toISOString());
}

/** Only ever forward: another sweep may have come further. */
async function moveMark(pool: DatabasePool, at: string): Promise<void> {
  await pool.query(nothing`
    INSERT INTO embedded.sweep_mark VALUES (true, ${at}) ON CONFLICT (single) DO UPDATE SET at = greatest(embedded.sweep_mark.at, excluded.at)`);
}
