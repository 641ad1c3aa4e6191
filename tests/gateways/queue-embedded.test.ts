import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DatabasePool, sql } from 'slonik';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type QueueFailure, type QueueOptions, createQueues } from '../../gateways/queue/embedded.ts';
import type { Queue } from '../../gateways/queue/port.ts';
import { openDatabase } from '../../projectors/sql.ts';
import { describeQueueContract } from '../contracts/queue.ts';
import { type TestPostgres, startTestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let url: string;
let pool: DatabasePool;
let made = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  url = await postgres.freshDatabase();
  pool = await openDatabase(url);
});

afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

async function makeQueue(options: Partial<QueueOptions> = {}, onFailure?: (failure: QueueFailure) => void): Promise<Queue> {
  made += 1;
  const queues = await createQueues(pool, onFailure);
  return queues.queue(`queue-${made}`, { maxAttempts: 3, backoffMs: 5, ...options });
}

/** A module of the project as a string literal for a script elsewhere. */
function moduleUrl(file: string): string {
  return JSON.stringify(new URL(`../../${file}`, import.meta.url).href);
}

/** Consumes until `done` holds. */
async function consumeUntil(queue: Queue, handle: (body: unknown) => Promise<void>, done: () => boolean | Promise<boolean>): Promise<void> {
  const ending = new AbortController();
  const consumer = queue.consume(async ({ body }) => handle(body), { concurrency: 2, signal: ending.signal });
  await expect.poll(done, { timeout: 10_000, interval: 5 }).toBe(true);
  ending.abort();
  await consumer;
}

describeQueueContract('PostgreSQL', () => ({ makeQueue: async (maxAttempts) => makeQueue({ maxAttempts }) }));

describe('the embedded queue', () => {
  test('hands messages over in the order in which they were sent', async () => {
    const queue = await makeQueue();
    const expected = Array.from({ length: 50 }, (_, index) => index);
    for (const index of expected) await queue.send(index);
    const handled: unknown[] = [];
    const ending = new AbortController();
    const consumer = queue.consume(async ({ body }) => void handled.push(body), { concurrency: 1, signal: ending.signal });
    await expect.poll(() => handled.length).toBe(50);
    ending.abort();
    await consumer;
    expect(handled).toEqual(expected);
  });

  test('wakes an idle consumer rather than let it poll: a hop takes a few milliseconds at the median', async () => {
    const queue = await makeQueue();
    const ending = new AbortController();
    let arrived = Promise.withResolvers<number>();
    const consumer = queue.consume(async () => arrived.resolve(performance.now()), { concurrency: 4, signal: ending.signal });
    const hops: number[] = [];
    for (let count = 0; count < 41; count += 1) {
      arrived = Promise.withResolvers<number>();
      const sent = performance.now();
      await queue.send(count);
      hops.push((await arrived.promise) - sent);
    }
    ending.abort();
    await consumer;
    // Measured 1 to 3 ms; a busy machine needs more, a poll far more.
    expect(hops.toSorted((a, b) => a - b)[20]).toBeLessThan(100);
  });

  test('finds what another process sent', async () => {
    const queue = await makeQueue();
    const elsewhere = (await createQueues(pool)).queue(queue.name, { maxAttempts: 3, backoffMs: 5 });
    const handled: unknown[] = [];
    setTimeout(() => void elsewhere.send('from elsewhere'), 50);
    await consumeUntil(queue, async (body) => void handled.push(body), () => handled.length === 1);
    expect(handled).toEqual(['from elsewhere']);
  });

  test('reports each failure with its outcome, and keeps a code of it, never its message', async () => {
    const failures: QueueFailure[] = [];
    const queue = await makeQueue({ maxAttempts: 2 }, (failure) => failures.push(failure));
    await queue.send('x');
    await consumeUntil(
      queue,
      async () => {
        throw Object.assign(new Error('ada@example.org is unknown'), { code: 'NO_SUCH_PERSON' });
      },
      async () => (await queue.depth()).dead === 1,
    );
    expect(failures.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([[1, 'retry'], [2, 'dead']]);
    const text = sql.type(z.object({ text: z.string() }));
    expect(await pool.oneFirst(text`SELECT last_error AS text FROM embedded.message WHERE queue = ${queue.name}`)).toBe('NO_SUCH_PERSON');
  });

  test('spaces the attempts by the list it was given', async () => {
    const queue = await makeQueue({ maxAttempts: 3, backoffMs: [60, 250] });
    const times: number[] = [];
    await queue.send('x');
    await consumeUntil(
      queue,
      async () => {
        times.push(Date.now());
        throw new Error('no');
      },
      async () => (await queue.depth()).dead === 1,
    );
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(58);
    expect(third - second).toBeGreaterThanOrEqual(248);
  });

  test('refuses a body that is not JSON', async () => {
    const queue = await makeQueue();
    await expect(queue.send(undefined)).rejects.toThrow(/must be JSON/);
    expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 0 });
  });

  test('goes on when the database had to be left alone for a moment', async () => {
    const failures: QueueFailure[] = [];
    const queue = await makeQueue({}, (failure) => failures.push(failure));
    const ending = new AbortController();
    const handled: unknown[] = [];
    const consumer = queue.consume(async ({ body }) => void handled.push(body), { concurrency: 1, signal: ending.signal });
    await queue.send('before');
    await expect.poll(() => handled).toEqual(['before']);
    const nothing = sql.type(z.object({}));
    await pool.query(nothing`ALTER TABLE embedded.message RENAME TO away`);
    await expect.poll(() => failures.some(({ outcome }) => outcome === 'database'), { timeout: 5000 }).toBe(true);
    await pool.query(nothing`ALTER TABLE embedded.away RENAME TO message`);
    await queue.send('after');
    await expect.poll(() => handled, { timeout: 5000 }).toEqual(['before', 'after']);
    ending.abort();
    await consumer;
  });
});

