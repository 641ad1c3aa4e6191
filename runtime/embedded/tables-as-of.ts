import { sql, type DatabasePool, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { TablesAsOf } from '../../api/deps.ts';
import { buildAsOf, dropAsOf, listAsOf } from '../../projectors/engine/as-of-schemas.ts';
import type { ColumnType, Table } from '../../projectors/engine/tables.ts';
import type { RebuildDeps } from '../../projectors/engine/rebuild.ts';
import { personalColumns } from '../../projectors/relational/personal-columns.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { relationalTables } from '../../projectors/relational/tables.ts';
import { tableIn } from '../../projectors/sql.ts';

export const ANALYST_ROLE = 'kyc_analyst';
const Row = z.object({ key: z.string(), values: z.array(z.unknown()) });
const PAGE = 2_000;
/** A moment so long ago that nothing can be recorded under it any more may be asked for again without building anew. */
const SETTLED_MS = 60_000;

/** Whole tables as of a time, built for the question; asked again within a day the same copy answers. */
export function tablesAsOf(deps: RebuildDeps, clock: () => Date): TablesAsOf {
  const { pool } = deps;
  let building: Promise<unknown> = Promise.resolve();
  return {
    async read(table, time) {
      const known = relationalTables.find(({ name }) => name === table);
      if (known === undefined) return null;
      const hidden = new Set(personalColumns.get(table));
      const columns = Object.keys(known.columns).filter((name) => !hidden.has(name));
      // One at a time: each goes through the whole ledger.
      const built = building.then(() => findOrBuild(deps, time, clock()));
      building = built.catch(() => undefined);
      const { schema, keep } = await built;
      return { columns, rows: readRows(pool, schema, known, columns, keep) };
    },
  };
}

async function findOrBuild(deps: RebuildDeps, time: string, now: Date): Promise<{ readonly schema: string; readonly keep: boolean }> {
  const settled = Date.parse(time) < now.getTime() - SETTLED_MS;
  const found = settled ? (await listAsOf(deps.pool)).find(({ moment }) => moment === time) : undefined;
  if (found !== undefined) return { schema: found.schema, keep: true };
  const { schema } = await buildAsOf(relational, deps, { recordedUpTo: time }, { moment: time, now, reader: ANALYST_ROLE });
  return { schema, keep: settled };
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
