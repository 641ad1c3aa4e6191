import type { TableRows } from '../engine/rows.ts';

/** The columns of the relational tables that tell who somebody is, by table. schema/ says the same in its comments. */
export const personalColumns: ReadonlyMap<string, readonly string[]> = new Map([
  ['users', ['email', 'reg_no']],
  ['id_documents', ['expiry_date']],
  ['doc_scans', ['textract_json', 'parsed_name', 'parsed_dob', 'parsed_expiry']],
  ['reg_checks', ['raw_response_json']],
]);

/** The rows without the columns that are personal. */
export function withoutPersonalColumns({ table, rows }: TableRows): TableRows {
  const hidden = new Set(personalColumns.get(table));
  return { table, rows: rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.has(name)))) };
}
