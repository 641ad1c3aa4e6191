import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '../events/envelope.ts';
import { createDynamoClient } from '../ledger/dynamodb/client.ts';
import { type EventItem, hourOf, toItem } from '../ledger/dynamodb/event-item.ts';
import { ensureTables, type TableNames } from '../ledger/dynamodb/tables.ts';
import { startDynoxide } from '../runtime/embedded/dynoxide.ts';
import { createSqliteInventory } from '../runtime/embedded/sqlite-inventory.ts';

/** A platform's tables in dynoxide's file, filled past the server: a million appends through it would take half an hour. */
export interface FilledTable {
  readonly file: string;
  readonly tables: TableNames;
}

/** Makes the tables as a platform does and writes the events into them as dynoxide 1.2 lays them out. */
export async function fillTable(folder: string, batches: Iterable<readonly RecordedEvent[]>): Promise<FilledTable> {
  const server = await startDynoxide({ dataFolder: folder });
  const client = createDynamoClient({ endpoint: server.endpoint });
  const tables = await ensureTables(client, 'kyc-');
  client.destroy();
  await server.stop();
  const file = join(folder, 'dynamodb.sqlite');
  const database = new DatabaseSync(file);
  const base = database.prepare(`INSERT INTO "${tables.events}" (pk, sk, item_json, item_size) VALUES (?, ?, ?, ?)`);
  const copy = database.prepare(`INSERT INTO "${tables.events}::gsi::by-time" (gsi_pk, gsi_sk, table_pk, table_sk, item_json) VALUES (?, ?, ?, ?, ?)`);
  const hour = database.prepare(`INSERT OR IGNORE INTO "${tables['event-hours']}" (pk, sk, item_json, item_size) VALUES ('S:events', ?, ?, 26)`);
  for (const events of batches) {
    database.exec('BEGIN');
    for (const event of events) {
      const item = toItem(event, '');
      const [pk, sk, text] = [`S:${item.stream}`, sortKey(item.version), JSON.stringify(attributes(item))];
      base.run(pk, sk, text, text.length);
      copy.run(`S:${item.bucket}`, `S:${item.at}`, pk, sk, text);
      hour.run(`S:${hourOf(item.at)}`, JSON.stringify({ hour: { S: hourOf(item.at) }, log: { S: 'events' } }));
    }
    database.exec('COMMIT');
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return { file, tables };
}

/** Every item's text, one after the other. */
export function* itemTexts({ file, tables }: FilledTable): Generator<string> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    for (const { item_json: text } of database.prepare(`SELECT item_json FROM "${tables.events}"`).iterate()) yield String(text);
  } finally {
    database.close();
  }
}

export function inventoryIn({ file, tables }: FilledTable) {
  const inventory = createSqliteInventory({ file, events: tables.events, hours: tables['event-hours'] });
  if (inventory === null) throw new Error(`${file} is not laid out as dynoxide does it`);
  return inventory;
}

const attributes = ({ stream, version, type, bucket, at, body }: EventItem) =>
  ({ stream: { S: stream }, version: { N: String(version) }, type: { S: type }, bucket: { S: bucket }, at: { S: at }, body: { S: body } });

/** A whole number above zero as dynoxide orders it: sign, exponent + 5000, 38 digits. */
function sortKey(version: number): string {
  const digits = String(version);
  return `N:2${5000 + digits.length}${digits.padEnd(38, '0')}`;
}
