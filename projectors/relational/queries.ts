import { sql, type CommonQueryMethods, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import { ApplicantStatus } from '../../events/status.ts';
import { RegisterType } from '../../events/vocabulary.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { LIVE_SCHEMA } from './tables.ts';
import { tableIn } from '../sql.ts';

const users = tableIn(LIVE_SCHEMA, 'users');
const reviews = tableIn(LIVE_SCHEMA, 'reviews');
const documents = tableIn(LIVE_SCHEMA, 'id_documents');
const scans = tableIn(LIVE_SCHEMA, 'doc_scans');
const positions = tableIn(LIVE_SCHEMA, 'projection_positions');

const ReviewCase = z.object({
  /** The applicant's UUID. */
  id: z.uuid(),
  number: z.number(),
  registerType: RegisterType,
  reasons: z.array(z.string()),
  /** RFC 3339: in the queue since. */
  since: z.string(),
  claimedBy: z.string().nullable(),
  claimedAt: z.string().nullable(),
  awaitsSecond: z.boolean(),
  proposal: z.object({ version: z.number(), outcome: z.enum(['PASS', 'FAIL']), reason: z.string(), by: z.string() }).nullable(),
  appeal: z.boolean(),
  /** Last version of the stream that the tables know. */
  version: z.number(),
});
export type ReviewCase = z.infer<typeof ReviewCase>;
const ReviewRow = ReviewCase.extend({ key: z.bigint() });

export interface ReviewQuery {
  readonly registerType?: RegisterType;
  readonly reason?: string;
  /** A reviewer's handle, or null for cases that nobody has taken. */
  readonly claimedBy?: string | null;
  readonly awaitsSecond?: boolean;
  /** An applicant's UUID: only what comes after that case, whether it is still in the queue or not. */
  readonly after?: string;
  readonly limit: number;
  readonly cursor?: string;
  /** Leaves out so many cases, for who jumps into the middle of a long queue. */
  readonly offset?: number;
}

export interface ReviewPage {
  readonly cases: ReviewCase[];
  readonly cursor: string | null;
  /** How many cases fit the query, on all pages. */
  readonly total: number;
}

/** Is as the index reviews_order_idx has it. */
const place = sql.fragment`(review.status <> 'PROPOSED'), review.opened_at, review.id`;
const Total = z.object({ total: z.number() });

/** The cases that wait for a person: proposals that wait for a second one first, each part oldest first; nothing personal. Throws CURSOR_INVALID. */
export async function reviewQueue(connection: CommonQueryMethods, query: ReviewQuery): Promise<ReviewPage> {
  const since = query.cursor === undefined ? null : readCursor(query.cursor);
  // What only some filters need is joined only for them: counting and skipping go over the index alone.
  const fitting = sql.fragment`
    FROM ${reviews} AS review
    ${query.registerType === undefined ? sql.fragment`` : sql.fragment`JOIN ${users} AS applicant ON applicant.id = review.user_id AND reg_type = ${query.registerType}`}
    WHERE ${all([
    sql.fragment`review.status <> 'CLOSED'`,
    ...(query.reason === undefined ? [] : [sql.fragment`${query.reason} = ANY(review.reasons)`]),
    ...(query.claimedBy === undefined ? [] : [sql.fragment`claimed_by IS NOT DISTINCT FROM ${query.claimedBy}`]),
    ...(query.awaitsSecond === undefined ? [] : [sql.fragment`(review.status <> 'PROPOSED') = ${!query.awaitsSecond}`]),
    ...(query.after === undefined ? [] : [sql.fragment`(${place}) > (
      SELECT ${place} FROM ${reviews} AS review JOIN ${users} AS one ON one.id = review.user_id
      WHERE one.applicant_id = ${query.after} ORDER BY review.id DESC LIMIT 1)`]),
  ])}`;
  const [rows, total] = await Promise.all([
    connection.any(sql.type(ReviewRow)`
      SELECT review.id AS key, applicant_id AS id, (review.user_id >> 16)::float8 AS number, reg_type AS "registerType", reasons,
        opened_at AS since, claimed_by AS "claimedBy", claimed_at AS "claimedAt", review.status = 'PROPOSED' AS "awaitsSecond",
        appealed_at IS NOT NULL AS appeal, position.version,
        CASE WHEN proposal_version IS NOT NULL THEN json_build_object(
          'version', proposal_version, 'outcome', proposed_outcome, 'reason', proposed_reason, 'by', proposed_by) END AS proposal
      FROM (
        SELECT review.* ${fitting}
        ${since === null ? sql.fragment`` : sql.fragment`AND (${place}) > (${since.second ?? true}::boolean, ${since.at}::timestamptz, ${since.key}::bigint)`}
        ORDER BY ${place} OFFSET ${query.offset ?? 0} LIMIT ${query.limit + 1}
      ) AS review
      JOIN ${users} AS applicant ON applicant.id = review.user_id
      JOIN ${positions} AS position ON position.read_model = 'relational' AND position.stream = 'applicant-' || applicant_id
      ORDER BY ${place}`),
    connection.oneFirst(sql.type(Total)`SELECT count(*)::int AS total ${fitting}`),
  ]);
  const cases = rows.slice(0, query.limit);
  const last = cases.at(-1);
  return {
    cases: cases.map(({ key: _key, ...each }) => each),
    cursor: rows.length > query.limit && last !== undefined ? writeCursor({ at: last.since, key: last.key, second: !last.awaitsSecond }) : null,
    total,
  };
}

const Applicant = z.object({
  id: z.uuid(),
  number: z.number(),
  registerType: RegisterType,
  status: ApplicantStatus,
  registeredAt: z.string(),
  erased: z.boolean(),
});
export type Applicant = z.infer<typeof Applicant>;
const ApplicantRow = Applicant.extend({ key: z.bigint() });

export interface ApplicantQuery {
  readonly registerType?: RegisterType;
  readonly status?: ApplicantStatus;
  /** Finds by the beginning of the e-mail address, by the whole registration number, by words of the name on a document, by number or by UUID. */
  readonly search?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** Applicants, those registered last first; nothing personal in the answer. Throws CURSOR_INVALID. */
export async function listApplicants(connection: CommonQueryMethods, query: ApplicantQuery): Promise<{ applicants: Applicant[]; cursor: string | null }> {
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  const conditions = [
    sql.fragment`true`,
    ...(query.registerType === undefined ? [] : [sql.fragment`reg_type = ${query.registerType}`]),
    ...(query.status === undefined ? [] : [sql.fragment`status = ${query.status}`]),
    ...(query.search === undefined ? [] : [searchCondition(query.search.trim())]),
    ...(after === null ? [] : [sql.fragment`(created_at, id) < (${after.at}::timestamptz, ${after.key}::bigint)`]),
  ];
  const rows = await connection.any(sql.type(ApplicantRow)`
    SELECT id AS key, applicant_id AS id, (id >> 16)::float8 AS number, reg_type AS "registerType", status, created_at AS "registeredAt",
      erased_at IS NOT NULL AS erased
    FROM ${users} AS applicant WHERE ${all(conditions)}
    ORDER BY applicant.created_at DESC, applicant.id DESC LIMIT ${query.limit + 1}`);
  const applicants = rows.slice(0, query.limit);
  const last = applicants.at(-1);
  return {
    applicants: applicants.map(({ key: _key, ...each }) => each),
    cursor: rows.length > query.limit && last !== undefined ? writeCursor({ at: last.registeredAt, key: last.key }) : null,
  };
}

function searchCondition(text: string): FragmentSqlToken {
  const prefix = `${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  const number = /^\d{1,14}$/.test(text) ? sql.fragment`id >> 16 = ${text}::bigint` : sql.fragment`false`;
  return sql.fragment`(lower(email) LIKE ${prefix} OR reg_no = ${text.toUpperCase()} OR applicant_id::text = ${text.toLowerCase()} OR ${number} OR ${nameCondition(text)})`;
}

/** Every word begins one of the words of a name that was read; accents may be left out, as the machine-readable zone does. */
function nameCondition(text: string): FragmentSqlToken {
  const words = text.toLowerCase().split(/[\s-]+/).filter((word) => word !== '');
  if (!words.every((word) => /^[\p{L}\p{M}'’.]+$/u.test(word)) || words.every((word) => word.length < 2)) return sql.fragment`false`;
  const conditions = words.map((word) => {
    const [literal, plain] = [`% ${word}%`, `% ${word.normalize('NFD').replaceAll(/[\p{M}'’.]/gu, '')}%`];
    return sql.fragment`(' ' || replace(lower(parsed_name), '-', ' ') LIKE ${literal} OR ' ' || translate(lower(parsed_name), '-''’', ' ') LIKE ${plain})`;
  });
  return sql.fragment`EXISTS (SELECT FROM ${documents} AS document JOIN ${scans} AS scan ON scan.id_document_id = document.id
    WHERE document.user_id = applicant.id AND ${all(conditions)})`;
}

const ExpiringDocument = z.object({
  stream: z.string(),
  documentVersion: z.number(),
  expiryDate: z.string(),
  daysLeft: z.number(),
  remindersSent: z.array(z.number()),
});
export type ExpiringDocument = z.infer<typeof ExpiringDocument>;

/**
 * Documents that expire within `withinDays` of `today` (YYYY-MM-DD), and those that have expired and are not marked yet,
 * soonest first. Candidates for a reminder: whether one is due is the aggregate's to say.
 */
export async function expiringDocuments(connection: CommonQueryMethods, today: string, withinDays: number): Promise<readonly ExpiringDocument[]> {
  return connection.any(sql.type(ExpiringDocument)`
    SELECT 'applicant-' || applicant_id AS stream, document.version AS "documentVersion", expiry_date AS "expiryDate",
      expiry_date - ${today}::date AS "daysLeft",
      ARRAY(SELECT threshold_days FROM ${tableIn(LIVE_SCHEMA, 'reminders')} AS reminder
        WHERE reminder.id_document_id = document.id ORDER BY reminder.id) AS "remindersSent"
    FROM ${tableIn(LIVE_SCHEMA, 'id_documents')} AS document JOIN ${users} AS applicant ON applicant.id = document.user_id
    WHERE expiry_date <= ${today}::date + ${withinDays}::int AND document.status <> 'EXPIRED' AND erasure_requested_at IS NULL
    ORDER BY expiry_date, document.id`);
}

const DueErasure = z.object({ stream: z.string(), dueOn: z.string(), retentionPolicy: z.string() });
export type DueErasure = z.infer<typeof DueErasure>;

/** Applicants whose personal data fall due for deletion on or before `today`, with no hold in force and no erasure ordered. */
export async function dueErasures(connection: CommonQueryMethods, today: string): Promise<readonly DueErasure[]> {
  return connection.any(sql.type(DueErasure)`
    SELECT 'applicant-' || applicant_id AS stream, due_on AS "dueOn", retention_policy AS "retentionPolicy"
    FROM ${tableIn(LIVE_SCHEMA, 'retention')} AS retention JOIN ${users} AS applicant ON applicant.id = retention.user_id
    WHERE due_on <= ${today}::date AND erasure_requested_at IS NULL
      AND NOT EXISTS (SELECT FROM ${tableIn(LIVE_SCHEMA, 'retention_holds')} AS hold
        WHERE hold.user_id = applicant.id AND released_at IS NULL)
    ORDER BY due_on, applicant.id`);
}

function all(conditions: readonly FragmentSqlToken[]) {
  return sql.join(conditions, sql.fragment` AND `);
}
