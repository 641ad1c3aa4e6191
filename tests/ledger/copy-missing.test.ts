import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyMissing } from '../../ledger/dynamodb/copy-missing.ts';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { createDynamoSubjectKeys } from '../../ledger/dynamodb/dynamodb-subject-keys.ts';
import { ensureTables } from '../../ledger/dynamodb/tables.ts';
import { type TestDynamo, startTestDynamo } from '../support/dynamo.ts';
import { anApplicant, recorded } from '../support/events.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

/** A platform's stores under a prefix of their own. */
async function under(prefix: string) {
  const options = { client: dynamo.client, tables: await ensureTables(dynamo.client, prefix) };
  return { store: createDynamoEventStore(options), keys: createDynamoSubjectKeys(options), tables: options.tables };
}
const counted = async (TableName: string) => (await dynamo.client.send(new ScanCommand({ TableName, Select: 'COUNT' }))).Count;

test('G-37: what was lost comes back from restored tables, and what is there stays as it is', async () => {
  const [live, restored] = [await under('live-'), await under('restored-')];
  const [kept, lost, erased] = [anApplicant(), anApplicant(), anApplicant()];
  const events = [1, 2, 3].map((version) => recorded(lost, version));
  const known = recorded(kept, 1);
  for (const { store } of [live, restored]) await store.append(kept, 0, [known]);
  await live.store.append(kept, 1, [recorded(kept, 2)]);
  await live.store.append(lost, 0, events.slice(0, 1));
  await restored.store.append(lost, 0, events, [{ kind: 'email', hash: 'aa'.repeat(32) }]);
  // Erased after the moment that was restored: the copy still has the key.
  await restored.keys.create(erased, new Uint8Array([1, 2, 3]));
  await restored.keys.create(lost, new Uint8Array([4, 5, 6]));
  await live.keys.create(erased, new Uint8Array([1, 2, 3]));
  await live.keys.destroy(erased);

  const first = await copyMissing(dynamo.client, 'restored-', 'live-');
  expect(Object.fromEntries(first.map(({ table, copied }) => [table, copied]))).toMatchObject({ events: 2, reservations: 2, 'subject-keys': 1 });
  expect(await live.store.load(lost)).toEqual(events);
  expect(await live.store.load(kept)).toHaveLength(2);
  expect(await live.store.holder({ kind: 'email', hash: 'aa'.repeat(32) })).toBe(lost);
  const keys = await live.keys.find([erased, lost]);
  expect(keys.get(erased)).toEqual({ kind: 'destroyed' });
  expect(keys.get(lost)).toEqual({ kind: 'wrapped', wrapped: new Uint8Array([4, 5, 6]) });

  const again = await copyMissing(dynamo.client, 'restored-', 'live-');
  expect(again.map(({ copied }) => copied)).toEqual([0, 0, 0, 0]);
  expect(await counted(live.tables.events)).toBe(5);
});
