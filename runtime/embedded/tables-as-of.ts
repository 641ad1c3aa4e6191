import { sql, type DatabasePool, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { TableMoment, TablesAsOf } from '../../api/deps.ts';
import type { VerifierKey } from '../../ledger/log/note-key.ts';
import type { LogSource } from '../../ledger/log/ports.ts';
import { buildAsOf, dropAsOf, listAsOf } from '../../projectors/engine/as-of-schemas.ts';
import type { ColumnType, Table } from '../../projectors/engine/tables.ts';
import type { AsOf, RebuildDeps } from '../../projectors/engine/rebuild.ts';
import { publishedVersionsAt } from '../../projectors/engine/versions-at.ts';
import { personalColumns } from '../../projectors/relational/personal-columns.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { relationalTables } from '../../projectors/relational/tables.ts';
import { tableIn } from '../../projectors/sql.ts';

export const ANALYST_ROLE = 'kyc_analyst';
const Row = z.object({ key: z.string(), values: z.array(z.unknown()) });
const PAGE = 2_000;
/** Nothing can be recorded under a time so long ago any more. */
const SETTLED_MS = 60_000;

export interface TablesAsOfDeps extends RebuildDeps {
  /** The transparency log, which has the one global order, and the key of its checkpoints. */
  readonly log: { readonly tiles: LogSource; readonly key: VerifierKey };
}

/** Whole tables as of a moment, built for the question; asked again within a day the same copy answers. */
export function tablesAsOf(deps: TablesAsOfDeps, clock: () => Date): TablesAsOf {
  const { pool } = deps;
  let building: Promise<unknown> = Promise.resolve();
  return {
    async read(table, moment) {
      const known = relationalTables.find(({ name }) => name === table);
      if (known === undefined) return { kind: 'no_such_table' };
      const hidden = new Set(personalColumns.get(table));
      const columns = Object.keys(known.columns).filter((name) => !hidden.has(name));
      const now = clock();
      const plan = await planOf(deps.log, moment, now);
      if (plan.kind === 'index_too_large') return plan;
      // One at a time: each goes through the whole ledger.
      const built = building.then(() => findOrBuild(deps, plan, now));
      building = built.catch(() => undefined);
      const schema = await built;
      return { kind: 'rows', columns, rows: readRows(pool, schema, known, columns, plan.settled) };
    },
  };
}

interface Plan {
  readonly kind: 'plan';
  readonly asOf: AsOf;
  /** What the moment is called. */
  readonly name: string;
  /** Asked again it will be the same: nothing can be recorded under it any more. */
  readonly settled: boolean;
}

async function planOf({ tiles, key }: TablesAsOfDeps['log'], moment: TableMoment, now: Date): Promise<Plan | { readonly kind: 'index_too_large'; readonly size: number }> {
  if ('time' in moment) {
    return { kind: 'plan', asOf: { recordedUpTo: moment.time }, name: moment.time, settled: Date.parse(moment.time) < now.getTime() - SETTLED_MS };
  }
  const reached = await publishedVersionsAt(tiles, key, moment.index);
  if (reached.kind === 'too_large') return { kind: 'index_too_large', size: reached.size };
  return { kind: 'plan', asOf: { versions: reached.versions }, name: `index ${moment.index}`, settled: true };
}

async function findOrBuild(deps: RebuildDeps, { asOf, name, settled }: Plan, now: Date): Promise<string> {
  const found = settled ? (await listAsOf(deps.pool)).find(({ moment }) => moment === name) : undefined;
  return found?.schema ?? (await buildAsOf(relational, deps, asOf, { moment: name, now, reader: ANALYST_ROLE })).schema;
}

async function* readRows(pool: DatabasePool, schema: string, table: Table, columns: readonly string[], keep: boolean): AsyncGenerator<readonly unknown[]> {
  const values = sql.join(columns.map((name) => asJson(sql.identifier([name]), table.columns[name])), sql.fragment`, `);
  try {
    for (let after = '-1'; ; ) {
      const rows = await pool.any(sql.type(Row)`
        SELECT id::text AS key, json_build_array(${values}) AS values FROM ${tableIn(schema, table.name)} AS old
        WHERE old.id > ${after}::bigint ORDER BY old.id LIMIT ${PAGE}`);
      for (const row of rows) yield row.values;
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) return;
      after = last.key;
    }
  } finally {
    if (!keep) await dropAsOf(pool, schema);
  }
}

/** Ids as text, for they exceed what JSON's numbers hold for certain; times in RFC 3339. */
function asJson(column: FragmentSqlToken | ReturnType<typeof sql.identifier>, type: ColumnType | undefined) {
  if (type === 'int8') return sql.fragment`${column}::text`;
  if (type === 'timestamptz') return sql.fragment`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return sql.fragment`${column}`;
}
