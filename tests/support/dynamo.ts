import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../ledger/dynamodb/client.ts';
import { type TableNames, ensureTables } from '../../ledger/dynamodb/tables.ts';
import { startDynoxide } from '../../runtime/embedded/dynoxide.ts';

export interface TestDynamo {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  /** Names of tables made for this test alone. */
  readonly tables: TableNames;
  stop(): Promise<void>;
}

/** A DynamoDB with all tables: dynoxide in a temporary folder, or the endpoint in KYC_TEST_DYNAMODB_ENDPOINT. */
export async function startTestDynamo(): Promise<TestDynamo> {
  const given = process.env['KYC_TEST_DYNAMODB_ENDPOINT'];
  const dataFolder = await mkdtemp(join(tmpdir(), 'kyc-dynamo-'));
  const server = await startDynoxide({ dataFolder, ...(given !== undefined && given !== '' && { endpoint: given }) });
  const client = createDynamoClient({ endpoint: server.endpoint });
  const tables = await ensureTables(client, `t${randomBytes(4).toString('hex')}-`);
  return {
    endpoint: server.endpoint,
    client,
    tables,
    stop: async () => {
      if (server.pid === null) for (const TableName of Object.values(tables)) await client.send(new DeleteTableCommand({ TableName }));
      client.destroy();
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
