import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import { relationalTables } from '../../../projectors/relational/tables.ts';

/** Every row of every relational table and the positions, as the server writes them, in the order of their keys. */
export async function dump(pool: DatabasePool, schema = 'kyc'): Promise<Record<string, readonly string[]>> {
  const tables = [...relationalTables.map(({ name }) => name), 'projection_positions'];
  const dumped = await Promise.all(
    tables.map(async (table) => {
      const rows = await pool.anyFirst(sql.type(z.object({ row: z.string() }))`
        SELECT t::text AS row FROM ${sql.identifier([schema, table])} AS t ORDER BY t::text`);
      return [table, rows] as const;
    }),
  );
  return Object.fromEntries(dumped);
}
