import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql, type DatabasePool } from 'slonik';
import { afterAll, beforeAll } from 'vitest';
import { migrate } from '../../../projectors/migrate.ts';
import { openDatabase } from '../../../projectors/sql.ts';
import { startPostgres, type RunningPostgres } from '../../../runtime/embedded/postgres.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

export interface Database {
  readonly pool: DatabasePool;
  readonly url: string;
  /** The same database, as an analyst signs in. */
  readonly analystUrl: string;
}

/** One server for the test file; `fresh()` answers a migrated database of its own, closed at the end. */
export function useDatabases(): { fresh: (options?: { migrated: boolean }) => Promise<Database> } {
  let folder: string;
  let server: RunningPostgres;
  let admin: DatabasePool;
  const pools: DatabasePool[] = [];
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kyc-projectors-'));
    server = await startPostgres({ dataFolder: folder, log: silent, settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '300' } });
    admin = await openDatabase(server.url);
    await admin.query(sql.unsafe`CREATE DATABASE migrated`);
    const template = await openDatabase(inDatabase(server.url, 'migrated'));
    await migrate(template);
    await template.end();
  });
  afterAll(async () => {
    await Promise.all(pools.map((each) => each.end()));
    await admin.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  return {
    fresh: async ({ migrated } = { migrated: true }) => {
      count += 1;
      const name = `test_${count}`;
      await admin.query(sql.unsafe`CREATE DATABASE ${sql.identifier([name])} TEMPLATE ${sql.identifier([migrated ? 'migrated' : 'template0'])}`);
      if (migrated) {
        await admin.query(sql.unsafe`ALTER ROLE kyc_analyst IN DATABASE ${sql.identifier([name])} SET search_path = kyc, pg_catalog`);
      }
      const url = inDatabase(server.url, name);
      const pool = await openDatabase(url);
      pools.push(pool);
      return { pool, url, analystUrl: inDatabase(server.analystUrl, name) };
    },
  };
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
