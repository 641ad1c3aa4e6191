import { sql, type CommonQueryMethods, type FragmentSqlToken } from 'slonik';
import { tableIn } from '../sql.ts';

/** How a column's values are handed over. `text[]` and JSON travel as text; an enum names its type in the table's schema. */
export type ColumnType = 'int8' | 'int4' | 'numeric' | 'bool' | 'text' | 'uuid' | 'date' | 'timestamptz' | 'jsonb' | 'text[]' | `enum:${string}`;

interface ValueOf {
  int8: bigint;
  int4: number;
  numeric: number;
  bool: boolean;
  text: string;
  uuid: string;
  date: string;
  timestamptz: string;
  jsonb: object;
  'text[]': readonly string[];
}

type Value<T extends ColumnType> = (T extends keyof ValueOf ? ValueOf[T] : string) | null;
type AnyValue = Value<ColumnType>;
export type Columns = Readonly<Record<string, ColumnType>>;
export type Row<C extends Columns> = { readonly [K in keyof C]: Value<C[K]> };
type AnyRow = Readonly<Record<string, AnyValue | undefined>>;

/** A table as the writer knows it; its first column is the key, a column of its own for each row. */
export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly key: string;
  readonly columns: C;
}

export function defineTable<const Key extends string, const C extends Columns>(name: string, key: Key, columns: C): Table<C> {
  return { name, key, columns };
}

export type RowKey = bigint | string;

export type RowOperation =
  | { readonly kind: 'insert'; readonly table: Table; readonly key: RowKey; readonly row: AnyRow }
  | { readonly kind: 'update'; readonly table: Table; readonly key: RowKey; readonly set: AnyRow };

export function insert<C extends Columns>(table: Table<C>, key: RowKey, row: Row<C>): RowOperation {
  return { kind: 'insert', table, key, row };
}

export function update<C extends Columns>(table: Table<C>, key: RowKey, set: Partial<Row<C>>): RowOperation {
  return { kind: 'update', table, key, set };
}

interface Pending {
  readonly inserts: Map<RowKey, AnyRow>;
  readonly updates: Map<RowKey, AnyRow>;
}

const MAX_ROWS = 2_000;

/**
 * Writes the operations of a batch as few statements: first they are folded in memory, so that each row is touched
 * once; then `tables`, referenced ones first, are written by unnest. Updates go before inserts, because a value
 * that has just been given up (the e-mail address of an erased applicant) may be taken by a new row.
 */
export async function writeRows(connection: CommonQueryMethods, schema: string, tables: readonly Table[], operations: readonly RowOperation[]): Promise<void> {
  const folded = fold(operations);
  for (const table of tables) {
    const updates = folded.get(table)?.updates;
    if (updates === undefined) continue;
    for (const group of groupByColumns(updates)) await writeUpdates(connection, schema, table, group);
  }
  for (const table of tables) {
    const rows = [...(folded.get(table)?.inserts.values() ?? [])];
    for (let from = 0; from < rows.length; from += MAX_ROWS) await writeInserts(connection, schema, table, rows.slice(from, from + MAX_ROWS));
  }
}

function fold(operations: readonly RowOperation[]): Map<Table, Pending> {
  const folded = new Map<Table, Pending>();
  for (const operation of operations) {
    let pending = folded.get(operation.table);
    if (pending === undefined) {
      pending = { inserts: new Map(), updates: new Map() };
      folded.set(operation.table, pending);
    }
    const { inserts, updates } = pending;
    if (operation.kind === 'insert') {
      inserts.set(operation.key, operation.row);
      continue;
    }
    const target = inserts.has(operation.key) ? inserts : updates;
    target.set(operation.key, { ...target.get(operation.key), ...operation.set });
  }
  return folded;
}

type UpdateGroup = { readonly columns: readonly string[]; readonly rows: [RowKey, AnyRow][] };

function groupByColumns(updates: ReadonlyMap<RowKey, AnyRow>): Iterable<UpdateGroup> {
  const groups = new Map<string, UpdateGroup>();
  for (const [key, set] of updates) {
    const columns = Object.keys(set).toSorted();
    const name = columns.join();
    const group = groups.get(name) ?? { columns, rows: [] };
    group.rows.push([key, set]);
    groups.set(name, group);
  }
  return groups.values();
}

async function writeInserts(connection: CommonQueryMethods, schema: string, table: Table, rows: readonly AnyRow[]): Promise<void> {
  const names = Object.keys(table.columns);
  const types = Object.values(table.columns);
  const tuples = rows.map((row) => names.map((name, index) => encode(types[index], row[name] ?? null)));
  await connection.query(sql.unsafe`
    INSERT INTO ${tableIn(schema, table.name)} (${list(names)})
    SELECT ${casts(schema, names, types)} FROM ${sql.unnest(tuples, types.map(carrier))} AS new (${list(names)})`);
}

async function writeUpdates(connection: CommonQueryMethods, schema: string, table: Table, { columns, rows }: UpdateGroup): Promise<void> {
  const names = [table.key, ...columns];
  const types = names.map((name) => table.columns[name]);
  const tuples = rows.map(([key, set]) => [key, ...columns.map((name) => encode(table.columns[name], set[name] ?? null))]);
  const assignments = columns.map(
    (name) => sql.fragment`${sql.identifier([name])} = ${cast(schema, sql.fragment`new.${sql.identifier([name])}`, table.columns[name])}`,
  );
  await connection.query(sql.unsafe`
    UPDATE ${tableIn(schema, table.name)} AS old SET ${sql.join(assignments, sql.fragment`, `)}
    FROM ${sql.unnest(tuples, types.map(carrier))} AS new (${list(names)})
    WHERE old.${sql.identifier([table.key])} = new.${sql.identifier([table.key])}`);
}

function list(names: readonly string[]) {
  return sql.join(names.map((name) => sql.identifier([name])), sql.fragment`, `);
}

function casts(schema: string, names: readonly string[], types: readonly ColumnType[]) {
  return sql.join(names.map((name, index) => cast(schema, sql.fragment`${sql.identifier([name])}`, types[index])), sql.fragment`, `);
}

function cast(schema: string, value: FragmentSqlToken, type: ColumnType | undefined): FragmentSqlToken {
  if (type === 'jsonb') return sql.fragment`${value}::jsonb`;
  if (type === 'text[]') return sql.fragment`${value}::text[]`;
  if (type?.startsWith('enum:') === true) return sql.fragment`${value}::${sql.identifier([schema, type.slice('enum:'.length)])}`;
  return value;
}

/** The type under which unnest carries a column: a list of lists would be flattened, so arrays go as their text. */
function carrier(type: ColumnType | undefined): string {
  if (type === undefined || type === 'jsonb' || type === 'text[]' || type.startsWith('enum:')) return 'text';
  return type;
}

function encode(type: ColumnType | undefined, value: AnyValue): bigint | number | boolean | string | null {
  if (value === null || typeof value !== 'object') return value;
  if (type === 'text[]' && Array.isArray(value)) return `{${value.map(quoteElement).join()}}`;
  return JSON.stringify(value);
}

function quoteElement(element: string): string {
  return `"${element.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
