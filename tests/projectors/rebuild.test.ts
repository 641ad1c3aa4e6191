import { sql, type DatabasePool } from 'slonik';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createProjector, type Projector } from '../../projectors/engine/projector.ts';
import { dropCopy, dropLeftovers, rebuild, rebuildInto, type RebuildProgress } from '../../projectors/engine/rebuild.ts';
import { needsRebuild } from '../../projectors/engine/revision.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { useDatabases, type Database } from './support/database.ts';
import { dump } from './support/dump.ts';
import { makeHistories, type History } from './support/histories.ts';
import { MemoryLedger } from './support/memory-ledger.ts';

const databases = useDatabases();

let database: Database;
let pool: DatabasePool;
let ledger: MemoryLedger;
let live: Projector;
let histories: History[];

beforeEach(async () => {
  database = await databases.fresh();
  pool = database.pool;
  ledger = new MemoryLedger();
  live = createProjector(relational, { pool, ...ledger.deps });
  histories = makeHistories(31, 40, 20);
});

const schemas = () => pool.anyFirst(sql.type(z.object({ nspname: z.string() }))`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'kyc\_%' OR nspname = 'kyc' ORDER BY 1`);

async function deliverAll(which: readonly History[] = histories): Promise<void> {
  for (const { events } of which) ledger.append(...events);
  await live.deliver(which.flatMap(({ events }) => events));
}

describe('a rebuild', () => {
  test('repairs tables that have lost or garbled rows, and leaves nothing beside them', async () => {
    await deliverAll();
    const before = await dump(pool);
    const schemasBefore = await schemas();
    await pool.query(sql.unsafe`DELETE FROM kyc.reminders`);
    await pool.query(sql.unsafe`UPDATE kyc.users SET status = 'VERIFIED'`);
    const { failed } = await rebuild(relational, { pool, ...ledger.deps });
    expect(failed).toEqual([]);
    expect(await dump(pool)).toEqual(before);
    expect(await schemas()).toEqual(schemasBefore);
  });

  test('takes in what is delivered, and what is only recorded, while it runs', async () => {
    const [early, late] = [histories.slice(0, 20), histories.slice(20)];
    await deliverAll(early);
    let meanwhile: Promise<void> | null = null;
    await rebuild(relational, { pool, ...ledger.deps }, {
      onProgress: ({ phase }) => {
        if (phase === 'catching up') meanwhile ??= deliverAll(late);
      },
    });
    await meanwhile;
    await live.catchUpAll('1970-01-01T00:00:00.000Z');
    const again = await rebuildInto(relational, { pool, ...ledger.deps }, 'again');
    expect(again.failed).toEqual([]);
    expect(await dump(pool)).toEqual(await dump(pool, 'again'));
    expect((await dump(pool))['users']).toHaveLength(40);
  });

  test('G-17: is never seen half done by readers, nor by deliveries that go on', async () => {
    await deliverAll();
    const seen = new Set<bigint>();
    const ended = new AbortController();
    const reader = async () => {
      while (!ended.signal.aborted) seen.add(await pool.oneFirst(sql.type(z.object({ n: z.bigint() }))`SELECT count(*) AS n FROM kyc.users`));
    };
    const deliveries = async () => {
      while (!ended.signal.aborted) await live.deliver(histories.flatMap(({ events }) => events));
    };
    const watching = [reader(), reader(), deliveries()];
    for (let round = 0; round < 3; round += 1) await rebuild(relational, { pool, ...ledger.deps });
    ended.abort();
    await Promise.all(watching);
    expect([...seen]).toEqual([40n]);
  });

  test('tells how far it is', async () => {
    await deliverAll();
    const total = histories.reduce((sum, { events }) => sum + events.length, 0);
    const told: RebuildProgress[] = [];
    await rebuild(relational, { pool, ...ledger.deps }, { onProgress: (progress) => told.push(progress) });
    expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['filling', 'catching up', 'swapping', 'done']));
    expect(told.every((each) => each.total === total)).toBe(true);
    expect(told.at(-1)?.events).toBe(total);
    const filling = told.filter(({ phase }) => phase === 'filling').map(({ events }) => events);
    expect(filling).toEqual(filling.toSorted((a, b) => a - b));
  });

  test('keeps for analysts what they may read', async () => {
    await deliverAll();
    await rebuild(relational, { pool, ...ledger.deps });
    const analyst = await openDatabase(database.analystUrl, { maxPoolSize: 1 });
    expect(await analyst.anyFirst(sql.type(z.object({ registered: z.bigint() }))`SELECT sum(registered)::bigint AS registered FROM funnel_by_day`)).toEqual([40n]);
    await expect(analyst.query(sql.unsafe`SELECT * FROM projection_positions`)).rejects.toMatchObject({ message: expect.stringContaining('permission denied') });
    await analyst.end();
  });

  test('G-17: that is cut off leaves the live tables as they were, and the next one clears away what it left', async () => {
    await deliverAll();
    const before = await dump(pool);
    const cut = rebuild(relational, { pool, ...ledger.deps }, {
      onProgress: ({ phase }) => {
        if (phase === 'swapping') throw new Error('the power went');
      },
    });
    await expect(cut).rejects.toThrow('the power went');
    expect(await dump(pool)).toEqual(before);
    expect(await schemas()).toContain('kyc_building');
    await dropLeftovers(pool, 'kyc');
    expect(await schemas()).not.toContain('kyc_building');
    await rebuild(relational, { pool, ...ledger.deps });
    expect(await dump(pool)).toEqual(before);
  });

  test('refuses to run beside another one, whose tables it leaves alone', async () => {
    await deliverAll();
    let second: Promise<unknown> | null = null;
    await rebuild(relational, { pool, ...ledger.deps }, {
      onProgress: ({ phase }) => {
        if (phase === 'catching up') second ??= Promise.all([rebuild(relational, { pool, ...ledger.deps }).catch((error: unknown) => error), dropLeftovers(pool, 'kyc')]);
      },
    });
    expect(await second).toMatchObject([{ code: 'REBUILD_RUNNING' }, undefined]);
  });

  test('refuses to drop a table that somebody has put beside ours', async () => {
    await deliverAll();
    await pool.query(sql.unsafe`CREATE TABLE kyc.my_notes (n INT)`);
    await expect(rebuild(relational, { pool, ...ledger.deps })).rejects.toMatchObject({ code: 'FOREIGN_TABLES', message: expect.stringContaining('my_notes') });
    expect((await dump(pool))['users']).toHaveLength(40);
  });

  test('refuses to put tables in place that lack what the live ones have', async () => {
    await deliverAll();
    const before = await dump(pool);
    const [lost] = histories;
    ledger.streams.delete(lost?.stream ?? '');
    await expect(rebuild(relational, { pool, ...ledger.deps })).rejects.toMatchObject({ code: 'REBUILD_INCOMPLETE' });
    expect(await dump(pool)).toEqual(before);
  });
});

