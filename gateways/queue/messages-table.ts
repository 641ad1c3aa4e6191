import { type DatabasePool, sql } from 'slonik';
import { z } from 'zod';

/** A message to be put in line. */
export interface OutgoingMessage {
  readonly queue: string;
  readonly body: unknown;
  readonly dedupeKey: string | null;
  readonly delayMs: number;
}

const nothing = sql.type(z.object({}));

const TakenMessage = z.object({ id: z.string(), body: z.unknown(), attempt: z.int().positive() });
export type TakenMessage = z.infer<typeof TakenMessage>;
const taken = sql.type(TakenMessage);

const Depth = z.object({ waiting: z.int(), inFlight: z.int(), dead: z.int() });
const depth = sql.type(Depth);

/**
 * Makes the table of all queues where it is missing. `waiting` messages may be taken once `visible_at` has come;
 * `running` ones are with a handler of the one platform process; `dead` ones wait for a person.
 */
export async function createMessagesTable(pool: DatabasePool): Promise<void> {
  await pool.transaction(async (transaction) => {
    // CREATE ... IF NOT EXISTS alone fails when two start at the same moment.
    await transaction.query(nothing`SELECT pg_advisory_xact_lock(hashtext('embedded.message'))`);
    await transaction.query(nothing`CREATE SCHEMA IF NOT EXISTS embedded`);
    await transaction.query(nothing`
      CREATE TABLE IF NOT EXISTS embedded.message (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        queue text NOT NULL,
        body json NOT NULL,
        dedupe_key text,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'dead')),
        visible_at timestamptz NOT NULL DEFAULT now(),
        attempt int NOT NULL DEFAULT 0,
        crashes int NOT NULL DEFAULT 0,
        last_error text,
        sent_at timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`);
    await transaction.query(nothing`
      CREATE INDEX IF NOT EXISTS message_line ON embedded.message (queue, visible_at, id) WHERE state = 'waiting'`);
    await transaction.query(nothing`
      CREATE UNIQUE INDEX IF NOT EXISTS message_once ON embedded.message (queue, dedupe_key)
      WHERE state = 'waiting' AND dedupe_key IS NOT NULL`);
    await transaction.query(nothing`
      COMMENT ON TABLE embedded.message IS 'Messages of the embedded queues and bus; nothing personal'`);
  });
}

/** Puts all messages in line, in the order given, or none. */
export async function insertMessages(pool: DatabasePool, messages: readonly OutgoingMessage[]): Promise<void> {
  const rows = messages.map(({ queue, body, dedupeKey, delayMs }, index) => [index, queue, toJson(body), dedupeKey, Math.round(delayMs)]);
  await pool.query(nothing`
    INSERT INTO embedded.message (queue, body, dedupe_key, visible_at)
    SELECT queue, body::json, dedupe_key, now() + delay_ms * interval '1 millisecond'
    FROM ${sql.unnest(rows, ['int4', 'text', 'text', 'text', 'int8'])} AS new (place, queue, body, dedupe_key, delay_ms)
    ORDER BY place
    ON CONFLICT (queue, dedupe_key) WHERE state = 'waiting' AND dedupe_key IS NOT NULL DO NOTHING`);
}

/**
 * Takes up to `limit` messages, the one that became visible first before the others. Forgetting this in a crash of
 * the server only means that they wait still, so the commit need not reach the disk; the same holds below.
 */
export async function takeMessages(pool: DatabasePool, queue: string, limit: number): Promise<readonly TakenMessage[]> {
  return pool.any(taken`
    WITH next AS MATERIALIZED (
      SELECT id FROM embedded.message
      WHERE queue = ${queue} AND state = 'waiting' AND visible_at <= now()
      ORDER BY visible_at, id LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE embedded.message AS message SET state = 'running', attempt = attempt + 1
      FROM next, ${relaxedCommit} WHERE message.id = next.id
      RETURNING message.id, body, attempt, visible_at
    )
    SELECT id::text, body, attempt FROM taken ORDER BY visible_at, taken.id`);
}

export async function removeMessage(pool: DatabasePool, id: string): Promise<void> {
  await pool.query(nothing`DELETE FROM embedded.message USING ${relaxedCommit} WHERE id = ${id}`);
}

/** Back in line after `delayMs`. Its dedupe key goes with it unless a second message holds it by now. */
export async function retryMessage(pool: DatabasePool, id: string, delayMs: number, error: string): Promise<void> {
  await pool.query(nothing`
    UPDATE embedded.message AS message
    SET state = 'waiting', last_error = ${error}, visible_at = now() + ${Math.round(delayMs)} * interval '1 millisecond',
        dedupe_key = CASE WHEN ${keyIsTaken} THEN NULL ELSE dedupe_key END
    FROM ${relaxedCommit} WHERE id = ${id}`);
}

export async function buryMessage(pool: DatabasePool, id: string, error: string): Promise<void> {
  await pool.query(nothing`UPDATE embedded.message SET state = 'dead', last_error = ${error} WHERE id = ${id}`);
}

/**
 * Puts messages back that were under way when the platform died. That attempt does not count, since it was not the
 * message that failed; only one that has seen `maxCrashes` ends goes to the dead letters.
 */
export async function recoverMessages(pool: DatabasePool, queue: string, maxCrashes: number): Promise<number> {
  const { rowCount } = await pool.query(nothing`
    WITH cut_off AS (
      SELECT id, row_number() OVER (PARTITION BY dedupe_key ORDER BY id) AS place
      FROM embedded.message WHERE queue = ${queue} AND state = 'running'
    )
    UPDATE embedded.message AS message
    SET state = CASE WHEN crashes + 1 >= ${maxCrashes} THEN 'dead' ELSE 'waiting' END,
        attempt = attempt - 1, crashes = crashes + 1, last_error = 'PLATFORM_ENDED', visible_at = now(),
        dedupe_key = CASE WHEN place > 1 OR ${keyIsTaken} THEN NULL ELSE dedupe_key END
    FROM cut_off WHERE cut_off.id = message.id`);
  return rowCount;
}

export async function redriveMessages(pool: DatabasePool, queue: string): Promise<number> {
  const { rowCount } = await pool.query(nothing`
    UPDATE embedded.message SET state = 'waiting', attempt = 0, crashes = 0, visible_at = now(), dedupe_key = NULL
    WHERE queue = ${queue} AND state = 'dead'`);
  return rowCount;
}

export async function countMessages(pool: DatabasePool, queue: string): Promise<z.infer<typeof Depth>> {
  return pool.one(depth`
    SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
           count(*) FILTER (WHERE state = 'running')::int AS "inFlight",
           count(*) FILTER (WHERE state = 'dead')::int AS dead
    FROM embedded.message WHERE queue = ${queue}`);
}

const relaxedCommit = sql.fragment`(SELECT set_config('synchronous_commit', 'off', true)) AS relaxed`;

const keyIsTaken = sql.fragment`EXISTS (
  SELECT FROM embedded.message AS other
  WHERE other.queue = message.queue AND other.dedupe_key = message.dedupe_key AND other.state = 'waiting')`;

function toJson(body: unknown): string {
  const text = JSON.stringify(body) as string | undefined;
  if (text === undefined) throw new TypeError('A message body must be JSON');
  return text;
}
