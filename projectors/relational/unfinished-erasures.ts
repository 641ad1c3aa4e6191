import { sql, type CommonQueryMethods } from 'slonik';
import { z } from 'zod';
import { tableIn } from '../sql.ts';
import { LIVE_SCHEMA } from './tables.ts';

/** Streams whose erasure was ordered and is not recorded as done: it was cut off and has to be finished. */
export async function unfinishedErasures(connection: CommonQueryMethods): Promise<readonly string[]> {
  const rows = await connection.any(sql.type(z.object({ stream: z.string() }))`
    SELECT 'applicant-' || applicant_id AS stream FROM ${tableIn(LIVE_SCHEMA, 'users')}
    WHERE erasure_requested_at IS NOT NULL AND erased_at IS NULL ORDER BY id`);
  return rows.map(({ stream }) => stream);
}
