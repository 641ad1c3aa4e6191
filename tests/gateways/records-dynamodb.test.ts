import { afterAll, beforeAll } from 'vitest';
import {
  createApplicantNumbers,
  createPendingCallbacks,
  createRegisterCache,
  createReviewFeedbackStore,
} from '../../gateways/records/dynamodb.ts';
import { describeRecordsContract } from '../contracts/records.ts';
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
