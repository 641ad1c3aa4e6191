import { afterAll, describe } from 'vitest';
import { startDynamoDbLocal } from './servers/java.ts';

/** The suites that the platform's own DynamoDB passes, unchanged, against Amazon's. */
const server = await startDynamoDbLocal();
afterAll(() => server?.stop());

describe.skipIf(server === null)('on DynamoDB Local', async () => {
  process.env['KYC_TEST_DYNAMODB_ENDPOINT'] = `http://127.0.0.1:${server?.port}`;
  await import('../ledger/event-store.test.ts');
  await import('../ledger/dynamodb.test.ts');
  await import('../ledger/ledger.test.ts');
  await import('../gateways/records-dynamodb.test.ts');
});
