import { sql, type CommonQueryMethods } from 'slonik';
import { z } from 'zod';
import { tableIn } from '../sql.ts';
import { LIVE_SCHEMA } from './tables.ts';

const PAGE = 500;
const Row = z.object({ id: z.bigint(), stream: z.string() });

/**
 * Streams of applicants whose case has not come to its end: not decided, or decided and not published. What the sweep
 * looks at; whether there is anything to do is for the aggregate to say.
 */
export async function* unfinishedCases(connection: CommonQueryMethods): AsyncGenerator<string> {
  const users = tableIn(LIVE_SCHEMA, 'users');
  const decisions = tableIn(LIVE_SCHEMA, 'kyc_decisions');
  const publications = tableIn(LIVE_SCHEMA, 'publications');
  for (let after = 0n; ; ) {
    const rows = await connection.any(sql.type(Row)`
      SELECT id, 'applicant-' || applicant_id AS stream FROM ${users} AS applicant
      WHERE id > ${after} AND erasure_requested_at IS NULL AND (
        status IN ('NEW', 'PENDING')
        OR EXISTS (SELECT FROM ${decisions} AS decision WHERE decision.user_id = applicant.id
          AND NOT EXISTS (SELECT FROM ${publications} AS publication WHERE publication.decision_id = decision.id)
          AND NOT EXISTS (SELECT FROM ${decisions} AS later WHERE later.replaces_id = decision.id)))
      ORDER BY id LIMIT ${PAGE}`);
    for (const { stream } of rows) yield stream;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}