test('a changed mapping asks for a rebuild, until there has been one', async () => {
  expect(await needsRebuild(relational, pool)).toBe(false);
  await deliverAll();
  expect(await needsRebuild(relational, pool)).toBe(false);
  const changed = { ...relational, revision: relational.revision + 1 };
  expect(await needsRebuild(changed, pool)).toBe(true);
  await rebuild(changed, { pool, ...ledger.deps });
  expect(await needsRebuild(changed, pool)).toBe(false);
  expect(await needsRebuild(relational, pool)).toBe(true);
});

describe('a rebuild as of a moment', () => {
  test('shows what was known then: the same as if nothing had come after', async () => {
    await deliverAll();
    const moments = histories.flatMap(({ events }) => events.map(({ recordedAt }) => recordedAt)).toSorted();
    const moment = moments[Math.floor(moments.length / 2)] ?? '';
    await rebuildInto(relational, { pool, ...ledger.deps }, 'as_of', { asOf: { recordedUpTo: moment } });
    const then = new MemoryLedger();
    for (const { events } of histories) then.append(...events.filter(({ recordedAt }) => recordedAt <= moment));
    await rebuildInto(relational, { pool, ...then.deps }, 'expected');
    expect(await dump(pool, 'as_of')).toEqual(await dump(pool, 'expected'));
    expect((await dump(pool, 'as_of'))['kyc_decisions']).not.toEqual((await dump(pool))['kyc_decisions']);
  });

  test('shows each stream up to the version asked for, and no other stream', async () => {
    await deliverAll();
    const versions = new Map(histories.slice(0, 5).map(({ stream }, index) => [stream, index + 2]));
    await rebuildInto(relational, { pool, ...ledger.deps }, 'as_of', { asOf: { versions } });
    const expected = new MemoryLedger();
    for (const { stream, events } of histories.slice(0, 5)) expected.append(...events.slice(0, versions.get(stream)));
    await rebuildInto(relational, { pool, ...expected.deps }, 'expected');
    expect(await dump(pool, 'as_of')).toEqual(await dump(pool, 'expected'));
    expect((await dump(pool, 'as_of'))['users']).toHaveLength(5);
  });

  test('never touches the live tables, and goes when it is no longer wanted', async () => {
    await rebuildInto(relational, { pool, ...ledger.deps }, 'kyc_as_of');
    await dropCopy(relational, pool, 'kyc_as_of');
    expect(await schemas()).not.toContain('kyc_as_of');
    await expect(dropCopy(relational, pool, 'kyc')).rejects.toMatchObject({ code: 'FOREIGN_TABLES' });
    await expect(rebuildInto(relational, { pool, ...ledger.deps }, 'kyc')).rejects.toMatchObject({ code: 'FOREIGN_TABLES' });
  });
});
