import { expect, test } from 'vitest';
import { createDynamoClient, regionOf } from '../../ledger/dynamodb/client.ts';

test.each([
  ['https://dynamodb.eu-west-1.amazonaws.com', 'eu-west-1'],
  ['https://dynamodb-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['https://dynamodb.eu-west-2.api.aws', 'eu-west-2'],
  ['https://vpce-0a1b2c3d-x.dynamodb.eu-west-1.vpce.amazonaws.com', 'eu-west-1'],
  ['http://127.0.0.1:8000', null],
  ['http://dynamodb.eu-west-1.amazonaws.com', null],
  ['https://dynamodb.eu-west-1.amazonaws.com.example.org', null],
  ['https://notdynamodb.eu-west-1.amazonaws.com', null],
])('%s is in region %s', (endpoint, region) => {
  expect(regionOf(endpoint)).toBe(region);
});

test('AWS\'s own endpoint is asked in its region with the credentials of the SDK, another with made-up ones', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' });
  try {
    const own = createDynamoClient({ endpoint: 'https://dynamodb.eu-west-1.amazonaws.com' });
    expect(await own.config.region()).toBe('eu-west-1');
    expect((await own.config.credentials()).accessKeyId).toBe('AKIDEXAMPLE');
    const other = createDynamoClient({ endpoint: 'http://127.0.0.1:8000' });
    expect((await other.config.credentials()).accessKeyId).toBe('local');
  } finally {
    process.env = before;
  }
});