describe('after the platform was killed', () => {
  test('messages under way are in line again at once, their cut-off attempt not counted, and none is lost', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kyc-queue-'));
    const script = path.join(folder, 'platform.mjs');
    await writeFile(
      script,
      `import { openDatabase } from ${moduleUrl('projectors/sql.ts')};
       import { createQueues } from ${moduleUrl('gateways/queue/embedded.ts')};
       const pool = await openDatabase(${JSON.stringify(url)});
       const queue = (await createQueues(pool)).queue('killed', { maxAttempts: 3, backoffMs: 60_000 });
       for (let count = 0; count < 20; count += 1) await queue.send(count, { dedupeKey: String(count % 10 < 5 ? count : 'n' + count) });
       let handled = 0;
       await queue.consume(async ({ body }) => {
         if (handled === 8) { process.stdout.write('ready\\n'); await new Promise(() => {}); }
         handled += 1;
         process.stdout.write('handled ' + body + '\\n');
       }, { concurrency: 4, signal: new AbortController().signal });`,
    );
    const platform = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const chunk of platform.stdout) {
      said += String(chunk);
      if (said.includes('ready')) break;
    }
    platform.kill('SIGKILL');
    await once(platform, 'exit');
    await rm(folder, { recursive: true, force: true });

    const queue = (await createQueues(pool)).queue('killed', { maxAttempts: 3, backoffMs: 5 });
    expect((await queue.depth()).inFlight).toBeGreaterThan(0);
    const handledBefore = [...said.matchAll(/handled (\d+)/g)].map(([, number]) => Number(number));
    const handledAfter: number[] = [];
    const attempts = new Set<number>();
    const ending = new AbortController();
    const began = Date.now();
    const consumer = queue.consume(
      async ({ body, attempt }) => {
        handledAfter.push(z.number().parse(body));
        attempts.add(attempt);
      },
      { concurrency: 4, signal: ending.signal },
    );
    await expect.poll(async () => Object.values(await queue.depth()).reduce((sum, count) => sum + count, 0)).toBe(0);
    expect(Date.now() - began).toBeLessThan(5000);
    ending.abort();
    await consumer;
    expect(new Set([...handledBefore, ...handledAfter])).toEqual(new Set(Array.from({ length: 20 }, (_, index) => index)));
    expect(attempts).toEqual(new Set([1]));
  });

  test('a message that was under way at too many deaths becomes a dead letter', async () => {
    const queue = await makeQueue();
    await queue.send('deadly');
    const nothing = sql.type(z.object({}));
    await pool.query(nothing`UPDATE embedded.message SET state = 'running', attempt = 1, crashes = 19 WHERE queue = ${queue.name}`);
    await consumeUntil(queue, async () => expect.unreachable(), async () => (await queue.depth()).dead === 1);
    expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, dead: 1 });
  });

  test('two messages of one dedupe key that were both under way come back both', async () => {
    const queue = await makeQueue();
    const nothing = sql.type(z.object({}));
    for (const body of ['"a"', '"b"', '"c"']) {
      await pool.query(nothing`
        INSERT INTO embedded.message (queue, body, dedupe_key, state, attempt)
        VALUES (${queue.name}, ${body}::json, 'same', ${body === '"c"' ? 'waiting' : 'running'}, 1)`);
    }
    const handled: unknown[] = [];
    await consumeUntil(queue, async (body) => void handled.push(body), () => handled.length === 3);
    expect(handled.toSorted()).toEqual(['a', 'b', 'c']);
  });
});
