import { sql, type DatabasePool } from 'slonik';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TableMoment } from '../../api/deps.ts';
import { verifierKey } from '../../ledger/log/note-key.ts';
import { openSequencer } from '../../ledger/log/sequencer.ts';
import { buildAsOf, dropAsOf, dropAsOfSchemas, listAsOf } from '../../projectors/engine/as-of-schemas.ts';
import { createProjector } from '../../projectors/engine/projector.ts';
import { rebuildInto } from '../../projectors/engine/rebuild.ts';
import { rowsOf } from '../../projectors/engine/rows.ts';
import { insert, writeRows, type Columns, type Row, type RowKey } from '../../projectors/engine/tables.ts';
import { versionsAt } from '../../projectors/engine/versions-at.ts';
import { createCopy } from '../../projectors/migrate.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { relationalTables } from '../../projectors/relational/tables.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { tablesAsOf } from '../../runtime/embedded/tables-as-of.ts';
import { makeSigner } from '../log/fixtures.ts';
import { memoryTiles } from '../support/memory/tiles.ts';
import { useDatabases, type Database } from './support/database.ts';
import { dump } from './support/dump.ts';
import { makeHistories, type History } from './support/histories.ts';
import { MemoryLedger } from './support/memory-ledger.ts';

const databases = useDatabases();
const now = new Date('2026-11-22T12:00:00.000Z');

let database: Database;
let pool: DatabasePool;
let ledger: MemoryLedger;
let histories: History[];

beforeEach(async () => {
  database = await databases.fresh();
  pool = database.pool;
  ledger = new MemoryLedger();
  histories = makeHistories(47, 30, 15);
  for (const { events } of histories) ledger.append(...events);
});

const deps = () => ({ pool, ...ledger.deps });
const build = (moment: string) => buildAsOf(relational, deps(), { recordedUpTo: moment }, { moment, now, reader: 'kyc_analyst' });
const momentOf = (share: number): string => {
  const times = histories.flatMap(({ events }) => events.map(({ recordedAt }) => recordedAt)).toSorted();
  return times[Math.floor(times.length * share)] ?? '';
};

describe('the rows of one stream, made in memory', () => {
  test.each([1, 5, 7, 11])('G-25: are what the tables hold after the same events, at any version (step %i)', async (step) => {
    const known = histories.map(({ events }, index) => events.slice(0, 1 + ((index * step) % events.length)));
    const versions = new Map(known.map((events) => [events[0]?.stream ?? '', events.length]));
    await rebuildInto(relational, deps(), 'kyc_expected', { asOf: { versions } });
    await pool.transaction(async (transaction) => {
      await createCopy(transaction, 'kyc', 'kyc_folded');
      const rows = known.flatMap((events) => rowsOf(relational, events).flatMap(({ table, rows: made }) => made.map((row) => ({ table, row }))));
      const operations = relationalTables.flatMap((table) => rows.filter((each) => each.table === table.name).map(({ row }) => insert(table, row[table.key] as RowKey, row as Row<Columns>)));
      await writeRows(transaction, 'kyc_folded', relationalTables, operations);
    });
    const { projection_positions: _positions, ...expected } = await dump(pool, 'kyc_expected');
    const { projection_positions: _none, ...folded } = await dump(pool, 'kyc_folded');
    expect(folded).toEqual(expected);
  });
});

