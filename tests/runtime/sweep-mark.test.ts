import { beforeAll, expect, test } from 'vitest';
import { sweepFromMark } from '../../runtime/embedded/sweep-mark.ts';
import { useDatabases, type Database } from '../projectors/support/database.ts';

const databases = useDatabases();
let database: Database;
beforeAll(async () => {
  database = await databases.fresh();
});

/** From where the next sweep begins, which then does nothing and fails, so that the mark stays. */
async function nextBegins(): Promise<string> {
  let began = '';
  await sweepFromMark(database.pool, new Date('2026-03-01T12:00:00Z'), async (since) => {
    began = since;
    throw new Error('looked only');
  }).catch(() => undefined);
  return began;
}

test('a sweep that is cut off goes on next time from where it came to, less the overlap', async () => {
  expect(await nextBegins()).toBe('1970-01-01T00:00:00.000Z');
  const cut = sweepFromMark(database.pool, new Date('2026-03-01T12:00:00Z'), async (_since, reached) => {
    await reached('2026-02-01T08:00:00.000Z');
    await reached('2026-02-01T09:00:00.000Z');
    throw new Error('out of time');
  }, 0);
  await expect(cut).rejects.toThrow('out of time');
  expect(await nextBegins()).toBe('2026-02-01T08:55:00.000Z');
});

test('a sweep that gets through marks the moment it began, and what is later than that does not move it', async () => {
  await sweepFromMark(database.pool, new Date('2026-03-01T12:00:00Z'), async (_since, reached) => reached('2026-03-01T12:30:00.000Z'), 0);
  expect(await nextBegins()).toBe('2026-03-01T11:55:00.000Z');
});

test('the mark never goes back: an older sweep that ends later leaves it where it is', async () => {
  await sweepFromMark(database.pool, new Date('2026-02-20T12:00:00Z'), async () => undefined, 0);
  expect(await nextBegins()).toBe('2026-03-01T11:55:00.000Z');
});
