import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMarks } from '../../gateways/queue/marks.ts';
import { createSqsQueue } from '../../gateways/queue/sqs.ts';
import { describeQueueContract } from '../contracts/queue.ts';
import { clientAt, faultOf, startStandIn, type StandIn } from '../support/aws/stand-in.ts';
import { sqsService } from '../support/aws/sqs.ts';
import { startTestDynamo, type TestDynamo } from '../support/dynamo.ts';

let dynamo: TestDynamo;
let standIn: StandIn;
const redrive = new Map<string, { deadLetterUrl: string; maxReceiveCount: number }>();

beforeAll(async () => {
  dynamo = await startTestDynamo();
  standIn = await startStandIn(sqsService(redrive));
});
afterAll(async () => {
  await standIn.close();
  await dynamo.stop();
});

function makeQueue(maxReceiveCount: number) {
  const name = randomUUID();
  const [url, deadLetterUrl] = [`${standIn.endpoint}/123456789012/${name}`, `${standIn.endpoint}/123456789012/${name}-dead`];
  redrive.set(url, { deadLetterUrl, maxReceiveCount });
  const marks = createMarks({ client: dynamo.client, table: dynamo.tables.deliveries });
  return createSqsQueue({ client: new SQSClient(clientAt(standIn.endpoint)), name, url, deadLetterUrl, marks, waitSeconds: 0.05, backoffMs: () => 0 });
}

describeQueueContract('SQS', () => ({ makeQueue: async (maxAttempts) => makeQueue(maxAttempts) }));

describe('a queue on SQS', () => {
  let ending: AbortController;
  beforeEach(() => {
    ending = new AbortController();
  });
  afterEach(() => ending.abort());

  it('says ServiceUnavailable when SendMessage fails (503), and does not take the message for waiting', async () => {
    const queue = makeQueue(3);
    standIn.fault(6, faultOf('ServiceUnavailable', 503));
    await expect(queue.send({ stream: 's' }, { dedupeKey: 'one' })).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await queue.send({ stream: 's' }, { dedupeKey: 'one' });
    expect(await queue.depth()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
  });

  it('goes on receiving after ReceiveMessage has failed (RequestThrottled)', async () => {
    const queue = makeQueue(3);
    await queue.send('still there');
    standIn.fault(6, faultOf('RequestThrottled', 400));
    const bodies: unknown[] = [];
    const consumer = queue.consume(async ({ body }) => void bodies.push(body), { concurrency: 1, signal: ending.signal });
    await expect.poll(() => bodies, { timeout: 5000 }).toEqual(['still there']);
    ending.abort();
    await consumer;
  });

  it('hands a message out again that was worked off when DeleteMessage fails (503): at least once, never lost', async () => {
    const queue = makeQueue(3);
    await queue.send('once');
    const attempts: number[] = [];
    const consumer = queue.consume(async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length === 1) standIn.fault(6, faultOf('ServiceUnavailable', 503));
    }, { concurrency: 1, signal: ending.signal });
    await expect.poll(() => attempts, { timeout: 5000 }).toEqual([1, 2]);
    await expect.poll(() => queue.depth(), { timeout: 5000 }).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
    ending.abort();
    await consumer;
  });
});
