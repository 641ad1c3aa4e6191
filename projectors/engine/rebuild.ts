import { sql, type CommonQueryMethods, type DatabasePool } from 'slonik';
import { z } from 'zod';
import type { EventMetadata } from '../../events/envelope.ts';
import { ProjectorError } from '../errors.ts';
import { createCopy } from '../migrate.ts';
import { tableIn } from '../sql.ts';
import { lockForSwap } from './positions.ts';
import type { Delivered, OutsideProjection, ProjectionFailure, TableProjection } from './projection.ts';
import { createProjector, type Projector, type ProjectorDeps } from './projector.ts';
import { recordRevision } from './revision.ts';

export interface RebuildDeps extends Pick<ProjectorDeps, 'ledger' | 'store' | 'onFailure'> {
  /** With room for three connections at least. */
  readonly pool: DatabasePool;
}

export interface RebuildProgress {
  readonly phase: 'filling' | 'catching up' | 'swapping' | 'done';
  /** Events gone through. */
  readonly events: number;
  /** About how many there are, from the live read model; null when that is empty. */
  readonly total: number | null;
}

export interface RebuildOptions {
  readonly onProgress?: (progress: RebuildProgress) => void;
}

/** Which part of history a read model shall show. */
export type AsOf =
  /** Everything recorded up to and including this moment (RFC 3339). */
  | { readonly recordedUpTo: string }
  /** Each stream up to and including this version; streams that are not named are left out. */
  | { readonly versions: ReadonlyMap<string, number> };

const EPOCH = '1970-01-01T00:00:00.000Z';
const ROUNDS = 5;
const FEW_STREAMS = 20;

/**
 * Builds the read model anew in `schema`, which must be a name of its own: whatever is in it is dropped first.
 * With `asOf` it shows what was known then. The live read model is not touched.
 */
export async function rebuildInto<State, Operation>(
  projection: TableProjection<State, Operation>,
  deps: RebuildDeps,
  schema: string,
  options: RebuildOptions & { readonly asOf?: AsOf } = {},
): Promise<Delivered> {
  if (schema === projection.schema) throw new ProjectorError('FOREIGN_TABLES', 'A read model cannot be built anew where the live one is');
  await makeEmpty(deps.pool, projection.schema, schema);
  const total = await countEvents(deps.pool, projection);
  const projector = createProjector(projection, { ...deps, copy: schema, ...(options.asOf !== undefined && { accepts: acceptsUpTo(options.asOf) }) });
  const filled = await projector.catchUpAll(EPOCH, (events) => options.onProgress?.({ phase: 'filling', events, total }));
  return { applied: filled.applied, failed: await stillFailing(projector) };
}

/**
 * Rebuilds a read model beside the live one and swaps the two in one transaction: readers see either the old tables or
 * the new ones, whole. Deliveries go on meanwhile; what they bring is caught up with before the swap. A crash leaves
 * the live tables as they are, and the next rebuild (or dropLeftovers) clears away what was begun.
 * Refuses (REBUILD_RUNNING) a second one at a time, (FOREIGN_TABLES) when the live schema holds tables that are not
 * made by our migrations and would be lost, (REBUILD_INCOMPLETE) when the new tables lack what the live ones have.
 */
export async function rebuild<State, Operation>(projection: TableProjection<State, Operation>, deps: RebuildDeps, options: RebuildOptions = {}): Promise<Delivered> {
  const { pool } = deps;
  const copy = `${projection.schema}_building`;
  return alone(pool, projection.schema, async () => {
    await dropSchemas(pool, projection.schema);
    const total = await countEvents(pool, projection);
    let { applied } = await rebuildInto(projection, deps, copy, options);
    await refuseForeignTables(pool, projection.schema, copy);
    const projector = createProjector(projection, { ...deps, copy });
    for (let round = 0; round < ROUNDS; round += 1) {
      options.onProgress?.({ phase: 'catching up', events: applied, total });
      const behind = await streamsBehind(pool, projection, copy);
      if (behind.length <= FEW_STREAMS) break;
      applied += await catchUp(projector, behind);
    }
    options.onProgress?.({ phase: 'swapping', events: applied, total });
    await pool.transaction(async (transaction) => {
      await lockForSwap(transaction, projection.schema);
      const last = createProjector(projection, { ...deps, pool: transaction, copy });
      await catchUp(last, await streamsBehind(transaction, projection, copy));
      const lacking = await streamsBehind(transaction, projection, copy);
      if (lacking.length > 0) throw new ProjectorError('REBUILD_INCOMPLETE', `${lacking.length} streams could not be built as far as the live tables have them`);
      await rename(transaction, projection.schema, `${projection.schema}_retired`);
      await rename(transaction, copy, projection.schema);
      await recordRevision(projection, transaction);
    });
    await dropSchemas(pool, projection.schema);
    options.onProgress?.({ phase: 'done', events: applied, total });
    return { applied, failed: await createProjector(projection, deps).failures() };
  });
}

/**
 * Puts everything into a read model kept elsewhere again, from the first event on. What is in it stays: entries have
 * ids of their own, so putting them again changes nothing.
 */
