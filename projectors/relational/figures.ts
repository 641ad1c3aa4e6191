import { sql, type CommonQueryMethods, type QuerySqlToken } from 'slonik';
import { z } from 'zod';

/** One figure of the dashboard. */
export interface Figure {
  readonly id: string;
  /** What the rows say. */
  readonly says: string;
  readonly query: QuerySqlToken<typeof Row>;
}

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.bigint().transform(Number)]);
const Row = z.record(z.string(), Cell);

/** Counts, codes and durations only: nothing personal. Each statement runs as it stands in psql, too. */
export const figures: readonly Figure[] = [
  {
    id: 'funnel',
    says: 'How far those who registered in the last 30 days have come.',
    query: sql.type(Row)`SELECT reg_type, sum(registered) AS registered, sum(document_uploaded) AS document_uploaded, sum(selfie_uploaded) AS selfie_uploaded,
  sum(started) AS started, sum(decided) AS decided, sum(verified) AS verified
FROM kyc.funnel_by_day
WHERE day > (now() - interval '30 days')::date
GROUP BY reg_type ORDER BY reg_type`,
  },
  {
    id: 'decisions',
    says: 'Decisions of the last 30 days, by day, outcome and who decided.',
    query: sql.type(Row)`SELECT day, decision, policy_version IS NULL AS by_person, sum(decisions) AS decisions
FROM kyc.decision_mix
WHERE day > (now() - interval '30 days')::date
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  },
  {
    id: 'time-to-decision',
    says: 'How long the machine took from the start of the checks, and a person from the case joining the queue; last 30 days.',
    query: sql.type(Row)`WITH waits AS (
  SELECT 'checks' AS what, extract(epoch FROM decided_at - started_at) AS seconds
  FROM kyc.kyc_decisions WHERE policy_version IS NOT NULL AND decided_at > now() - interval '30 days'
  UNION ALL
  SELECT 'person', extract(epoch FROM closed_at - opened_at)
  FROM kyc.reviews WHERE closed_at > now() - interval '30 days' AND outcome IS NOT NULL
)
SELECT what, count(*) AS cases,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
  percentile_cont(0.75) WITHIN GROUP (ORDER BY seconds) AS p75,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) AS p90,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95,
  percentile_cont(0.99) WITHIN GROUP (ORDER BY seconds) AS p99
FROM waits WHERE seconds IS NOT NULL
GROUP BY what ORDER BY what`,
  },
  {
    id: 'reasons',
    says: 'How often each reason was given in the last 30 days. A decision with several counts for each.',
    query: sql.type(Row)`SELECT reason, sum(decisions) AS decisions
FROM kyc.decision_reasons
WHERE day > (now() - interval '30 days')::date
GROUP BY reason ORDER BY 2 DESC, 1 LIMIT 15`,
  },
  {
    id: 'registers',
    says: 'What the registers answered in the last 30 days, and when each last gave a usable answer.',
    query: sql.type(Row)`SELECT reg_type, count(*) AS lookups,
  count(*) FILTER (WHERE outcome = 'clear') AS clear,
  count(*) FILTER (WHERE outcome IN ('problem', 'not_found', 'name_mismatch')) AS adverse,
  count(*) FILTER (WHERE outcome = 'unreadable') AS unreadable,
  count(*) FILTER (WHERE failure IS NOT NULL) AS failed,
  max(checked_at) FILTER (WHERE outcome IS NOT NULL AND outcome <> 'unreadable') AS last_usable
FROM kyc.reg_checks
WHERE checked_at > now() - interval '30 days'
GROUP BY reg_type ORDER BY reg_type`,
  },
  {
    id: 'agreement',
    says: 'What people decided beside what the policy had decided in the same case.',
    query: sql.type(Row)`SELECT machine_decision, human_decision, sum(cases) AS cases, count(DISTINCT reviewer) AS reviewers
FROM kyc.reviewer_agreement
GROUP BY 1, 2 ORDER BY 1, 2`,
  },
  {
    id: 'queue',
    says: 'Cases that wait for a person, by how long they have waited.',
    query: sql.type(Row)`SELECT CASE WHEN now() - opened_at < interval '4 hours' THEN 1 WHEN now() - opened_at < interval '1 day' THEN 2
    WHEN now() - opened_at < interval '3 days' THEN 3 ELSE 4 END AS band,
  count(*) AS cases, count(*) FILTER (WHERE status = 'PROPOSED') AS awaiting_second, count(appealed_at) AS appeals
FROM kyc.reviews
WHERE status <> 'CLOSED'
GROUP BY 1 ORDER BY 1`,
  },
  {
    id: 'expiring',
    says: 'Documents that expire in the coming weeks, and those that have expired and are not marked yet (week -1 of the query).',
    query: sql.type(Row)`SELECT greatest(-1, floor(days_left / 7.0)::int) AS week, count(*) AS documents, count(*) FILTER (WHERE cardinality(reminders_sent) > 0) AS reminded
FROM kyc.documents_expiring
GROUP BY 1 ORDER BY 1`,
  },
];

/** A figure with its rows; `sql` is the very text that made them. */
export interface FigureRows {
  readonly id: string;
  readonly says: string;
  readonly sql: string;
  readonly rows: readonly z.infer<typeof Row>[];
}

/** All figures as of one moment, read-only. */
export async function readFigures(connection: CommonQueryMethods): Promise<readonly FigureRows[]> {
  return connection.transaction(async (transaction) => {
    await transaction.query(sql.unsafe`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
    const answered: FigureRows[] = [];
    for (const { id, says, query } of figures) answered.push({ id, says, sql: query.sql, rows: await transaction.any(query) });
    return answered;
  });
}
