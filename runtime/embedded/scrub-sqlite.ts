import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { z } from 'zod';

/**
 * Takes out of an SQLite file what was deleted from one of its tables: rewrites the table with secure_delete, so that
 * old pages and gaps are zeroed, fills the free pages with zeros, and empties the log of changes. Other processes may use
 * the file meanwhile; they wait while the table is rewritten. A VACUUM would do the same, but lock out writers for as long
 * as it takes to copy the whole ledger.
 */
const { file, table } = z.object({ file: z.string(), table: z.string().regex(/^[\w-]+$/) }).parse(workerData);
const ZEROS_AT_ONCE = 64 * 1024 * 1024;
const Count = z.object({ freelist_count: z.number() });
const Size = z.object({ page_size: z.number() });

const database = new DatabaseSync(file);
try {
  database.exec(`
    PRAGMA busy_timeout = 60000;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    BEGIN IMMEDIATE;
    CREATE TEMP TABLE kept AS SELECT * FROM main."${table}";
    DELETE FROM main."${table}";
    INSERT INTO main."${table}" SELECT * FROM temp.kept;
    COMMIT;
    DROP TABLE temp.kept`);
  const pageSize = Size.parse(database.prepare('PRAGMA page_size').get()).page_size;
  const free = Count.parse(database.prepare('PRAGMA freelist_count').get()).freelist_count * pageSize;
  if (free > 0) {
    database.exec('BEGIN IMMEDIATE; CREATE TABLE main.zeros (zeros BLOB)');
    const fill = database.prepare('INSERT INTO main.zeros VALUES (zeroblob(?))');
    for (let left = free; left > 0; left -= ZEROS_AT_ONCE) fill.run(Math.min(left, ZEROS_AT_ONCE));
    database.exec('DROP TABLE main.zeros; COMMIT');
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
} finally {
  database.close();
}
