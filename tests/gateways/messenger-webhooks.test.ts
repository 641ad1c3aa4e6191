import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { DatabasePool } from 'slonik';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Notification } from '../../gateways/messenger/port.ts';
import { type WebhookState, openWebhookState } from '../../gateways/messenger/webhook-state.ts';
import { type WebhookSubscriber, type Webhooks, createWebhooks, webhookRetries } from '../../gateways/messenger/webhooks.ts';
import { type QueueFailure, createQueues } from '../../gateways/queue/embedded.ts';
import type { Queue } from '../../gateways/queue/port.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { result } from '../contracts/messenger.ts';
import { type TestPostgres, startTestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let pool: DatabasePool;
let state: WebhookState;
const cleanup: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(async () => {
  await postgres.stop();
});

beforeEach(async () => {
  pool = await openDatabase(await postgres.freshDatabase());
  state = await openWebhookState(pool);
});

afterEach(async () => {
  for (const step of cleanup.splice(0).toReversed()) await step();
  await pool.end();
});

interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A subscriber on 127.0.0.1 that answers with the given statuses in turn, the last one for ever; 0 never answers. */
async function subscriberAt(...statuses: readonly number[]): Promise<{ url: string; secret: string; received: Received[] }> {
  const received: Received[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ path: request.url ?? '', headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), body });
    const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 204;
    if (status === 0) return;
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thanks');
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  cleanup.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${address.port}/hook`, secret: `whsec_${randomBytes(24).toString('base64')}`, received };
}

interface Sender {
  readonly webhooks: Webhooks;
  readonly queue: Queue;
  readonly failures: QueueFailure[];
  readonly disabled: string[];
}

async function sender(subscribers: readonly WebhookSubscriber[], { timeoutMs = 2_000, backoffMs = 5 } = {}): Promise<Sender> {
  const failures: QueueFailure[] = [];
  const disabled: string[] = [];
  const queues = await createQueues(pool, (failure) => failures.push(failure));
  const queue = queues.queue('webhooks', { maxAttempts: 4, backoffMs });
  const webhooks = createWebhooks({ subscribers, queue, state, timeoutMs, onDisabled: (host) => disabled.push(host) });
  const ending = new AbortController();
  const delivery = webhooks.deliver({ concurrency: 2, signal: ending.signal });
  cleanup.push(async () => {
    ending.abort();
    await delivery;
  });
  return { webhooks, queue, failures, disabled };
}

const idle = { waiting: 0, inFlight: 0, dead: 0 };
const another: Notification = { ...result, id: 'another', type: 'kyc.reminder' };

describe('webhooks', () => {
  test('are signed so that the Standard Webhooks library accepts them, and carry a CloudEvent', async () => {
    const subscriber = await subscriberAt(204);
    const { webhooks, queue } = await sender([subscriber]);
    expect(await webhooks.send(result)).toBe(1);
    await expect.poll(() => queue.depth()).toEqual(idle);
    const [request] = subscriber.received;
    if (request === undefined) throw new Error('nothing received');
    expect(new Webhook(subscriber.secret).verify(request.body, request.headers)).toEqual({
      specversion: '1.0', source: 'kyc.ledger', datacontenttype: 'application/json', ...result,
    });
    expect(request.headers['webhook-id']).toBe(result.id);
    expect(request.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(() => new Webhook(`whsec_${randomBytes(24).toString('base64')}`).verify(request.body, request.headers)).toThrow(/signature/i);
    expect(() => new Webhook(subscriber.secret).verify(`${request.body} `, request.headers)).toThrow(/signature/i);
  });

  test('are tried again after a 500, under the same id, until a 2xx', async () => {
    const subscriber = await subscriberAt(500, 503, 200);
    const { webhooks, queue, failures } = await sender([subscriber]);
    await webhooks.send(result);
    await expect.poll(() => subscriber.received.length, { timeout: 5000 }).toBe(3);
    await expect.poll(() => queue.depth()).toEqual(idle);
    expect(new Set(subscriber.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([result.id]));
    for (const { body, headers } of subscriber.received) expect(new Webhook(subscriber.secret).verify(body, headers)).toMatchObject({ id: result.id });
    expect(failures.map(({ error }) => (error as { code: string }).code)).toEqual(['WEBHOOK_STATUS_500', 'WEBHOOK_STATUS_503']);
  });

  test('follow no redirect: it counts as refused', async () => {
    const subscriber = await subscriberAt(302, 200);
    const { webhooks, queue, failures } = await sender([subscriber]);
    await webhooks.send(result);
    await expect.poll(() => queue.depth(), { timeout: 5000 }).toEqual(idle);
    expect(subscriber.received.map(({ path }) => path)).toEqual(['/hook', '/hook']);
    expect(failures).toMatchObject([{ outcome: 'retry', error: { code: 'WEBHOOK_STATUS_302' } }]);
  });

  test('give a subscriber that never answers up after the time-out, and try again', async () => {
    const subscriber = await subscriberAt(0, 200);
    const { webhooks, queue, failures } = await sender([subscriber], { timeoutMs: 100 });
    await webhooks.send(result);
    await expect.poll(() => queue.depth(), { timeout: 5000 }).toEqual(idle);
    expect(failures).toMatchObject([{ error: { code: 'WEBHOOK_NO_ANSWER' } }]);
  });

  test('become dead letters when the last attempt has failed', async () => {
    const subscriber = await subscriberAt(404);
    const { webhooks, queue } = await sender([subscriber]);
    await webhooks.send(result);
    await expect.poll(() => queue.depth(), { timeout: 5000 }).toEqual({ ...idle, dead: 1 });
    expect(subscriber.received).toHaveLength(4);
  });

  test('end for a subscriber that answers 410 Gone, until it has a new secret', async () => {
    const subscriber = await subscriberAt(410, 200);
    const first = await sender([subscriber]);
    await first.webhooks.send(result);
    await expect.poll(() => first.disabled).toEqual([new URL(subscriber.url).host]);
    await first.webhooks.send(another);
    await expect.poll(() => first.queue.depth()).toEqual(idle);
    expect(subscriber.received).toHaveLength(1);
    await cleanup.pop()?.();

    const again = await sender([{ ...subscriber, secret: `whsec_${randomBytes(24).toString('base64')}` }]);
    await again.webhooks.send({ ...result, id: 'a third' });
    await expect.poll(() => subscriber.received.map(({ headers }) => headers['webhook-id'])).toEqual([result.id, 'a third']);
  });

  test('go to each subscriber that wants the type, a failing one holding up no other', async () => {
    const everything = await subscriberAt(200);
    const reminders = await subscriberAt(200);
    const broken = await subscriberAt(500);
    const { webhooks } = await sender([{ ...reminders, types: ['kyc.reminder'] }, broken, everything]);
    expect(await webhooks.send(result)).toBe(2);
    expect(await webhooks.send(another)).toBe(3);
    await expect.poll(() => everything.received.length).toBe(2);
    await expect.poll(() => reminders.received.map(({ headers }) => headers['webhook-id'])).toEqual(['another']);
  });

  test('are not sent again when the same id is, neither while they are on their way nor afterwards', async () => {
    const subscriber = await subscriberAt(200);
    const { webhooks, queue } = await sender([subscriber]);
    await webhooks.send(result);
    await webhooks.send(result);
    await expect.poll(() => queue.depth()).toEqual(idle);
    expect(await webhooks.send(result)).toBe(1);
    await expect.poll(() => queue.depth()).toEqual(idle);
    expect(subscriber.received).toHaveLength(1);
  });

  test('for a subscriber that is no longer in the settings are dropped', async () => {
    const subscriber = await subscriberAt(500);
    const first = await sender([subscriber], { backoffMs: 400 });
    await first.webhooks.send(result);
    await expect.poll(() => first.failures.length).toBeGreaterThan(0);
    await cleanup.pop()?.();
    const seen = subscriber.received.length;
    const without = await sender([]);
    await expect.poll(() => without.queue.depth(), { timeout: 5000 }).toEqual(idle);
    expect(subscriber.received).toHaveLength(seen);
  });

  test('are tried for three days', () => {
    const { maxAttempts, backoffMs } = webhookRetries;
    const delays = typeof backoffMs === 'number' ? [] : backoffMs;
    expect(delays).toHaveLength(maxAttempts - 1);
    expect(delays.reduce((sum, each) => sum + each, 0) / 3_600_000).toBeGreaterThan(72);
  });
});
