import { afterAll, beforeAll } from 'vitest';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { describeEventStoreContract } from '../contracts/event-store.ts';
import { type TestDynamo, startTestDynamo } from '../support/dynamo.ts';
import { createMemoryEventStore } from '../support/memory/event-store.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

describeEventStoreContract('DynamoDB', async () => createDynamoEventStore(dynamo), {
  another: async () => createDynamoEventStore(dynamo),
  limits: true,
});

const model = createMemoryEventStore();
describeEventStoreContract('the model', async () => model, { another: async () => model, limits: false });
