import { sql, type DatabasePool } from 'slonik';
import { beforeEach, describe, expect, test } from 'vitest';
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
  test('G-25: are what the tables hold after the same events, at any version', async () => {
    for (const [index, { events }] of histories.entries()) {
      const version = 1 + ((index * 7) % events.length);
      const stream = events[0]?.stream ?? '';
      await rebuildInto(relational, deps(), 'kyc_expected', { asOf: { versions: new Map([[stream, version]]) } });
      await pool.transaction(async (transaction) => {
        await transaction.query(sql.unsafe`DROP SCHEMA IF EXISTS kyc_folded CASCADE`);
        await createCopy(transaction, 'kyc', 'kyc_folded');
        const operations = rowsOf(relational, events.slice(0, version)).flatMap(({ table, rows }) => {
          const known = relationalTables.find(({ name }) => name === table);
          if (known === undefined) throw new Error(`there is no table ${table}`);
          return rows.map((row) => insert(known, row[known.key] as RowKey, row as Row<Columns>));
        });
        await writeRows(transaction, 'kyc_folded', relationalTables, operations);
      });
      const { projection_positions: _positions, ...expected } = await dump(pool, 'kyc_expected');
      const { projection_positions: _none, ...folded } = await dump(pool, 'kyc_folded');
      expect(folded).toEqual(expected);
    }
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
    const building = build(momentOf(0.9));
    while ((await pool.any(sql.unsafe`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'`)).length === 0) await Promise.resolve();
    expect(await dropAsOfSchemas(pool)).toBe(1);
    await building;
    expect(await listAsOf(pool)).toEqual([]);
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