export async function refill<State, Operation>(projection: OutsideProjection<State, Operation>, deps: RebuildDeps, options: RebuildOptions = {}): Promise<Delivered> {
  const { pool } = deps;
  const { name, schema } = projection;
  const total = await countEvents(pool, projection);
  await pool.query(sql.unsafe`DELETE FROM ${tableIn(schema, 'projection_positions')} WHERE read_model = ${name}`);
  const projector = createProjector(projection, deps);
  const { applied } = await projector.catchUpAll(EPOCH, (events) => options.onProgress?.({ phase: 'filling', events, total }));
  options.onProgress?.({ phase: 'done', events: applied, total });
  return { applied, failed: await stillFailing(projector) };
}

/** Clears away what a rebuild that was cut off has left. Does nothing while one is under way. */
export async function dropLeftovers(pool: DatabasePool, schema: string): Promise<void> {
  await alone(pool, schema, () => dropSchemas(pool, schema)).catch((error: unknown) => {
    if (!(error instanceof ProjectorError && error.code === 'REBUILD_RUNNING')) throw error;
  });
}

/** Drops what rebuildInto made. */
export async function dropCopy<State, Operation>(projection: TableProjection<State, Operation>, pool: DatabasePool, schema: string): Promise<void> {
  if (schema === projection.schema) throw new ProjectorError('FOREIGN_TABLES', 'The live read model is not a copy');
  await drop(pool, schema);
}

const REBUILD_LOCK = 491_158;
const Locked = z.object({ locked: z.boolean() });

/** The lock belongs to the session, so that the end of the process, however it comes, gives it back. */
async function alone<T>(pool: DatabasePool, schema: string, work: () => Promise<T>): Promise<T> {
  return pool.connect(async (guard) => {
    const locked = await guard.oneFirst(sql.type(Locked)`SELECT pg_try_advisory_lock(${REBUILD_LOCK}, hashtext(${schema})) AS locked`);
    if (!locked) throw new ProjectorError('REBUILD_RUNNING', 'This read model is being rebuilt already');
    try {
      return await work();
    } finally {
      await guard.query(sql.unsafe`SELECT pg_advisory_unlock(${REBUILD_LOCK}, hashtext(${schema}))`);
    }
  });
}

function acceptsUpTo(asOf: AsOf): (event: EventMetadata) => boolean {
  if ('recordedUpTo' in asOf) return (event) => event.recordedAt <= asOf.recordedUpTo;
  return (event) => event.version <= (asOf.versions.get(event.stream) ?? 0);
}

async function makeEmpty(pool: DatabasePool, like: string, schema: string): Promise<void> {
  await pool.transaction(async (transaction) => {
    await drop(transaction, schema);
    await createCopy(transaction, like, schema);
  });
}

/** A stream fails for good only if it fails again once all others are in: an address is free once its former holder is erased. */
async function stillFailing(projector: Projector): Promise<readonly ProjectionFailure[]> {
  if ((await projector.failures()).length > 0) await projector.retryFailed();
  return projector.failures();
}

async function catchUp(projector: Projector, streams: readonly string[]): Promise<number> {
  let applied = 0;
  for (const stream of streams) applied += (await projector.catchUp(stream)).applied;
  await stillFailing(projector);
  return applied;
}

const StreamRow = z.object({ stream: z.string() });

/** Streams in which the live read model is further than the copy. */
async function streamsBehind(connection: CommonQueryMethods, { name, schema }: { readonly name: string; readonly schema: string }, copy: string): Promise<readonly string[]> {
  return connection.anyFirst(sql.type(StreamRow)`
    SELECT live.stream FROM ${tableIn(schema, 'projection_positions')} AS live
    LEFT JOIN ${tableIn(copy, 'projection_positions')} AS new USING (read_model, stream)
    WHERE live.read_model = ${name} AND coalesce(new.version, 0) < live.version
    ORDER BY live.stream`);
}

async function countEvents(connection: CommonQueryMethods, { name, schema }: { readonly name: string; readonly schema: string }): Promise<number | null> {
  const total = await connection.oneFirst(sql.type(z.object({ total: z.bigint().nullable() }))`
    SELECT sum(version)::bigint AS total FROM ${tableIn(schema, 'projection_positions')} WHERE read_model = ${name}`);
  return total === null ? null : Number(total);
}

async function refuseForeignTables(pool: DatabasePool, live: string, copy: string): Promise<void> {
  const foreign = await pool.anyFirst(sql.type(z.object({ relname: z.string() }))`
    SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(${live}) AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    EXCEPT SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(${copy})`);
  if (foreign.length > 0) throw new ProjectorError('FOREIGN_TABLES', `The schema ${live} also holds ${foreign.join(', ')}, which a rebuild would drop`);
}

async function dropSchemas(pool: DatabasePool, schema: string): Promise<void> {
  await drop(pool, `${schema}_building`);
  await drop(pool, `${schema}_retired`);
}

async function drop(connection: CommonQueryMethods, schema: string): Promise<void> {
  await connection.query(sql.unsafe`DROP SCHEMA IF EXISTS ${sql.identifier([schema])} CASCADE`);
}

async function rename(connection: CommonQueryMethods, from: string, to: string): Promise<void> {
  await connection.query(sql.unsafe`ALTER SCHEMA ${sql.identifier([from])} RENAME TO ${sql.identifier([to])}`);
}
