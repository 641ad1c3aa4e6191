import type { Findings, LoadedBag } from './read-bag.ts';

/** Rows of RFC 4180 CSV; null for a text that is not. */
export function parseCsv(text: string): string[][] | null {
  const rows: string[][] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  let row: string[] = [];
  while (pattern.lastIndex < text.length || row.length > 0) {
    const [whole, quoted, plain, end] = pattern.exec(text) ?? [];
    if (whole === undefined || end === '') return null;
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Every row of every table names an event of the bag. Answers in words what was looked at. */
export function checkTables(bag: LoadedBag, eventIds: ReadonlySet<string>, findings: Findings): string | null {
  const tables = [...bag.hashes.keys()].filter((path) => path.startsWith('data/tables/'));
  let count = 0;
  for (const path of tables) {
    const [header, ...rows] = parseCsv(bag.text(path) ?? '') ?? [];
    const column = header?.indexOf('event_id') ?? -1;
    if (header === undefined || column < 0) findings.add('tables', path, 'it does not read as a table with the column event_id');
    else {
      for (const [at, row] of rows.entries()) {
        if (row.length !== header.length || !eventIds.has(row[column] ?? '')) findings.add('tables', `${path} row ${at + 1}`, 'it comes from no event of this bag');
      }
      count += rows.length;
    }
  }
  return tables.length === 0 ? null : `${count} rows in ${tables.length} tables`;
}
