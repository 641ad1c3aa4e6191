import { type DatabasePool, sql } from 'slonik';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BusEvent } from '../../gateways/bus/bus-event.ts';
import { type BusRule, createEmbeddedBus } from '../../gateways/bus/embedded.ts';
import { type Queues, createQueues } from '../../gateways/queue/embedded.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { busEntry, describeBusContract } from '../contracts/bus.ts';
import { type TestPostgres, startTestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let pool: DatabasePool;
let queues: Queues;

beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = await openDatabase(await postgres.freshDatabase());
  queues = await createQueues(pool);
});

afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

beforeEach(async () => {
  await pool.query(sql.type(z.object({}))`TRUNCATE embedded.message`);
});

async function waitingIn(queue: string): Promise<BusEvent[]> {
  const body = sql.type(z.object({ body: BusEvent }));
  return [...(await pool.anyFirst(body`SELECT body FROM embedded.message WHERE queue = ${queue} ORDER BY id`))];
}

const everything: readonly BusRule[] = [{ queue: 'everything', types: 'all' }];

describeBusContract('PostgreSQL', async () => {
  let refusals = 0;
  const unsteady: Pick<Queues, 'sendAll'> = {
    sendAll: async (messages) => {
      if (refusals > 0) {
        refusals -= 1;
        throw new Error('connection lost');
      }
      await queues.sendAll(messages);
    },
  };
  return {
    bus: createEmbeddedBus(unsteady, everything),
    delivered: () => waitingIn('everything'),
    refuseNext: (count) => {
      refusals = count;
    },
  };
});

describe('the embedded bus', () => {
  test('copies each event into the queues whose rule names its type', async () => {
    const bus = createEmbeddedBus(queues, [...everything, { queue: 'decisions', types: ['DecisionMade'] }]);
    await bus.publish([busEntry('applicant-1', 1, 'KycStarted'), busEntry('applicant-1', 2, 'DecisionMade')]);
    expect((await waitingIn('everything')).map((event) => event['detail-type'])).toEqual(['KycStarted', 'DecisionMade']);
    expect((await waitingIn('decisions')).map((event) => event['detail-type'])).toEqual(['DecisionMade']);
  });

  test('wakes the consumers of the queues', async () => {
    const bus = createEmbeddedBus(queues, everything);
    const ending = new AbortController();
    const handled: unknown[] = [];
    const queue = queues.queue('everything', { maxAttempts: 3, backoffMs: 5 });
    const consumer = queue.consume(async ({ body }) => void handled.push(BusEvent.parse(body).id), { concurrency: 1, signal: ending.signal });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    await bus.publish([busEntry('applicant-1', 1)]);
    await expect.poll(() => handled, { interval: 5 }).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(500);
    ending.abort();
    await consumer;
  });

  test('does not queue an event twice while its first copy is waiting: publishing again is harmless', async () => {
    const bus = createEmbeddedBus(queues, everything);
    await bus.publish([busEntry('applicant-1', 1)]);
    await bus.publish([busEntry('applicant-1', 1), busEntry('applicant-1', 2)]);
    expect((await waitingIn('everything')).map(({ detail }) => detail.metadata.version)).toEqual([1, 2]);
  });

  test('refuses an entry that is not what the envelope says before anything is sent', async () => {
    const bus = createEmbeddedBus(queues, everything);
    const good = busEntry('applicant-1', 1);
    const bad = { ...good, metadata: { ...good.metadata, version: 0 } };
    await expect(bus.publish([good, bad])).rejects.toThrow(/version/);
    expect(await waitingIn('everything')).toEqual([]);
  });

  test('lets nothing travel in the envelope that the envelope does not know', async () => {
    const bus = createEmbeddedBus(queues, everything);
    const entry = busEntry('applicant-1', 1);
    const metadata = Object.assign({ sealed: { name: 'Ada' } }, entry.metadata);
    await expect(bus.publish([{ ...entry, metadata }])).rejects.toThrow(/sealed/);
  });
});
