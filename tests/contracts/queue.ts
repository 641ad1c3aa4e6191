import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Queue, QueueMessage } from '../../gateways/queue/port.ts';

export interface QueueSubject {
  /** A new, empty queue that tries a message `maxAttempts` times, with hardly a pause in between. */
  makeQueue(maxAttempts: number): Promise<Queue>;
}

/** What every implementation of the Queue port must do. */
export function describeQueueContract(name: string, makeSubject: () => QueueSubject): void {
  describe(`the queue port, by ${name}`, () => {
    let queue: Queue;
    let ending: AbortController;
    let consumers: Promise<void>[];

    beforeEach(async () => {
      queue = await makeSubject().makeQueue(3);
      ending = new AbortController();
      consumers = [];
    });

    afterEach(async () => {
      ending.abort();
      await Promise.all(consumers);
    });

    function consume(handle: (message: QueueMessage) => Promise<void>, concurrency = 1): void {
      consumers.push(queue.consume(handle, { concurrency, signal: ending.signal }));
    }

    test('hands over what was sent before and after the consumer came, each body as it was', async () => {
      const bodies: unknown[] = [];
      await queue.send({ stream: 'applicant-1', nested: [1, null, 'ü'] });
      consume(async ({ body }) => void bodies.push(body));
      await expect.poll(() => bodies).toHaveLength(1);
      await queue.send('a string');
      await expect.poll(() => bodies).toHaveLength(2);
      expect(bodies).toEqual([{ stream: 'applicant-1', nested: [1, null, 'ü'] }, 'a string']);
    });

    test('forgets a message when its handler has succeeded', async () => {
      const seen: string[] = [];
      await queue.send('done');
      consume(async ({ id }) => void seen.push(id));
      await expect.poll(() => queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
      expect(seen).toHaveLength(1);
    });

    test('tries a failed message again, counting the attempts', async () => {
      const attempts: number[] = [];
      await queue.send('stubborn');
      consume(async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('not yet');
      });
      await expect.poll(() => attempts, { timeout: 5000 }).toEqual([1, 2, 3]);
      await expect.poll(() => queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
    });

    test('keeps a message as a dead letter after its last attempt, and goes on with the others', async () => {
      let poisoned = 0;
      const handled: unknown[] = [];
      await queue.send('poison');
      await queue.send('good');
      consume(async ({ body }) => {
        if (body === 'poison') {
          poisoned += 1;
          throw new Error('never');
        }
        handled.push(body);
      });
      await expect.poll(() => queue.depth(), { timeout: 5000 }).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
      expect({ poisoned, handled }).toEqual({ poisoned: 3, handled: ['good'] });
    });

    test('puts dead letters back in line with all their attempts before them', async () => {
      let healed = false;
      const attempts: number[] = [];
      await queue.send('later');
      consume(async ({ attempt }) => {
        attempts.push(attempt);
        if (!healed) throw new Error('still broken');
      });
      await expect.poll(async () => (await queue.depth()).dead, { timeout: 5000 }).toBe(1);
      healed = true;
      expect(await queue.redrive()).toBe(1);
      await expect.poll(() => queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
      expect(attempts).toEqual([1, 2, 3, 1]);
      expect(await queue.redrive()).toBe(0);
    });

    test('drops a second message with the same dedupe key while the first is waiting, and not afterwards', async () => {
      const bodies: unknown[] = [];
      await queue.send('first', { dedupeKey: 'same' });
      await queue.send('second', { dedupeKey: 'same' });
      await queue.send('other', { dedupeKey: 'another' });
      expect((await queue.depth()).waiting).toBe(2);
      consume(async ({ body }) => void bodies.push(body));
      await expect.poll(() => bodies).toEqual(['first', 'other']);
      await expect.poll(async () => (await queue.depth()).inFlight).toBe(0);
      await queue.send('third', { dedupeKey: 'same' });
      await expect.poll(() => bodies).toEqual(['first', 'other', 'third']);
    });

    test('takes a message with the dedupe key of one under way, and loses neither when that one fails', async () => {
      const bodies: unknown[] = [];
      const gate = Promise.withResolvers<void>();
      await queue.send('first', { dedupeKey: 'same' });
      consume(async ({ body, attempt }) => {
        if (body === 'first' && attempt === 1) {
          await gate.promise;
          throw new Error('failed');
        }
        bodies.push(body);
      });
      await expect.poll(async () => (await queue.depth()).inFlight).toBe(1);
      await queue.send('second', { dedupeKey: 'same' });
      gate.resolve();
      await expect.poll(() => new Set(bodies), { timeout: 5000 }).toEqual(new Set(['first', 'second']));
    });

    test('hands a delayed message over no earlier than asked', async () => {
      const handled: number[] = [];
      const sent = Date.now();
      await queue.send('later', { delayMs: 300 });
      consume(async () => void handled.push(Date.now()));
      await expect.poll(() => handled, { timeout: 5000 }).toHaveLength(1);
      expect((handled[0] ?? 0) - sent).toBeGreaterThanOrEqual(295);
    });

    test('works on as many messages at a time as asked, never more', async () => {
      let now = 0;
      let most = 0;
      let handled = 0;
      for (let count = 0; count < 9; count += 1) await queue.send(count);
      consume(async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 20));
        now -= 1;
        handled += 1;
      }, 3);
      await expect.poll(() => handled).toBe(9);
      expect(most).toBe(3);
    });

    test('waits for the message under way when it is told to end, and takes no further one', async () => {
      const handled: unknown[] = [];
      const gate = Promise.withResolvers<void>();
      await queue.send('under way');
      await queue.send('waiting');
      consume(async ({ body }) => {
        await gate.promise;
        handled.push(body);
      });
      await expect.poll(async () => (await queue.depth()).inFlight).toBe(1);
      ending.abort();
      setTimeout(() => gate.resolve(), 50);
      await Promise.all(consumers);
      expect(handled).toEqual(['under way']);
      expect(await queue.depth()).toEqual({ waiting: 1, inFlight: 0, dead: 0 });
    });
  });
}
