import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  ];
  for (const call of calls) {
    const before = standIn.asked.length;
    standIn.fault(6, faultOf(name, status));
    await expect(call()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(standIn.asked.length - before).toBe(6);
  }
  await standIn.close();
});
