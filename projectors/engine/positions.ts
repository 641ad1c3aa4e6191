import { sql, type CommonQueryMethods } from 'slonik';
import { z } from 'zod';
import { tableIn } from '../sql.ts';
import type { ProjectionFailure } from './projection.ts';

export interface Position {
  readonly stream: string;
  readonly version: number;
  readonly state: unknown;
}

const PositionRow = z.object({ stream: z.string(), version: z.number(), state: z.unknown() });

/** The positions of `streams`, those that there are. */
export async function readPositions(connection: CommonQueryMethods, schema: string, readModel: string, streams: readonly string[]): Promise<Map<string, Position>> {
  const rows = await connection.any(sql.type(PositionRow)`
    SELECT stream, version, state FROM ${tableIn(schema, 'projection_positions')}
    WHERE read_model = ${readModel} AND stream = ANY(${sql.array(streams, 'text')})`);
  return new Map(rows.map((row) => [row.stream, row]));
}

/** Positions only ever move forward. */
export async function writePositions(connection: CommonQueryMethods, schema: string, readModel: string, positions: readonly Position[]): Promise<void> {
  await connection.query(sql.unsafe`
    INSERT INTO ${tableIn(schema, 'projection_positions')} AS position (read_model, stream, version, state)
    SELECT ${readModel}, stream, version, state::jsonb
    FROM ${sql.unnest(positions.map(({ stream, version, state }) => [stream, version, JSON.stringify(state)]), ['text', 'int4', 'text'])}
      AS new (stream, version, state)
    ON CONFLICT (read_model, stream) DO UPDATE SET version = excluded.version, state = excluded.state
      WHERE position.version < excluded.version`);
}

/**
 * Waits until nobody else applies one of `streams`, and until no swap of the schema is under way, to the end of the
 * transaction. Locks are taken in one order, so that two deliveries never wait for each other.
 */
export async function lockStreams(transaction: CommonQueryMethods, schema: string, readModel: string, streams: readonly string[]): Promise<void> {
  await transaction.query(sql.unsafe`SELECT pg_advisory_xact_lock_shared(${SWAP_LOCK}, hashtext(${schema}))`);
  const ordered = streams.toSorted();
  await transaction.query(sql.unsafe`
    SELECT pg_advisory_xact_lock(key) FROM (
      SELECT DISTINCT hashtextextended(${`${schema} ${readModel} `} || stream, 0) AS key
      FROM ${sql.unnest(ordered.map((stream) => [stream]), ['text'])} AS wanted (stream)
      ORDER BY key
    ) AS keys`);
}

/** Waits for every delivery into `schema` under way, and holds the next ones off until the end of the transaction. */
export async function lockForSwap(transaction: CommonQueryMethods, schema: string): Promise<void> {
  await transaction.query(sql.unsafe`SELECT pg_advisory_xact_lock(${SWAP_LOCK}, hashtext(${schema}))`);
}

const SWAP_LOCK = 491_157;

const FailureRow = z.object({ stream: z.string(), version: z.number(), event_id: z.string().nullable(), code: z.string() });

/** The streams that wait, oldest failure first. */
export async function readFailures(connection: CommonQueryMethods, schema: string, readModel: string): Promise<ProjectionFailure[]> {
  const rows = await connection.any(sql.type(FailureRow)`
    SELECT stream, version, event_id, code FROM ${tableIn(schema, 'projection_failures')}
    WHERE read_model = ${readModel} ORDER BY failed_at, stream`);
  return rows.map(({ stream, version, event_id, code }) => ({ readModel, stream, version, eventId: event_id, code }));
}

export async function recordFailure(connection: CommonQueryMethods, schema: string, failure: ProjectionFailure): Promise<void> {
  const table = tableIn(schema, 'projection_failures');
  await connection.query(sql.unsafe`
    INSERT INTO ${table} AS failure (read_model, stream, version, event_id, code, attempts, failed_at)
    VALUES (${failure.readModel}, ${failure.stream}, ${failure.version}, ${failure.eventId}, ${failure.code}, 1, now())
    ON CONFLICT (read_model, stream) DO UPDATE SET
      version = excluded.version, event_id = excluded.event_id, code = excluded.code, failed_at = excluded.failed_at,
      attempts = failure.attempts + 1`);
}

/** Forgets the failures of streams that have moved past them. */
export async function forgetFailures(connection: CommonQueryMethods, schema: string, readModel: string, streams: readonly string[]): Promise<void> {
  await connection.query(sql.unsafe`
    DELETE FROM ${tableIn(schema, 'projection_failures')} AS failure
    USING ${tableIn(schema, 'projection_positions')} AS position
    WHERE failure.read_model = ${readModel} AND failure.stream = ANY(${sql.array(streams, 'text')})
      AND position.read_model = failure.read_model AND position.stream = failure.stream AND position.version >= failure.version`);
}
