import type { LedgerEvent } from '../events/read.ts';
import { formatCsv, type Cell } from '../ledger/export/csv.ts';
import { accessLog, accessLogTable } from '../projectors/access-log/projection.ts';
import { rowsOf } from '../projectors/engine/rows.ts';
import type { Table } from '../projectors/engine/tables.ts';
import { personalColumns } from '../projectors/relational/personal-columns.ts';
import { relational } from '../projectors/relational/projection.ts';
import { relationalTables } from '../projectors/relational/tables.ts';

/** The rows that the read models make of exported streams, collected stream by stream. */
export class ExportTables {
  readonly #personal: boolean;
  readonly #rows = new Map<string, Cell[][]>();

  constructor(personal: boolean) {
    this.#personal = personal;
  }

  addApplicant(events: readonly LedgerEvent[]): void {
    const made = new Map(rowsOf(relational, events).map(({ table, rows }) => [table, rows]));
    for (const table of relationalTables) this.#add(table, made.get(table.name) ?? []);
  }

  addAccesses(events: readonly LedgerEvent[]): void {
    for (const { rows } of rowsOf(accessLog, events)) this.#add(accessLogTable, rows);
  }

  /** Each table that has rows, as CSV by file name. Without personal data the personal columns are not there at all. */
  files(): ReadonlyMap<string, string> {
    const tables = [...relationalTables, accessLogTable].filter(({ name }) => this.#rows.has(name));
    return new Map(tables.map((table) => [`${table.name}.csv`, formatCsv(this.#columns(table), this.#rows.get(table.name) ?? [])]));
  }

  #columns(table: Table): string[] {
    const hidden = new Set(this.#personal ? [] : personalColumns.get(table.name));
    return Object.keys(table.columns).filter((name) => !hidden.has(name));
  }

  #add(table: Table, rows: readonly Readonly<Record<string, unknown>>[]): void {
    if (rows.length === 0) return;
    const kept = this.#rows.get(table.name) ?? [];
    this.#rows.set(table.name, kept);
    const columns = this.#columns(table);
    for (const row of rows) kept.push(columns.map((name) => cell(table.columns[name], row[name])));
  }
}

/** As PostgreSQL writes the column into CSV: arrays in braces, JSON as text. */
function cell(type: string | undefined, value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (type === 'text[]' && Array.isArray(value)) return `{${value.map((each) => JSON.stringify(each)).join()}}`;
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? value : String(value);
}
