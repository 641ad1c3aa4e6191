import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import type { LedgerEvent } from '../events/read.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import { rebuild, rebuildInto } from '../projectors/engine/rebuild.ts';
import type { Columns, Table } from '../projectors/engine/tables.ts';
import { createCopy, migrate } from '../projectors/migrate.ts';
import { relational } from '../projectors/relational/projection.ts';
import { relationalTables } from '../projectors/relational/tables.ts';
import { openDatabase, tableIn } from '../projectors/sql.ts';
import { startPostgres } from '../runtime/embedded/postgres.ts';
import { makeHistory } from '../tests/projectors/support/histories.ts';
import { recordedOf } from '../tests/projectors/support/memory-ledger.ts';

/**
 * How fast the relational tables are rebuilt, as a ratio to a bare bulk insert (unnest, 2,000 rows a statement) of the
 * very same rows into the very same tables, indexes and constraints included. Events are made as they are read, so that
 * memory shows the rebuild's own; the time that making them takes is measured apart and taken off.
 */
const EVENTS = Number(process.argv[2] ?? 100_000);
const ROUNDS = 3;

interface Measured {
  readonly seconds: number;
  readonly peakMb: number;
  /** Heap after collection at each tenth of the way, in MB. */
  readonly heapMb: readonly number[];
}

setFlagsFromString('--expose-gc');

