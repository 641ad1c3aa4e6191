import { isObject } from '../verifier/bytes.ts';
import { make } from './dom.ts';

/** More rows or members than this are folded away until somebody wants to see them. */
const FOLDED = 20;

/** A value of an event, readable: objects as lists of terms, rows of objects as a table, the rest as text. */
export function showValue(value: unknown): Node {
  if (Array.isArray(value)) return showList(value);
  if (isObject(value)) return isSmall(value) ? document.createTextNode(inLine(value)) : fold(showObject(value), countLeaves(value), 'values');
  if (value === null || value === '') return make('span', 'looked', value === null ? 'none' : 'empty');
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return make('span', 'mono', value);
  return document.createTextNode(plain(value));
}

export function showObject(value: Readonly<Record<string, unknown>>): HTMLElement {
  const list = make('dl', '');
  for (const [name, each] of Object.entries(value)) list.append(make('dt', '', words(name)), make('dd', '', showValue(each)));
  return list;
}

function showList(values: readonly unknown[]): Node {
  if (values.length === 0) return make('span', 'looked', 'none');
  if (values.every((each) => isObject(each))) return fold(showRows(values), values.length, 'rows');
  if (values.every((each) => typeof each !== 'object')) return document.createTextNode(values.join(', '));
  return make('div', '', ...values.map((each) => make('div', '', showValue(each))));
}

/** What a person looks for first comes first; JSON has its members in the order of the alphabet. */
const FIRST = ['rule', 'outcome', 'reason', 'inputs', 'threshold', 'text'];

function showRows(rows: readonly Readonly<Record<string, unknown>>[]): HTMLElement {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const ordered = [...FIRST.filter((name) => names.has(name)), ...[...names].filter((name) => !FIRST.includes(name))];
  const columns = ordered.filter((column) => rows.some((row) => row[column] !== null && row[column] !== undefined));
  const header = make('tr', '', ...columns.map((column) => make('th', '', words(column))));
  const body = rows.map((row) => make('tr', '', ...columns.map((column) => make('td', isCode(row[column]) ? 'code' : '', inLine(row[column])))));
  return make('div', 'scroll', make('table', '', make('thead', '', header), make('tbody', '', ...body)));
}

function fold(content: HTMLElement, count: number, what: string): HTMLElement {
  return count > FOLDED ? make('details', 'folded', make('summary', '', `${count} ${what}`), content) : content;
}

/** One line: a table of tables is read by nobody. */
function inLine(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inLine).join(', ');
  if (isObject(value)) return Object.entries(value).map(([name, each]) => `${words(name)}: ${inLine(each)}`).join(' · ');
  return value === null || value === undefined ? '–' : plain(value);
}

function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(6)));
  return String(value);
}

function isSmall(value: Readonly<Record<string, unknown>>): boolean {
  const each = Object.values(value);
  return each.length <= 4 && each.every((member) => member === null || (typeof member !== 'object' && String(member).length <= 40));
}

function countLeaves(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.values(value).reduce((sum: number, each) => sum + countLeaves(each), 0) : 1;
}

const isCode = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z_]+$/.test(value);

/** `registrationNumber` as `registration number`; codes stay as they are. */
export function words(name: string): string {
  return /^[A-Z0-9_]+$/.test(name) ? name : name.replaceAll(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`).replaceAll('_', ' ');
}
