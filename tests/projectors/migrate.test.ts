import { expect, test } from 'vitest';
import { migrate, readMigrations } from '../../projectors/migrate.ts';
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