const folder = await mkdtemp(path.join(os.tmpdir(), 'kyc-bench-'));
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const server = await startPostgres({ dataFolder: folder, log: silent });
const pool = await openDatabase(server.url, { statementTimeout: 600_000 });
try {
  await migrate(pool);
  const applicants = countApplicants(EVENTS);
  const making = await timed(async () => {
    for await (const batch of generate(applicants)) void batch.length;
  });
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const source = ledgerOf(applicants);
    const events = source.total;
    const built = await measured(source, () => rebuildInto(relational, { pool, ...source.deps }, 'bench_rebuilt'));
    const rows = await readRows(pool, 'bench_rebuilt');
    const bare = await timed(() => bulkInsert(pool, rows));
    await checkSame(pool);
    const own = built.seconds - making;
    const ratio = bare / own;
    ratios.push(ratio);
    const count = rows.reduce((sum, each) => sum + each.rows.length, 0);
    console.log(`round ${round}: ${events} events, ${count} rows`);
    console.log(`  rebuild      ${own.toFixed(2)} s  ${Math.round(events / own)} events/s  ${Math.round(count / own)} rows/s`);
    console.log(`  bare insert  ${bare.toFixed(2)} s  ${Math.round(count / bare)} rows/s`);
    console.log(`  ratio        ${ratio.toFixed(2)}  (target 0.50)`);
    console.log(`  memory       peak ${built.peakMb} MB resident; heap at each tenth ${built.heapMb.join(' ')} MB`);
  }
  const last = ledgerOf(applicants);
  const swapped = await timed(() => rebuild(relational, { pool, ...last.deps }));
  console.log(`blue/green with swap, in all: ${(swapped - making).toFixed(2)} s`);
  console.log(`median ratio ${ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]?.toFixed(2)}`);
} finally {
  await pool.end();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function countApplicants(events: number): number {
  let count = 0;
  for (let made = 0; made < events; count += 1) made += makeHistory(99, count + 1, 0).events.length;
  return count;
}

/** Batches as the store gives them: about in the order of recording, the applicants of a while mixed with one another. */
async function* generate(applicants: number): AsyncGenerator<LedgerEvent[]> {
  const TOGETHER = 100;
  for (let from = 0; from < applicants; from += TOGETHER) {
    const histories = Array.from({ length: Math.min(TOGETHER, applicants - from) }, (_, index) => makeHistory(99, from + index + 1, 0).events);
    const mixed: LedgerEvent[] = [];
    for (let at = 0; mixed.length < histories.reduce((sum, each) => sum + each.length, 0); at += 1) {
      for (const history of histories) {
        const event = history[at];
        if (event !== undefined) mixed.push(event);
      }
    }
    for (let at = 0; at < mixed.length; at += 500) yield mixed.slice(at, at + 500);
  }
}

function key({ stream, version }: { readonly stream: string; readonly version: number }): string {
  return `${stream}:${version}`;
}

/** A ledger that makes its events as they are read, and keeps only those that have not been opened yet. */
function ledgerOf(applicants: number) {
  const pending = new Map<string, LedgerEvent>();
  const source = {
    total: 0,
    onBatch: (_events: number) => undefined as void,
    deps: {
      ledger: {
        load: async () => {
          throw new Error('there are no gaps here');
        },
        open: async (events: readonly RecordedEvent[]) =>
          events.flatMap((event) => {
            const opened = pending.get(key(event));
            pending.delete(key(event));
            return opened === undefined ? [] : [opened];
          }),
      },
      store: {
        since: async function* () {
          let given = 0;
          for await (const batch of generate(applicants)) {
            for (const event of batch) pending.set(key(event), event);
            given += batch.length;
            yield batch.map(recordedOf);
            source.onBatch(given);
          }
        },
      },
    },
  };
  for (let number = 1; number <= applicants; number += 1) source.total += makeHistory(99, number, 0).events.length;
  return source;
}

async function measured(source: ReturnType<typeof ledgerOf>, work: () => Promise<unknown>): Promise<Measured> {
  const heapMb: number[] = [];
  let peak = 0;
  let pause = 0;
  source.onBatch = (given) => {
    peak = Math.max(peak, process.memoryUsage().rss);
    if (given < (source.total / 10) * (heapMb.length + 1)) return;
    const began = performance.now();
    runInNewContext('gc()');
    heapMb.push(Math.round(process.memoryUsage().heapUsed / 1e6));
    pause += performance.now() - began;
  };
  const seconds = await timed(work);
  return { seconds: seconds - pause / 1_000, peakMb: Math.round(peak / 1e6), heapMb };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

interface TableRows {
  readonly table: Table;
  readonly rows: readonly (readonly string[])[];
}

async function readRows(database: DatabasePool, schema: string): Promise<TableRows[]> {
  const Row = z.record(z.string(), z.unknown());
  return Promise.all(relationalTables.map(async (table) => {
    const columns = Object.keys(table.columns).map((name) => sql.fragment`${sql.identifier([name])}::text`);
    const rows = await database.any(sql.type(Row)`SELECT ${sql.join(columns, sql.fragment`, `)} FROM ${tableIn(schema, table.name)} ORDER BY id`);
    return { table, rows: rows.map((row) => Object.values(row) as string[]) };
  }));
}

async function bulkInsert(database: DatabasePool, tables: readonly TableRows[]): Promise<void> {
  await database.query(sql.unsafe`DROP SCHEMA IF EXISTS bench_bare CASCADE`);
  await database.transaction((transaction) => createCopy(transaction, 'kyc', 'bench_bare'));
  for (const { table, rows } of tables) {
    const names = Object.keys(table.columns);
    const list = sql.join(names.map((name) => sql.identifier([name])), sql.fragment`, `);
    for (let from = 0; from < rows.length; from += 2_000) {
      await database.query(sql.unsafe`
        INSERT INTO ${tableIn('bench_bare', table.name)} (${list})
        SELECT ${sql.join(names.map((name) => asType(table.columns, name)), sql.fragment`, `)}
        FROM ${sql.unnest(rows.slice(from, from + 2_000), names.map(() => 'text'))} AS new (${list})`);
    }
  }
}

function asType(columns: Columns, name: string) {
  const type = columns[name] ?? 'text';
  const value = sql.identifier([name]);
  if (type.startsWith('enum:')) return sql.fragment`${value}::${sql.identifier(['bench_bare', type.slice('enum:'.length)])}`;
  if (type === 'text[]') return sql.fragment`${value}::text[]`;
  return sql.fragment`${value}::${sql.identifier([type])}`;
}

async function checkSame(database: DatabasePool): Promise<void> {
  for (const { name } of relationalTables) {
    const differing = await database.oneFirst(sql.type(z.object({ n: z.bigint() }))`
      SELECT count(*) AS n FROM (
        (SELECT t::text FROM ${tableIn('bench_rebuilt', name)} AS t EXCEPT SELECT t::text FROM ${tableIn('bench_bare', name)} AS t)
      ) AS differing`);
    if (differing !== 0n) throw new Error(`${name} is not the same in both`);
  }
}
