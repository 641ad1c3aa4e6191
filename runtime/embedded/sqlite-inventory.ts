import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { fromItem, hourOf, isPlaced } from '../../ledger/dynamodb/event-item.ts';
import { RecordCorrupt } from '../../ledger/errors.ts';
import type { EventInventory, StoredItem } from '../../ledger/inventory.ts';

const TableName = z.string().regex(/^[\w-]+$/);
const Options = z.object({
  /** dynoxide's SQLite file. */
  file: z.string(),
  /** Names of two tables. */
  events: TableName,
  hours: TableName,
});
export type SqliteInventoryOptions = z.infer<typeof Options>;

const ITEMS_AT_ONCE = 512;

interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly item: string;
  /** Where the time index has the very same text; null where it has none or another one. */
  readonly placed: string | null;
}

/**
 * The inventory of the events' table as it lies in dynoxide's file, read past the server: what is verified is what is on the
 * disk. And the server sorts the whole table for each page of a Scan, so that 100,000 events would take it minutes.
 * Its time index holds copies of the items, from which sweeps and rebuilds read: an item counts as indexed when its copy
 * is the same text in the right place, and a copy without an item comes as an item of its own.
 * Answers null where the file is not laid out as dynoxide 1.2 does it.
 */
export function createSqliteInventory(given: SqliteInventoryOptions): EventInventory | null {
  return hasLayout(given) ? { ...openInventory(given), elsewhere: { module: import.meta.url, options: given } } : null;
}

/** Called on another thread, with the options as they came there. */
export function openInventory(given: unknown): EventInventory {
  const { file, events, hours } = Options.parse(given);
  const [base, copies] = [`"${events}"`, `"${events}::gsi::by-time"`];

  async function* all(): AsyncGenerator<readonly StoredItem[]> {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      database.exec('BEGIN');
      const noted = notedHours(database, hours);
      const items = database.prepare(`
        SELECT base.pk, base.sk, base.item_json AS item, CASE WHEN copy.item_json = base.item_json THEN copy.gsi_pk || ' ' || copy.gsi_sk END AS placed
        FROM ${base} base LEFT JOIN ${copies} copy ON copy.table_pk = base.pk AND copy.table_sk = base.sk`);
      const stray = database.prepare(`
        SELECT table_pk AS pk, table_sk AS sk, item_json AS item, NULL AS placed
        FROM ${copies} copy WHERE NOT EXISTS (SELECT 1 FROM ${base} base WHERE base.pk = copy.table_pk AND base.sk = copy.table_sk)`);
      for (const statement of [items, stray]) yield* batches(statement.iterate(), noted);
    } finally {
      database.close();
    }
  }

  return { all };
}

function* batches(rows: Iterable<unknown>, noted: ReadonlySet<string>): Generator<readonly StoredItem[]> {
  let items: StoredItem[] = [];
  for (const row of rows) {
    items.push(stored(row as Row, noted));
    if (items.length < ITEMS_AT_ONCE) continue;
    yield items;
    items = [];
  }
  yield items;
}

/** The key is what the server finds it by; an item that says another one is not where it belongs. */
function stored({ pk, sk, item: text, placed }: Row, noted: ReadonlySet<string>): StoredItem {
  const item = attributes(text);
  const [stream, version] = [pk.slice(2), numberIn(sk)];
  const own = item['stream']?.S === stream && Number(item['version']?.N) === version;
  const at = item['at']?.S ?? '';
  return {
    stream,
    version,
    type: own ? (item['type']?.S ?? '') : '',
    body: own ? (item['body']?.S ?? '') : '',
    indexed: own && placed === `S:${item['bucket']?.S ?? ''} S:${at}` && isPlaced(item) && noted.has(hourOf(at)),
    read: () => {
      if (!own) throw new RecordCorrupt(`${stream}/${version}`);
      return fromItem(item);
    },
  };
}

type Attributes = Readonly<Record<string, AttributeValue.SMember | AttributeValue.NMember>>;

function attributes(text: string): Attributes {
  try {
    return JSON.parse(text) as Attributes;
  } catch {
    return {};
  }
}

/** A whole number above zero as dynoxide orders it: `N:2`, exponent + 5000, the digits. NaN for everything else. */
function numberIn(sortKey: string): number {
  const [, exponent, digits] = /^N:2(\d{4})(\d+)$/.exec(sortKey) ?? [];
  return digits === undefined ? Number.NaN : Number(digits.slice(0, Math.max(0, Number(exponent) - 5000)) || Number.NaN);
}

function notedHours(database: DatabaseSync, hours: string): Set<string> {
  const rows = database.prepare(`SELECT substr(sk, 3) AS hour FROM "${hours}"`).all() as unknown as { readonly hour: string }[];
  return new Set(rows.map(({ hour }) => hour));
}

/** Whether there is such a file with such tables, and the first key reads as a number. */
function hasLayout({ file, events, hours }: SqliteInventoryOptions): boolean {
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const first = database.prepare(`
      SELECT base.pk, base.sk, base.item_json, copy.gsi_pk, copy.gsi_sk, copy.table_pk, copy.table_sk, copy.item_json
      FROM "${events}" base LEFT JOIN "${events}::gsi::by-time" copy ON FALSE LIMIT 1`).get();
    database.prepare(`SELECT sk FROM "${hours}" LIMIT 1`).get();
    return first === undefined || !Number.isNaN(numberIn(String(first['sk'])));
  } catch {
    return false;
  } finally {
    database.close();
  }
}
