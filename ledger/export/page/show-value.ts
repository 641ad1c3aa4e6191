import { isObject } from '../verifier/bytes.ts';
import { make } from './dom.ts';

/** A value of an event, readable: objects as lists of terms, rows of objects as a table, the rest as text. */
export function showValue(value: unknown): Node {
  if (Array.isArray(value)) return showList(value);
  if (isObject(value)) return showObject(value);
  if (value === null || value === '') return make('span', 'looked', value === null ? 'none' : 'empty');
  return document.createTextNode(typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value));
}

export function showObject(value: Readonly<Record<string, unknown>>): HTMLElement {
  const list = make('dl', '');
  for (const [name, each] of Object.entries(value)) list.append(make('dt', '', words(name)), make('dd', '', showValue(each)));
  return list;
}

function showList(values: readonly unknown[]): Node {
  if (values.length === 0) return make('span', 'looked', 'none');
  if (values.every((each) => isObject(each))) return showRows(values);
  if (values.every((each) => typeof each !== 'object')) return document.createTextNode(values.join(', '));
  const list = make('div', '');
  for (const each of values) list.append(make('div', '', showValue(each)));
  return list;
}

function showRows(rows: readonly Readonly<Record<string, unknown>>[]): Node {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const header = make('tr', '', ...columns.map((column) => make('th', '', words(column))));
  const body = rows.map((row) => make('tr', '', ...columns.map((column) => make('td', '', showCell(row[column])))));
  return make('table', '', make('thead', '', header), make('tbody', '', ...body));
}

/** One line a cell: a table of tables is read by nobody. */
function showCell(value: unknown): Node {
  if (isObject(value)) return document.createTextNode(Object.entries(value).map(([name, each]) => `${words(name)}: ${plain(each)}`).join('; '));
  return document.createTextNode(plain(value));
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `registrationNumber` as `registration number`; codes stay as they are. */
export function words(name: string): string {
  return /^[A-Z0-9_]+$/.test(name) ? name : name.replaceAll(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`).replaceAll('_', ' ');
}
