import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPool, sql } from 'slonik';
import { z } from 'zod';
import { startPostgres } from '../../runtime/embedded/postgres.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface TestPostgres {
  readonly url: string;
  readonly analystUrl: string;
  /** A new empty database on the same server; its owner URL. */
  freshDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** A real server in a temporary folder, half a second to start; call it in `beforeAll` and `stop` it in `afterAll`. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'kyc-pg-'));
  const server = await startPostgres({ dataFolder, log: silent, settings: { fsync: 'off', shared_buffers: '16MB' } });
  return {
    url: server.url,
    analystUrl: server.analystUrl,
    freshDatabase: async () => {
      const name = `t_${randomBytes(6).toString('hex')}`;
      const pool = await createPool(server.url, { maxPoolSize: 1 });
      try {
        await pool.query(sql.type(z.object({}))`CREATE DATABASE ${sql.identifier([name])}`);
      } finally {
        await pool.end();
      }
      return server.url.replace(/[^/]+$/, name);
    },
    stop: async () => {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
