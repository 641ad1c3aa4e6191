import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { z } from 'zod';

/** Rewrites an SQLite file without what was deleted from it, and empties its log of changes. Other processes may use it meanwhile. */
const { file } = z.object({ file: z.string() }).parse(workerData);
const database = new DatabaseSync(file);
try {
  database.exec('PRAGMA busy_timeout = 60000');
  database.exec('PRAGMA secure_delete = ON');
  database.exec('VACUUM');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
} finally {
  database.close();
}
