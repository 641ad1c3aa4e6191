import { createHash, randomBytes } from 'node:crypto';
import { sql, type CommonQueryMethods, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { rebuildInto, type AsOf, type RebuildDeps, type RebuildOptions } from './rebuild.ts';
import type { TableProjection } from './projection.ts';

const PREFIX = 'kyc_as_of_';
/** Held shared while a copy is built, and alone while copies are dropped for an erasure: none is built past it. */
const AS_OF_LOCK = 491_159;

const Description = z.object({ moment: z.string(), events: z.number(), builtAt: z.string() });

/** Tables as they were at a moment, in a schema of their own. */
export interface AsOfSchema {
  readonly schema: string;
  /** Which moment: a time (RFC 3339), or `index <n>` in the global order of the ledger. */
  readonly moment: string;
  readonly events: number;
  readonly builtAt: string;
}

export interface AsOfOptions extends RebuildOptions {
  /** What to call the moment. */
  readonly moment: string;
  readonly now: Date;
  /** The role that may read the schema. */
  readonly reader: string;
}

/** Builds the tables of a read model as of a moment, readable by `reader`. What was erased since is gone there as well. */
export async function buildAsOf<State, Operation>(projection: TableProjection<State, Operation>, deps: RebuildDeps, asOf: AsOf, options: AsOfOptions): Promise<AsOfSchema> {
  const { pool } = deps;
  const schema = `${PREFIX}${createHash('sha256').update(options.moment).digest('hex').slice(0, 8)}${randomBytes(4).toString('hex')}`;
  return pool.connect(async (guard) => {
    await guard.query(sql.unsafe`SELECT pg_advisory_lock_shared(${AS_OF_LOCK})`);
    try {
      const { applied } = await rebuildInto(projection, deps, schema, { ...options, asOf });
      const described = { moment: options.moment, events: applied, builtAt: options.now.toISOString() };
      await grantRead(pool, schema, options.reader);
      await pool.query(sql.unsafe`COMMENT ON SCHEMA ${sql.identifier([schema])} IS ${sql.literalValue(JSON.stringify(described))}`);
      return { schema, ...described };
    } catch (error) {
      await drop(pool, schema);
      throw error;
    } finally {
      await guard.query(sql.unsafe`SELECT pg_advisory_unlock_shared(${AS_OF_LOCK})`);
    }
  });
}

const Row = z.object({ schema: z.string(), comment: z.string().nullable() });

/** The finished ones, oldest first. */
export async function listAsOf(connection: CommonQueryMethods): Promise<readonly AsOfSchema[]> {
  const rows = await connection.any(sql.type(Row)`
    SELECT nspname AS schema, obj_description(oid, 'pg_namespace') AS comment FROM pg_namespace WHERE starts_with(nspname, ${PREFIX})`);
  return rows
    .flatMap(({ schema, comment }) => {
      const described = Description.safeParse(parseJson(comment));
      return described.success ? [{ schema, ...described.data }] : [];
    })
    .toSorted((a, b) => (a.builtAt < b.builtAt ? -1 : 1));
}

/** Drops one; false when there is none of this name. */
export async function dropAsOf(connection: CommonQueryMethods, schema: string): Promise<boolean> {
  const found = await connection.oneFirst(sql.type(z.object({ found: z.boolean() }))`
    SELECT ${schema.startsWith(PREFIX)} AND EXISTS (SELECT FROM pg_namespace WHERE nspname = ${schema}) AS found`);
  if (found) await drop(connection, schema);
  return found;
}

/** Drops all, or those built before a moment: they are copies, and an erasure must not leave anybody in one. */
export async function dropAsOfSchemas(pool: DatabasePool, builtBefore: Date | null = null): Promise<number> {
  return pool.connect(async (connection) => {
    await connection.query(sql.unsafe`SELECT pg_advisory_lock(${AS_OF_LOCK})`);
    try {
      const known = await listAsOf(connection);
      const all = await connection.anyFirst(sql.type(z.object({ schema: z.string() }))`
        SELECT nspname AS schema FROM pg_namespace WHERE starts_with(nspname, ${PREFIX})`);
      // Whatever has no description was cut off while it was built.
      const young = new Set(known.filter(({ builtAt }) => builtBefore !== null && Date.parse(builtAt) >= builtBefore.getTime()).map(({ schema }) => schema));
      const doomed = all.filter((schema) => !young.has(schema));
      for (const schema of doomed) await drop(connection, schema);
      return doomed.length;
    } finally {
      await connection.query(sql.unsafe`SELECT pg_advisory_unlock(${AS_OF_LOCK})`);
    }
  });
}

async function grantRead(connection: CommonQueryMethods, schema: string, reader: string): Promise<void> {
  await connection.query(sql.unsafe`GRANT USAGE ON SCHEMA ${sql.identifier([schema])} TO ${sql.identifier([reader])}`);
  await connection.query(sql.unsafe`GRANT SELECT ON ALL TABLES IN SCHEMA ${sql.identifier([schema])} TO ${sql.identifier([reader])}`);
}

async function drop(connection: CommonQueryMethods, schema: string): Promise<void> {
  await connection.query(sql.unsafe`DROP SCHEMA IF EXISTS ${sql.identifier([schema])} CASCADE`);
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
