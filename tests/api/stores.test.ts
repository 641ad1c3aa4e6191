import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatabasePool } from 'slonik';
import { MemoryIdempotencyStore } from '../../api/idempotency/memory-store.ts';
import { PostgresIdempotencyStore } from '../../api/idempotency/postgres-store.ts';
import { MemorySessionStore } from '../../api/sign-in/memory-session-store.ts';
import { PostgresSessionStore } from '../../api/sign-in/postgres-session-store.ts';
import { migrate } from '../../projectors/migrate.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { describeIdempotencyStoreContract } from '../contracts/idempotency-store.ts';
import { describeSessionStoreContract } from '../contracts/session-store.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

let server: TestPostgres;
let pool: DatabasePool;
beforeAll(async () => {
  server = await startTestPostgres();
  pool = await openDatabase(server.url);
  await migrate(pool);
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

describeSessionStoreContract('memory', () => new MemorySessionStore());
describeSessionStoreContract('PostgreSQL', () => new PostgresSessionStore(pool));
describeIdempotencyStoreContract('memory', () => new MemoryIdempotencyStore());
describeIdempotencyStoreContract('PostgreSQL', () => new PostgresIdempotencyStore(pool));

test('a session opened before a restart is good after it', async () => {
  const session = { role: 'reviewer', subject: 'reviewer-1', idHash: 'a'.repeat(64), expiresAt: new Date('2026-11-22T13:00:00.000Z') } as const;
  await new PostgresSessionStore(pool).putSession(session);
  const afterwards = await openDatabase(server.url);
  try {
    expect(await new PostgresSessionStore(afterwards).findSession(session.idHash, new Date('2026-11-22T12:00:00.000Z'))).toEqual(session);
  } finally {
    await afterwards.end();
  }
});
