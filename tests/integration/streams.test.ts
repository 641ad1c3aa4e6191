import { DescribeTableCommand, PutItemCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createDynamoEventStore } from '../../ledger/dynamodb/dynamodb-event-store.ts';
import { insertedEvents, touched } from '../../runtime/aws/stream-records.ts';
import { startTestDynamo } from '../support/dynamo.ts';
import { anApplicant, recorded } from '../support/events.ts';
import { startDynamoDbLocal } from './servers/java.ts';

const server = await startDynamoDbLocal();
afterAll(() => server?.stop());

const Stream = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) });

/** DynamoDB Streams of DynamoDB Local, by its wire protocol; any signature will do there. */
async function streams(action: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${server?.port}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${action}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  return answer.json();
}

async function recordsOf(StreamArn: string): Promise<{ Records: unknown[] }> {
  const { StreamDescription } = Stream.parse(await streams('DescribeStream', { StreamArn }));
  const records = await Promise.all(StreamDescription.Shards.map(async ({ ShardId }) => {
    const { ShardIterator } = z.object({ ShardIterator: z.string() }).parse(await streams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    return z.object({ Records: z.array(z.unknown()) }).parse(await streams('GetRecords', { ShardIterator })).Records;
  }));
  return { Records: records.flat() };
}

describe.skipIf(server === null)('the stream of the log on DynamoDB Local', () => {
  test('has each appended event once and in order, and tells when an item was changed', async () => {
    process.env['KYC_TEST_DYNAMODB_ENDPOINT'] = `http://127.0.0.1:${server?.port}`;
    const dynamo = await startTestDynamo();
    const TableName = dynamo.tables.events;
    await dynamo.client.send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }));
    const arn = (await dynamo.client.send(new DescribeTableCommand({ TableName }))).Table?.LatestStreamArn ?? '';
    const stream = anApplicant();
    const events = [1, 2, 3].map((version) => recorded(stream, version));
    const store = createDynamoEventStore(dynamo);
    await store.append(stream, 0, events.slice(0, 1));
    await store.append(stream, 1, events.slice(1));
    await store.append(stream, 1, events.slice(1));
    const written = await recordsOf(arn);
    expect(insertedEvents(written).map(({ event }) => event)).toEqual(events);
    expect(touched(written)).toBe(0);

    // With a right that no role of the platform has.
    await dynamo.client.send(new PutItemCommand({ TableName, Item: { stream: { S: stream }, version: { N: '2' }, type: { S: 'ReviewNoted' }, body: { S: '{}' } } }));
    const rewritten = await recordsOf(arn);
    expect(touched(rewritten)).toBe(1);
    expect(insertedEvents(rewritten)).toHaveLength(3);
    await dynamo.stop();
  });
});
