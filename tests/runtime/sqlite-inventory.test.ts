import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { createDynamoClient } from '../../ledger/dynamodb/client.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoInventory } from '../../ledger/dynamodb/dynamodb-inventory.ts';
import { ensureTables, type TableNames } from '../../ledger/dynamodb/tables.ts';
import { RecordCorrupt } from '../../ledger/errors.ts';
import type { EventInventory, StoredItem } from '../../ledger/inventory.ts';
import { readElsewhere } from '../../ledger/log/read-elsewhere.ts';
import { type StoredBatch, storedBatches } from '../../ledger/log/stored-batch.ts';
import { type Dynoxide, startDynoxide } from '../../runtime/embedded/dynoxide.ts';
import { createSqliteInventory } from '../../runtime/embedded/sqlite-inventory.ts';
import { makeEvent, streamName } from '../log/fixtures.ts';

let folder: string;
let dynoxide: Dynoxide;
let client: ReturnType<typeof createDynamoClient>;
let tables: TableNames;
const [STREAMS, VERSIONS] = [60, 11];
const file = () => join(folder, 'dynamodb.sqlite');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kyc-sqlite-'));
  dynoxide = await startDynoxide({ dataFolder: folder });
  client = createDynamoClient({ endpoint: dynoxide.endpoint });
  tables = await ensureTables(client, 'kyc-');
  const store = createDynamoEventStore({ client, tables });
  for (let stream = 0; stream < STREAMS; stream += 1) {
    const [first, ...others] = Array.from({ length: VERSIONS }, (_, at) => makeEvent(stream, at + 1));
    if (first !== undefined) await store.append(first.stream, 0, [first, ...others]);
  }
});
afterAll(async () => {
  client.destroy();
  await dynoxide.stop();
  await rm(folder, { recursive: true, force: true });
});

function inventory(): EventInventory {
  const found = createSqliteInventory({ file: file(), events: tables.events, hours: tables['event-hours'] });
  if (found === null) throw new Error('dynoxide lays its file out in another way');
  return found;
}

async function itemsOf(from: EventInventory): Promise<StoredItem[]> {
  const items = (await Array.fromAsync(from.all())).flat();
  return items.toSorted((a, b) => (a.stream === b.stream ? a.version - b.version : a.stream < b.stream ? -1 : 1));
}

const plain = ({ stream, version, type, body, indexed }: StoredItem) => ({ stream, version, type, body, indexed });

/** Does something to the file, looks, and undoes it: what the server knows stays as it was. */
async function altered(statement: string): Promise<StoredItem[]> {
  const database = new DatabaseSync(file());
  database.exec(`PRAGMA busy_timeout = 10000; CREATE TABLE before AS SELECT * FROM "${tables.events}"; CREATE TABLE copies AS SELECT * FROM "${tables.events}::gsi::by-time"`);
  try {
    expect(database.prepare(statement).run().changes).toBe(1);
    return await itemsOf(inventory());
  } finally {
    database.exec(`
      BEGIN; DELETE FROM "${tables.events}"; INSERT INTO "${tables.events}" SELECT * FROM before;
      DELETE FROM "${tables.events}::gsi::by-time"; INSERT INTO "${tables.events}::gsi::by-time" SELECT * FROM copies;
      DROP TABLE before; DROP TABLE copies; COMMIT`);
    database.close();
  }
}

const odd = (items: readonly StoredItem[]) => items.filter(({ indexed }) => !indexed).map(({ stream, version }) => `${stream}/${version}`);
const of = (version: number) => `table_pk = 'S:${streamName(3)}' AND item_json LIKE '%"version":{"N":"${version}"}%'`;
const base = (version: number) => `pk = 'S:${streamName(3)}' AND item_json LIKE '%"version":{"N":"${version}"}%'`;

describe('the inventory of dynoxide\'s file', () => {
  it('brings what a Scan brings', async () => {
    const items = await itemsOf(inventory());
    expect(items).toHaveLength(STREAMS * VERSIONS);
    expect(items.map(plain)).toEqual((await itemsOf(createDynamoInventory({ client, tables }))).map(plain));
    expect(items.every(({ indexed }) => indexed)).toBe(true);
    expect(items.find(({ stream, version }) => stream === streamName(3) && version === 11)?.read()).toEqual(makeEvent(3, 11) satisfies RecordedEvent);
  });

  it('brings the same on another thread', async () => {
    const { elsewhere } = inventory();
    if (elsewhere === undefined) throw new Error('It cannot be opened elsewhere');
    const text = (batches: readonly StoredBatch[]) => batches.flatMap(({ streams, versions, hashes }) =>
      streams.map((stream, at) => `${stream}/${versions[at]} ${Buffer.from(hashes.subarray(at * 32, at * 32 + 32)).toString('hex')}`)).toSorted();
    expect(text(await Array.fromAsync(readElsewhere(elsewhere)))).toEqual(text(await Array.fromAsync(storedBatches(inventory()))));
    await expect(Array.fromAsync(readElsewhere({ ...elsewhere, options: { file: join(folder, 'nothing'), events: 'a', hours: 'b' } }))).rejects.toThrow(/unable to open/);
  });

  it.each([
    ['gone from the index', `DELETE FROM "kyc-events::gsi::by-time" WHERE ${of(5)}`, 5],
    ['altered in the index alone', `UPDATE "kyc-events::gsi::by-time" SET item_json = replace(item_json, 'note 5', 'note 6') WHERE ${of(5)}`, 5],
    ['elsewhere in the index', `UPDATE "kyc-events::gsi::by-time" SET gsi_sk = 'S:2036' WHERE ${of(5)}`, 5],
    ['altered in the table alone', `UPDATE "kyc-events" SET item_json = replace(item_json, 'note 5', 'note 6') WHERE ${base(5)}`, 5],
  ])('says so of an item that is %s', async (_name, statement, version) => {
    expect(odd(await altered(statement))).toEqual([`${streamName(3)}/${version}`]);
  });

  it('brings what is in the index alone, for sweeps would meet it', async () => {
    const items = await altered(`DELETE FROM "kyc-events" WHERE ${base(11)}`);
    expect(items).toHaveLength(STREAMS * VERSIONS);
    expect(odd(items)).toEqual([`${streamName(3)}/11`]);
  });

  it('names by their keys what does not read, or says it is another', async () => {
    const broken = await altered(`UPDATE "kyc-events" SET item_json = '{' WHERE ${base(5)}`);
    expect(odd(broken)).toEqual([`${streamName(3)}/5`]);
    expect(() => broken.find(({ indexed }) => !indexed)?.read()).toThrow(RecordCorrupt);
    const lying = await altered(`UPDATE "kyc-events" SET item_json = replace(item_json, '"version":{"N":"5"}', '"version":{"N":"99"}') WHERE ${base(5)}`);
    expect(odd(lying)).toEqual([`${streamName(3)}/5`]);
  });

  it('is none where there is no such file, or it is laid out in another way', () => {
    const tableNames = { events: tables.events, hours: tables['event-hours'] };
    expect(createSqliteInventory({ file: join(folder, 'nothing'), ...tableNames })).toBeNull();
    expect(createSqliteInventory({ file: file(), ...tableNames, events: 'kyc-reservations' })).toBeNull();
  });
});
