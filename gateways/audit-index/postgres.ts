import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { ServiceUnavailable } from '../errors.ts';
import { pageSize, readCursor, writeCursor } from './cursor.ts';
import type { AuditEntry, AuditIndex, AuditQuery } from './port.ts';
import { queryWords, searchWords } from './words.ts';

const table = sql.identifier(['kyc_audit', 'audit_entries']);

const Row = z.object({
  id: z.string(),
  event_id: z.string(),
  stream: z.string(),
  version: z.number(),
  type: z.string(),
  // As text in one form, whatever the pool makes of a timestamptz.
  recorded_at: z.string(),
  occurred_at: z.string(),
  actor_kind: z.string(),
  actor_id: z.string(),
  correlation_id: z.string(),
  reasons: z.array(z.string()),
  summary: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** The audit index in the PostgreSQL database that has the table kyc_audit.audit_entries (see schema/). */
export function createPostgresAuditIndex(pool: DatabasePool): AuditIndex {
  return {
    put: (entries) => answering(() => put(pool, entries)),
    async search(query) {
      const page = pageQuery(query);
      return page === null ? { entries: [], cursor: null } : answering(() => search(pool, page));
    },
    removeStream: (stream) => answering(async () => void (await pool.query(sql.unsafe`DELETE FROM ${table} WHERE stream = ${stream}`))),
  };
}

async function put(pool: DatabasePool, entries: readonly AuditEntry[]): Promise<void> {
  const unique = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  if (unique.length === 0) return;
  const rows = unique.map((entry) => [
    entry.id, entry.eventId, entry.stream, entry.version, entry.type, entry.recordedAt, entry.occurredAt, entry.actorKind, entry.actorId,
    entry.correlationId, arrayText(entry.reasons), entry.summary, JSON.stringify(entry.data), arrayText(searchWords(entry)),
  ]);
  const types = ['text', 'uuid', 'text', 'int4', 'text', 'timestamptz', 'timestamptz', 'text', 'text', 'text', 'text', 'text', 'text', 'text'];
  await pool.query(sql.unsafe`
    INSERT INTO ${table} (id, event_id, stream, version, type, recorded_at, occurred_at, actor_kind, actor_id, correlation_id, reasons, summary, data, words)
    SELECT id, event_id, stream, version, type, recorded_at, occurred_at, actor_kind, actor_id, correlation_id,
      reasons::text[], summary, data::jsonb, array_to_tsvector(words::text[])
    FROM ${sql.unnest(rows, types)} AS new (id, event_id, stream, version, type, recorded_at, occurred_at, actor_kind, actor_id,
      correlation_id, reasons, summary, data, words)
    ON CONFLICT (id) DO NOTHING`);
}

interface Page {
  readonly limit: number;
  readonly conditions: ReturnType<typeof sql.fragment>[];
}

/** null when nothing can match: a text without a single word in it. */
function pageQuery(query: AuditQuery): Page | null {
  const conditions = [sql.fragment`true`];
  if (query.text !== undefined && query.text !== '') {
    const words = queryWords(query.text);
    if (words.length === 0) return null;
    conditions.push(sql.fragment`words @@ ${words.map((word) => `'${word}'`).join(' & ')}::tsquery`);
  }
  if (query.stream !== undefined) conditions.push(sql.fragment`stream = ${query.stream}`);
  if (query.types !== undefined) conditions.push(sql.fragment`type = ANY(${sql.array(query.types, 'text')})`);
  if (query.actorId !== undefined) conditions.push(sql.fragment`actor_id = ${query.actorId}`);
  if (query.reason !== undefined) conditions.push(sql.fragment`reasons @> ${sql.array([query.reason], 'text')}`);
  if (query.from !== undefined) conditions.push(sql.fragment`recorded_at >= ${query.from}::timestamptz`);
  if (query.to !== undefined) conditions.push(sql.fragment`recorded_at < ${query.to}::timestamptz`);
  if (query.cursor !== undefined) {
    const [recordedAt, stream, version] = readCursor(query.cursor);
    conditions.push(sql.fragment`(recorded_at, stream, version) < (${recordedAt}::timestamptz, ${stream}, ${version})`);
  }
  return { limit: pageSize(query.limit), conditions };
}

async function search(pool: DatabasePool, { limit, conditions }: Page): Promise<{ entries: AuditEntry[]; cursor: string | null }> {
  const rows = z.array(Row).parse(await pool.any(sql.unsafe`
    SELECT id, event_id, stream, version, type, actor_kind, actor_id, correlation_id, reasons, summary, data,
      to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS recorded_at,
      to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred_at
    FROM ${table} AS entry
    WHERE ${sql.join(conditions, sql.fragment` AND `)}
    ORDER BY entry.recorded_at DESC, stream DESC, version DESC LIMIT ${limit + 1}`));
  const entries = rows.slice(0, limit).map(entryOf);
  const last = entries.at(-1);
  return { entries, cursor: rows.length > limit && last !== undefined ? writeCursor(last) : null };
}

function entryOf(row: z.infer<typeof Row>): AuditEntry {
  return {
    id: row.id,
    eventId: row.event_id,
    stream: row.stream,
    version: row.version,
    type: row.type,
    recordedAt: row.recorded_at,
    occurredAt: row.occurred_at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    correlationId: row.correlation_id,
    reasons: row.reasons,
    summary: row.summary,
    data: row.data,
  };
}

function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join()}}`;
}

async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ServiceUnavailable('audit index', { cause });
  }
}
