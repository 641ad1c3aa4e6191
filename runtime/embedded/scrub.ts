import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { sql, type DatabasePool } from 'slonik';
import { dropAsOfSchemas } from '../../projectors/engine/as-of-schemas.ts';
import { personalColumns } from '../../projectors/relational/personal-columns.ts';
import { LIVE_SCHEMA } from '../../projectors/relational/tables.ts';
import { tableIn } from '../../projectors/sql.ts';

export interface ScrubParts {
  readonly pool: DatabasePool;
  /** The file of the embedded DynamoDB; null where a service was given, which keeps house itself. */
  readonly sqliteFile: string | null;
}

/**
 * Takes out of the databases' files what deleting leaves in them: dead rows, their copies in the log of changes, free
 * pages, tables as of an earlier moment. The tables are locked while they are rewritten: about a second for 100,000
 * applicants. Freed disk blocks are for the file system and the disk's encryption. Safe to repeat.
 */
export async function scrub({ pool, sqliteFile }: ScrubParts): Promise<void> {
  await dropAsOfSchemas(pool);
  await pool.connect(async (connection) => {
    // Neither VACUUM nor CHECKPOINT runs in a transaction, and a big table takes longer than a query may.
    await connection.query(sql.unsafe`SET statement_timeout = 0`);
    try {
      for (const table of [...personalColumns.keys(), 'projection_positions']) {
        await connection.query(sql.unsafe`VACUUM (FULL) ${tableIn(LIVE_SCHEMA, table)}`);
      }
      for (const table of ['sessions', 'sign_in_links', 'idempotency_keys']) await connection.query(sql.unsafe`VACUUM (FULL) ${tableIn('kyc_api', table)}`);
      // Segments before the checkpoint are removed and not used again (wal_recycle is off), so nothing older stays.
      await connection.query(sql.unsafe`SELECT pg_switch_wal()`);
      await connection.query(sql.unsafe`CHECKPOINT`);
    } finally {
      await connection.query(sql.unsafe`RESET statement_timeout`);
    }
  });
  if (sqliteFile !== null && existsSync(sqliteFile)) await vacuumSqlite(sqliteFile);
}

/** In a thread of its own: it is synchronous. */
async function vacuumSqlite(file: string): Promise<void> {
  const worker = new Worker(new URL('vacuum-sqlite.ts', import.meta.url), { workerData: { file }, execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [code] = await once(worker, 'exit');
  if (code !== 0) throw new Error('The file of the embedded DynamoDB could not be vacuumed');
}
