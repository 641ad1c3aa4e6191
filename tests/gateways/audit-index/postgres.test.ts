import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { createPostgresAuditIndex } from '../../../gateways/audit-index/postgres.ts';
import { migrate } from '../../../projectors/migrate.ts';
import { openDatabase } from '../../../projectors/sql.ts';
import { describeAuditIndexContract, entry } from '../../contracts/audit-index.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let server: TestPostgres;
let pool: DatabasePool;

beforeAll(async () => {
  server = await startTestPostgres();
  pool = await openDatabase(await server.freshDatabase());
  await migrate(pool);
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

async function empty() {
  await pool.query(sql.unsafe`TRUNCATE kyc_audit.audit_entries`);
  return createPostgresAuditIndex(pool);
}

describeAuditIndexContract('PostgreSQL', empty);

test('text is looked up in its index, not by reading every entry', async () => {
  const index = await empty();
  await index.put(Array.from({ length: 3_000 }, (_, at) => entry('a', at + 1, { summary: `number ${at}` })));
  await pool.query(sql.unsafe`VACUUM ANALYZE kyc_audit.audit_entries`);
  const plan = await pool.anyFirst(sql.type(z.object({ 'QUERY PLAN': z.string() }))`
    EXPLAIN SELECT id FROM kyc_audit.audit_entries WHERE words @@ ${"'number' & '77'"}::tsquery`);
  expect(plan.join('\n')).toContain('audit_entries_words_idx');
});

test('a database that does not answer is SERVICE_UNAVAILABLE', async () => {
  const gone = await openDatabase(await server.freshDatabase());
  await expect(createPostgresAuditIndex(gone).put([entry('a', 1)])).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await gone.end();
});
