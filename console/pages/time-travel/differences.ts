import type { GetAnswer } from '../../data/client.ts';

export type AsOf = GetAnswer<'/applicants/{id}/as-of'>;

/** One value before and after a step; null where there was none. */
export interface Difference {
  readonly where: string;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A value as a cell shows it. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(cellText).join(', ');
  if (typeof value !== 'object') return String(value);
  const inner = Object.values(value);
  return inner.every((each) => typeof each !== 'object') ? inner.filter((each) => each !== '').join(', ') : JSON.stringify(value);
}

/** What one step changed in the state, the evidence and the tables. `before` is null for the first event. */
export function differencesOf(before: AsOf | null, after: AsOf): Difference[] {
  return [
    ...changesOf('State', stateOf(before), stateOf(after)),
    ...after.evidence.filter(({ version }) => before?.evidence.every((each) => each.version !== version) ?? true)
      .map(({ version, mediaType, bytes }) => ({ where: 'Evidence', field: `from version ${version}`, before: null, after: `${mediaType}, ${bytes.toLocaleString('en-GB')} bytes, sealed` })),
    ...after.tables.flatMap(({ table, rows }) => {
      const earlier = before?.tables.find((each) => each.table === table)?.rows ?? [];
      return rows.flatMap((row) => {
        const known = earlier.find((each) => each['id'] === row['id']);
        return changesOf(known === undefined ? `New row in ${table}` : `Row in ${table}`, known ?? {}, row);
      });
    }),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

/** The state as flat fields; the version is the step itself. */
function stateOf(record: AsOf | null): Fields {
  if (record === null) return {};
  const flat: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record.status ?? {})) {
    if (['version', 'view', 'id'].includes(name)) continue;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) for (const [inner, each] of Object.entries(value)) flat[`${name} ${inner}`] = each;
    else if (value !== null) flat[name] = value;
  }
  return flat;
}

function changesOf(where: string, before: Fields, after: Fields): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((field) => {
    const [was, is] = [before[field], after[field]];
    if (JSON.stringify(was ?? null) === JSON.stringify(is ?? null)) return [];
    return [{ where, field, before: was === undefined || was === null ? null : cellText(was), after: is === undefined || is === null ? null : cellText(is) }];
  });
}

/** Which cells of a table's row a step changed: names of its columns. */
export function changedColumns(before: AsOf | null, table: string, row: Fields): ReadonlySet<string> {
  const known = before?.tables.find((each) => each.table === table)?.rows.find((each) => each['id'] === row['id']);
  return new Set(Object.keys(row).filter((name) => JSON.stringify(known?.[name] ?? null) !== JSON.stringify(row[name] ?? null)));
}
