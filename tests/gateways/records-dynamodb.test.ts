import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaptureSessions } from '../../gateways/records/capture-sessions.ts';
import {
  createApplicantNumbers,
  createPendingCallbacks,
  createRegisterCache,
  createReviewFeedbackStore,
} from '../../gateways/records/dynamodb.ts';
import { describeRecordsContract } from '../contracts/records.ts';
import { clientAt, faultOf, startStandIn } from '../support/aws/stand-in.ts';
import { type TestDynamo, startTestDynamo } from '../support/dynamo.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

describeRecordsContract('DynamoDB', async () => {
  const { client, tables } = dynamo;
  return {
    pendingCallbacks: createPendingCallbacks({ client, table: tables['pending-callbacks'] }),
    registerCache: createRegisterCache({ client, table: tables['register-cache'] }),
    reviewFeedback: createReviewFeedbackStore({ client, table: tables['review-feedback'] }),
    numbers: createApplicantNumbers({ client, table: tables.counters }),
  };
});

it.each([['ThrottlingException', 400], ['ProvisionedThroughputExceededException', 400], ['InternalServerError', 500]])('the records say ServiceUnavailable on %s (%i) that outlasts six attempts, whatever is asked', async (name, status) => {
  const standIn = await startStandIn();
  const table = { client: new DynamoDBClient(clientAt(standIn.endpoint)), table: 't' };
  const calls = [
    () => createPendingCallbacks(table).get('r'),
    () => createPendingCallbacks(table).due('2026-11-22T10:00:00.000Z'),
    () => createRegisterCache(table).get('k', '2026-11-22T10:00:00.000Z'),
    () => createRegisterCache(table).removeStream('applicant-1'),
    () => Array.fromAsync(createReviewFeedbackStore(table).all()),
    () => createApplicantNumbers(table).next(),
    () => createCaptureSessions(table).get('s'),
  ];
  for (const call of calls) {
    const before = standIn.asked.length;
    standIn.fault(6, faultOf(name, status));
    await expect(call()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(standIn.asked.length - before).toBe(6);
  }
  await standIn.close();
});

describe('the sessions of live captures', () => {
  const session = { stream: 'applicant-0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e1f', consentVersion: 2, expiresAt: '2026-11-20T10:03:00.000Z' };

  it('are remembered as they were first, and for a day longer than they live', async () => {
    const table = dynamo.tables.deliveries;
    const sessions = createCaptureSessions({ client: dynamo.client, table });
    expect(await sessions.get('one')).toBeNull();
    expect(await sessions.remember('one', session)).toEqual(session);
    const later = { ...session, consentVersion: 4, expiresAt: '2026-11-20T10:05:00.000Z' };
    expect(await sessions.remember('one', later)).toEqual(session);
    expect(await sessions.get('one')).toEqual(session);
    const { Item } = await dynamo.client.send(new GetItemCommand({ TableName: table, Key: { key: { S: 'liveness:one' } } }));
    expect(Item?.['expiresAtSecond']?.N).toBe(String(Date.parse('2026-11-21T10:03:00.000Z') / 1000));
  });
});
