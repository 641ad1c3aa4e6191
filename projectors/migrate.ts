import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { sql, type CommonQueryMethods, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { ProjectorError } from './errors.ts';

/** One file of schema/: plain SQL with unqualified names, and the schema they are meant for. */
export interface Migration {
  readonly name: string;
  readonly schema: string;
  readonly text: string;
  readonly checksum: string;
}

const FILE = /^\d{3}_[a-z_]+\.sql$/;
const SCHEMA_LINE = /^-- schema: ([a-z_]+)$/m;
/** Any number will do, as long as everybody who migrates takes the same one. */
const MIGRATION_LOCK = 4_911_573_001;

/** The migrations in `folder` (schema/ by default), in order. Throws MIGRATION_ALTERED for a file without its `-- schema:` line. */
export async function readMigrations(folder: URL = new URL('../schema/', import.meta.url)): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((each) => FILE.test(each)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      const schema = SCHEMA_LINE.exec(text)?.[1];
      if (schema === undefined) throw new ProjectorError('MIGRATION_ALTERED', `${name} does not say for which schema it is`);
      return { name, schema, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/**
 * Applies what has not been applied yet, each file in a transaction of its own, and answers the names of those.
 * Safe to repeat and to run from several processes at once: they wait for each other.
 * Refuses (MIGRATION_ALTERED) when an applied file has been changed or removed since.
 */
export async function migrate(pool: DatabasePool, migrations?: readonly Migration[]): Promise<string[]> {
  const wanted = migrations ?? (await readMigrations());
  return pool.connect(async (connection) => {
    await connection.query(sql.unsafe`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    try {
      await connection.query(sql.unsafe`CREATE SCHEMA IF NOT EXISTS kyc_system`);
      await connection.query(sql.unsafe`
        CREATE TABLE IF NOT EXISTS kyc_system.migrations (
          name TEXT PRIMARY KEY, checksum CHAR(64) NOT NULL, applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
        )`);
      const applied = await connection.any(sql.type(Applied)`SELECT name, checksum FROM kyc_system.migrations`);
      refuseAltered(applied, wanted);
      const done = new Set(applied.map(({ name }) => name));
      const missing = wanted.filter(({ name }) => !done.has(name));
      for (const migration of missing) {
        await connection.transaction(async (transaction) => {
          await runIn(transaction, migration.schema, [migration]);
          await transaction.query(sql.unsafe`
            INSERT INTO kyc_system.migrations (name, checksum) VALUES (${migration.name}, ${migration.checksum})`);
        });
      }
      return missing.map(({ name }) => name);
    } finally {
      await connection.query(sql.unsafe`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`);
    }
  });
}

/**
 * Makes `target` with everything that the migrations make in `schema`: how a rebuild gets its copy.
 * Call it in a transaction; the session's search path is changed until its end.
 */
export async function createCopy(transaction: CommonQueryMethods, schema: string, target: string, migrations?: readonly Migration[]): Promise<void> {
  const wanted = migrations ?? (await readMigrations());
  await runIn(transaction, target, wanted.filter((each) => each.schema === schema));
}

async function runIn(transaction: CommonQueryMethods, schema: string, migrations: readonly Migration[]): Promise<void> {
  await transaction.query(sql.unsafe`CREATE SCHEMA IF NOT EXISTS ${sql.identifier([schema])}`);
  await transaction.query(sql.unsafe`SET LOCAL search_path TO ${sql.identifier([schema])}`);
  for (const { text } of migrations) {
    // The extended protocol takes one statement at a time; PL/pgSQL's EXECUTE takes a whole script.
    await transaction.query(sql.unsafe`DO ${sql.literalValue(`BEGIN EXECUTE ${sql.literalValue(text).sql}; END`)}`);
  }
}

const Applied = z.object({ name: z.string(), checksum: z.string() });

function refuseAltered(applied: readonly z.infer<typeof Applied>[], wanted: readonly Migration[]): void {
  const checksums = new Map(wanted.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum } of applied) {
    const now = checksums.get(name);
    if (now === checksum) continue;
    throw new ProjectorError('MIGRATION_ALTERED', `${name} was applied and has been ${now === undefined ? 'removed' : 'changed'} since: add a new file instead`);
  }
}
