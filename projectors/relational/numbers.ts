import { sql, type CommonQueryMethods } from 'slonik';
import { z } from 'zod';
import { ApplicantStatus } from '../../events/status.ts';
import { Decision, RegisterType } from '../../events/vocabulary.ts';
import { tableIn } from '../sql.ts';
import { LIVE_SCHEMA } from './tables.ts';

const Numbers = z.object({
  /** Applicants by register and status. */
  applicants: z.array(z.object({ registerType: RegisterType, status: ApplicantStatus, count: z.number() })),
  /** Decisions of the last 30 days, by day (UTC), outcome and who decided. */
  decisions: z.array(z.object({ day: z.string(), decision: Decision, by: z.enum(['policy', 'person']), count: z.number() })),
  /** Reasons of the last 30 days, most frequent first. */
  reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
  queue: z.object({
    open: z.number(), claimed: z.number(), awaitingSecond: z.number(), appeals: z.number(),
    /** RFC 3339; null when nothing waits. */
    oldestSince: z.string().nullable(),
  }),
  /** From the start of the checks to the policy's decision over the last 30 days; null when there was none. */
  secondsToDecision: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
  /** By the days left. */
  documentsExpiring: z.object({ within7: z.number(), within30: z.number(), within90: z.number() }),
});
export type Numbers = z.infer<typeof Numbers>;

const table = (name: string) => tableIn(LIVE_SCHEMA, name);

/** The figures of the dashboard as of `now`. Counts only: nothing personal. */
export async function dashboardNumbers(connection: CommonQueryMethods, now: Date): Promise<Numbers> {
  const at = now.toISOString();
  const decided = sql.fragment`decided_at > ${at}::timestamptz - interval '30 days' AND decided_at <= ${at}::timestamptz`;
  // One statement, so that all figures are of the same moment.
  const numbers = await connection.oneFirst(sql.type(z.object({ numbers: Numbers }))`
    SELECT json_build_object(
      'applicants', coalesce((SELECT json_agg(each) FROM (
        SELECT reg_type AS "registerType", status, count(*) FROM ${table('users')} GROUP BY 1, 2 ORDER BY 1, 2) AS each), '[]'),
      'decisions', coalesce((SELECT json_agg(each) FROM (
        SELECT (decided_at AT TIME ZONE 'UTC')::date AS day, decision,
          CASE WHEN policy_version IS NULL THEN 'person' ELSE 'policy' END AS by, count(*)
        FROM ${table('kyc_decisions')} WHERE ${decided} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3) AS each), '[]'),
      'reasons', coalesce((SELECT json_agg(each) FROM (
        SELECT reason, count(*) FROM ${table('kyc_decisions')} CROSS JOIN LATERAL unnest(reasons) AS reason
        WHERE ${decided} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20) AS each), '[]'),
      'queue', (SELECT json_build_object(
        'open', count(*) FILTER (WHERE status = 'OPEN'), 'claimed', count(*) FILTER (WHERE status = 'CLAIMED'),
        'awaitingSecond', count(*) FILTER (WHERE status = 'PROPOSED'), 'appeals', count(appealed_at),
        'oldestSince', to_char(min(opened_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        FROM ${table('reviews')} WHERE status <> 'CLOSED'),
      'secondsToDecision', (SELECT json_build_object(
        'p50', percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), 'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds))
        FROM (SELECT extract(epoch FROM decided_at - started_at) AS seconds FROM ${table('kyc_decisions')}
          WHERE policy_version IS NOT NULL AND ${decided}) AS times),
      'documentsExpiring', (SELECT json_build_object(
        'within7', count(*) FILTER (WHERE days_left <= 7), 'within30', count(*) FILTER (WHERE days_left <= 30),
        'within90', count(*) FILTER (WHERE days_left <= 90))
        FROM (SELECT expiry_date - ${at.slice(0, 10)}::date AS days_left FROM ${table('id_documents')}
          WHERE status IN ('OCR_DONE', 'VERIFIED')) AS documents WHERE days_left >= 0)
    ) AS numbers`);
  return numbers;
}
