import type { LedgerEvent } from '../../events/read.ts';
import type { TableProjection } from './projection.ts';
import type { RowKey, RowOperation } from './tables.ts';

/** A table's rows by the names of their columns, in the order in which they were made. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The rows that a read model has of one stream after these events (from version 1 on): the same that the tables held
 * then, made in memory by the same projection. Tables without a row are left out.
 */
export function rowsOf<State>(projection: TableProjection<State, RowOperation>, events: readonly LedgerEvent[]): readonly TableRows[] {
  const operations: RowOperation[] = [];
  let state = projection.initial();
  for (const event of events) state = projection.project(state, event, operations);
  const tables = new Map<string, Map<RowKey, Record<string, unknown>>>();
  for (const operation of operations) {
    const rows = tables.get(operation.table.name) ?? new Map<RowKey, Record<string, unknown>>();
    tables.set(operation.table.name, rows);
    if (operation.kind === 'insert') rows.set(operation.key, { ...operation.row });
    else rows.set(operation.key, { ...rows.get(operation.key), ...operation.set });
  }
  return Array.from(tables, ([table, rows]) => ({ table, rows: [...rows.values()] }));
}
