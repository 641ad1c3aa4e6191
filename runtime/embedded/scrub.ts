import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { sql, type DatabasePool } from 'slonik';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import type { Log } from '../../handlers/deps.ts';
import { dropAsOfSchemas } from '../../projectors/engine/as-of-schemas.ts';
import { personalColumns } from '../../projectors/relational/personal-columns.ts';
import { LIVE_SCHEMA } from '../../projectors/relational/tables.ts';
import { errorCode } from '../../projectors/errors.ts';
import { tableIn } from '../../projectors/sql.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

export interface ScrubParts {
  readonly pool: DatabasePool;
  readonly log: Log;
  /** The file of the embedded DynamoDB and its table of subject keys; null where a service was given, which keeps house itself. */
  readonly keys: { readonly file: string; readonly table: string } | null;
}

/**
 * Takes out of the databases' files what deleting leaves in them: dead rows, their copies in the log of changes, free
 * pages, tables as of an earlier moment. The tables are locked one by one while they are rewritten: some seconds for
 * 100,000 applicants. Freed disk blocks are for the file system and the disk's encryption. Safe to repeat.
 */
export async function scrub({ pool, log, keys }: ScrubParts): Promise<void> {
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
    } catch (error) {
      // A database that was given may not let us: its log of changes is its operator's, see docs/erasure.md.
      if (errorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
      log.warn('the database does not allow its log of changes to be cut; what was deleted stays in it until it is recycled');
    } finally {
      await connection.query(sql.unsafe`RESET statement_timeout`);
    }
  });
  if (keys !== null && existsSync(keys.file)) await scrubSqlite(keys);
}

/** In a thread of its own: it is synchronous. */
async function scrubSqlite(workerData: { readonly file: string; readonly table: string }): Promise<void> {
  const worker = new Worker(new URL('scrub-sqlite.ts', import.meta.url), { workerData, execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [code] = await once(worker, 'exit');
  if (code !== 0) throw new ServiceUnavailable('The file of the embedded DynamoDB');
}
