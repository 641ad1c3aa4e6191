import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import type { TablesAsOf } from '../../api/deps.ts';
import { buildAsOf, dropAsOf, listAsOf } from '../../projectors/engine/as-of-schemas.ts';
import type { RebuildDeps } from '../../projectors/engine/rebuild.ts';
import { personalColumns } from '../../projectors/relational/personal-columns.ts';
import { relational } from '../../projectors/relational/projection.ts';
import { relationalTables } from '../../projectors/relational/tables.ts';
import { tableIn } from '../../projectors/sql.ts';

export const ANALYST_ROLE = 'kyc_analyst';
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
      return { columns, rows: readRows(pool, schema, table, columns, keep) };
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

async function* readRows(pool: DatabasePool, schema: string, table: string, columns: readonly string[], keep: boolean): AsyncGenerator<readonly (string | null)[]> {
  const Row = z.record(z.string(), z.string().nullable());
  const selected = sql.join(columns.map((name) => sql.fragment`${sql.identifier([name])}::text AS ${sql.identifier([name])}`), sql.fragment`, `);
  try {
    for (let after = '-1'; ; ) {
      const rows = await pool.any(sql.type(Row)`
        SELECT ${selected} FROM ${tableIn(schema, table)} AS old WHERE old.id > ${after}::bigint ORDER BY old.id LIMIT ${PAGE}`);
      for (const row of rows) yield columns.map((name) => row[name] ?? null);
      const last = rows.at(-1)?.['id'];
      if (rows.length < PAGE || last === undefined || last === null) return;
      after = last;
    }
  } finally {
    if (!keep) await dropAsOf(pool, schema);
  }
}
