import { sql, type CommonQueryMethods } from 'slonik';
import { z } from 'zod';

/** Every table of a schema as text, rows in the order of their text: two dumps are equal when the tables are. */
export async function dumpTables(pool: CommonQueryMethods, schema: string): Promise<Record<string, readonly string[]>> {
  const names = await pool.anyFirst(sql.type(z.object({ name: z.string() }))`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema} AND table_type = 'BASE TABLE' ORDER BY 1`);
  const dump: Record<string, readonly string[]> = {};
  for (const name of names) {
    dump[name] = await pool.anyFirst(sql.type(z.object({ row: z.string() }))`
      SELECT each::text AS row FROM ${sql.identifier([schema, name])} AS each ORDER BY 1`);
  }
  return dump;
}