describe('tables as of a moment', () => {
  test('G-25: are what a rebuild to that moment makes, in a schema that the analyst may read', async () => {
    const moment = momentOf(0.5);
    const built = await build(moment);
    await rebuildInto(relational, deps(), 'kyc_expected', { asOf: { recordedUpTo: moment } });
    expect(await dump(pool, built.schema)).toEqual(await dump(pool, 'kyc_expected'));
    const analyst = await openDatabase(database.analystUrl);
    try {
      expect((await analyst.any(sql.unsafe`SELECT * FROM ${sql.identifier([built.schema, 'users'])}`)).length).toBeGreaterThan(0);
    } finally {
      await analyst.end();
    }
  });

  test('are listed with their moment, and dropped by name or age', async () => {
    const [early, late] = [await build(momentOf(0.2)), await build(momentOf(0.9))];
    expect((await listAsOf(pool)).map(({ schema, moment }) => ({ schema, moment }))).toEqual(
      expect.arrayContaining([{ schema: early.schema, moment: momentOf(0.2) }, { schema: late.schema, moment: momentOf(0.9) }]),
    );
    expect(await dropAsOf(pool, early.schema)).toBe(true);
    expect(await dropAsOf(pool, early.schema)).toBe(false);
    expect(await dropAsOfSchemas(pool, now)).toBe(0);
    expect(await dropAsOfSchemas(pool, new Date(now.getTime() + 1))).toBe(1);
    expect(await listAsOf(pool)).toEqual([]);
  });

  test('never drops a schema that is something else', async () => {
    await createProjector(relational, deps()).catchUpAll('1970-01-01T00:00:00.000Z');
    expect(await dropAsOf(pool, 'kyc')).toBe(false);
    expect(await dropAsOfSchemas(pool)).toBe(0);
    expect(Object.values(await dump(pool)).flat().length).toBeGreaterThan(0);
  });

  test('of which building was cut off are cleared away with the others', async () => {
    await pool.query(sql.unsafe`CREATE SCHEMA kyc_as_of_0000`);
    expect(await listAsOf(pool)).toEqual([]);
    expect(await dropAsOfSchemas(pool, new Date(0))).toBe(1);
  });

  test('an erasure waits for one that is being built, and then finds it', async () => {
    const [asked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { since } = ledger.deps.store;
    const slow = {
      ...deps(),
      store: {
        async *since(from: string) {
          asked.resolve();
          await goOn.promise;
          yield* since(from);
        },
      },
    };
    const building = buildAsOf(relational, slow, { recordedUpTo: momentOf(0.9) }, { moment: momentOf(0.9), now, reader: 'kyc_analyst' });
    await asked.promise;
    const settled = vi.fn<(count: number) => void>();
    const dropping = (async () => settled(await dropAsOfSchemas(pool)))();
    await vi.waitUntil(async () => (await pool.any(sql.unsafe`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length === 1);
    expect(settled).not.toHaveBeenCalled();
    goOn.resolve();
    await dropping;
    expect(settled).toHaveBeenCalledExactlyOnceWith(1);
    await building;
    expect(await listAsOf(pool)).toEqual([]);
  });
});

describe('a whole table, asked for over HTTP', () => {
  const signer = makeSigner();
  const read = async (table: string, moment: TableMoment): Promise<readonly (readonly unknown[])[] | string> => {
    const key = verifierKey('ledger.example/log', await signer.publicKey());
    const answer = await tablesAsOf({ ...deps(), log: { tiles, key } }, () => now).read(table, moment);
    if (answer.kind !== 'rows') return answer.kind;
    const rows = [];
    for await (const row of answer.rows) rows.push(row);
    return rows;
  };
  const tiles = memoryTiles();

  test('is the same by its time and by its place in the global order, and leaves only what will be asked for again', async () => {
    const sequencer = await openSequencer({ tiles, store: { load: async () => [], since: ledger.deps.store.since }, signer, origin: 'ledger.example/log', clock: () => now });
    const { size } = await sequencer.catchUp({ whole: true });
    await sequencer.close();
    const everything = await read('kyc_decisions', { index: size });
    expect(everything.length).toBeGreaterThan(5);
    // Not over for a minute yet: it is built for this answer alone.
    expect(await read('kyc_decisions', { time: now.toISOString() })).toEqual(everything);
    expect((await listAsOf(pool)).map(({ moment }) => moment)).toEqual([`index ${size}`]);
    expect(await Promise.all([read('users', { index: 0 }), read('users', { index: 1 }), read('users', { index: size + 1 }), read('nothing', { index: 1 })]))
      .toEqual([[], [expect.any(Array)], 'index_too_large', 'no_such_table']);
  });
});

describe('a place in the global order', () => {
  test('says how far each stream had come after so many events', async () => {
    const recorded = [];
    for await (const batch of ledger.deps.store.since('1970-01-01T00:00:00.000Z')) recorded.push(...batch);
    const tiles = memoryTiles();
    const store = { load: async () => [], since: ledger.deps.store.since };
    const sequencer = await openSequencer({ tiles, store, signer: makeSigner(), origin: 'ledger.example/log', clock: () => now });
    const { size } = await sequencer.catchUp({ whole: true });
    expect(size).toBe(recorded.length);
    expect(size).toBeGreaterThan(256);
    for (const index of [0, 1, 255, 256, 257, size - 1, size]) {
      const versions = await versionsAt(tiles, size, index);
      expect([...versions.values()].reduce((sum, version) => sum + version, 0)).toBe(index);
      for (const [stream, version] of versions) {
        expect(sequencer.indexOf(stream, version)).toBeLessThan(index);
        expect(sequencer.indexOf(stream, version + 1) ?? Infinity).toBeGreaterThanOrEqual(index);
      }
    }
    await expect(versionsAt(tiles, size, size + 1)).rejects.toMatchObject({ code: 'EVENT_MISSING' });
    await sequencer.close();
  });
});
