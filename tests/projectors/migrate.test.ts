import { sql } from 'slonik';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { migrate, readMigrations } from '../../projectors/migrate.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { useDatabases } from './support/database.ts';

const databases = useDatabases();

test('migrations are applied once, and applying them again changes nothing', async () => {
  const { pool } = await databases.fresh({ migrated: false });
  const all = (await readMigrations()).map(({ name }) => name);
  expect(await migrate(pool)).toEqual(all);
  expect(await migrate(pool)).toEqual([]);
});

test('two starts at once apply each migration once', async () => {
  const { pool } = await databases.fresh({ migrated: false });
  const both = await Promise.all([migrate(pool), migrate(pool)]);
  expect(both.flat().toSorted()).toEqual((await readMigrations()).map(({ name }) => name));
});

test('a migration that was changed or removed after it was applied is refused', async () => {
  const { pool } = await databases.fresh();
  const [first, ...rest] = await readMigrations();
  if (first === undefined) throw new Error('no migrations');
  await expect(migrate(pool, [{ ...first, checksum: '0'.repeat(64) }, ...rest])).rejects.toMatchObject({ code: 'MIGRATION_ALTERED' });
  await expect(migrate(pool, rest)).rejects.toMatchObject({ code: 'MIGRATION_ALTERED' });
});

test('a migration that fails leaves nothing behind, and can be tried again', async () => {
  const { pool } = await databases.fresh();
  const all = await readMigrations();
  const bad = { name: '999_bad.sql', schema: 'kyc_extra', text: 'CREATE TABLE a (b INT); SELECT 1 / 0', checksum: 'a'.repeat(64) };
  await expect(migrate(pool, [...all, bad])).rejects.toMatchObject({ message: expect.stringContaining('division by zero') });
  expect(await migrate(pool, [...all, { ...bad, text: 'CREATE TABLE a (b INT)' }])).toEqual(['999_bad.sql']);
});

test('an analyst who signs in after the migrations finds the tables without naming their schema', async () => {
  const { pool, analystUrl } = await databases.fresh({ migrated: false });
  await migrate(pool);
  const analyst = await openDatabase(analystUrl, { maxPoolSize: 1 });
  expect(await analyst.oneFirst(sql.type(z.object({ n: z.bigint() }))`SELECT count(*) AS n FROM users`)).toBe(0n);
  await analyst.end();
});

test('a row that is not what its query promised is refused, naming columns and no values', async () => {
  const { pool } = await databases.fresh();
  const query = pool.any(sql.type(z.object({ email: z.int() }))`SELECT 'jane@example.org' AS email`);
  await expect(query).rejects.toMatchObject({ code: 'ROW_UNEXPECTED', message: 'A row is not what its query promised in email' });
});

test('values arrive in the types that the code works with', async () => {
  const { pool } = await databases.fresh();
  const Values = z.object({ big: z.bigint(), exact: z.number(), day: z.string(), at: z.string(), list: z.array(z.string()), json: z.object({ a: z.number() }) });
  expect(await pool.one(sql.type(Values)`
    SELECT 9007199254740993::bigint AS big, 0.93::numeric AS exact, '2026-05-01'::date AS day, '{x,y}'::text[] AS list,
      '2026-05-01 12:00:00.5+02'::timestamptz AS at, '{"a": 1}'::jsonb AS json`)).toEqual({
    big: 9_007_199_254_740_993n, exact: 0.93, day: '2026-05-01', at: '2026-05-01T10:00:00.500Z', list: ['x', 'y'], json: { a: 1 },
  });
});
