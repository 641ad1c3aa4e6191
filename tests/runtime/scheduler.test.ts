import { assert as assertLaw, constantFrom, integer, property, record } from 'fast-check';
import type { DatabasePool } from 'slonik';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../projectors/sql.ts';
import { type Schedule, plannedAfter, plannedBefore } from '../../runtime/embedded/schedule.ts';
import { type Job, type Scheduler, startScheduler } from '../../runtime/embedded/scheduler.ts';
import { type TestPostgres, startTestPostgres } from '../support/postgres.ts';

/** Long enough for the scheduler to look at the clock several times. */
async function aWhile(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60));
}

describe('a schedule', () => {
  const daily: Schedule = { every: 'day', at: '03:30' };
  const weekly: Schedule = { every: 'week', weekday: 1, at: '06:00' };

  test.each([
    [{ every: 'minute' } as const, '2026-11-22T10:11:12.345Z', '2026-11-22T10:11:00.000Z', '2026-11-22T10:12:00.000Z'],
    [daily, '2026-11-22T03:29:59.999Z', '2026-11-21T03:30:00.000Z', '2026-11-22T03:30:00.000Z'],
    [daily, '2026-11-22T03:30:00.000Z', '2026-11-22T03:30:00.000Z', '2026-11-23T03:30:00.000Z'],
    [daily, '2026-12-31T23:59:59.000Z', '2026-12-31T03:30:00.000Z', '2027-01-01T03:30:00.000Z'],
    // 22 November 2026 is a Sunday.
    [weekly, '2026-11-22T12:00:00.000Z', '2026-11-16T06:00:00.000Z', '2026-11-23T06:00:00.000Z'],
    [weekly, '2026-11-23T06:00:00.000Z', '2026-11-23T06:00:00.000Z', '2026-11-30T06:00:00.000Z'],
    [{ every: 'week', weekday: 7, at: '00:00' } as const, '2026-11-22T00:00:00.000Z', '2026-11-22T00:00:00.000Z', '2026-11-29T00:00:00.000Z'],
  ])('%j at %s: last %s, next %s', (schedule, now, last, next) => {
    expect(new Date(plannedBefore(schedule, Date.parse(now))).toISOString()).toBe(last);
    expect(new Date(plannedAfter(schedule, Date.parse(now))).toISOString()).toBe(next);
  });

  test('has each moment between its last planned one, included, and its next, and is planned at the hour it says', () => {
    const schedules = record({ weekday: constantFrom(1, 2, 3, 4, 5, 6, 7), hour: integer({ min: 0, max: 23 }), minute: integer({ min: 0, max: 59 }) });
    assertLaw(
      property(schedules, integer({ min: 0, max: 4_102_444_800_000 }), ({ weekday, hour, minute }, now) => {
        const at = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const schedule = { every: 'week', weekday, at } as const;
        const last = plannedBefore(schedule, now);
        expect(last).toBeLessThanOrEqual(now);
        expect(plannedAfter(schedule, now)).toBeGreaterThan(now);
        expect(plannedBefore(schedule, plannedAfter(schedule, now))).toBe(plannedAfter(schedule, now));
        expect(new Date(last).toISOString().slice(11, 16)).toBe(at);
        expect(new Date(last).getUTCDay()).toBe(weekday % 7);
      }),
    );
  });

  test.each(['24:00', '3:30', '03:60', 'noon', ''])('refuses %j as a time of day', (at) => {
    expect(() => plannedBefore({ every: 'day', at }, 0)).toThrow(RangeError);
  });
});

describe('the scheduler', () => {
  let postgres: TestPostgres;
  let pool: DatabasePool;
  let now: number;
  let running: Scheduler[];
  let errors: unknown[];

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(async () => {
    await postgres.stop();
  });
  beforeEach(async () => {
    pool = await openDatabase(await postgres.freshDatabase());
    now = Date.parse('2026-11-22T02:00:00.000Z');
    running = [];
    errors = [];
  });
  afterEach(async () => {
    for (const scheduler of running) await scheduler.stop();
    await pool.end();
  });

  async function start(...jobs: readonly Job[]): Promise<Scheduler> {
    const log = { info: () => undefined, warn: () => undefined, error: (_: string, fields: unknown) => void errors.push(fields) };
    const scheduler = await startScheduler({ pool, jobs, log, clock: () => new Date(now), longestSleepMs: 5, retryMs: 10 });
    running.push(scheduler);
    return scheduler;
  }

  function counting(schedule: Schedule): Job & { readonly runs: string[] } {
    const runs: string[] = [];
    return { name: 'count', schedule, runs, run: async () => void runs.push(new Date(now).toISOString()) };
  }

  test('runs a job at its planned moments, each once', async () => {
    const job = counting({ every: 'day', at: '03:00' });
    await start(job);
    await aWhile();
    expect(job.runs).toEqual([]);
    now = Date.parse('2026-11-22T03:00:00.000Z');
    await expect.poll(() => job.runs).toEqual(['2026-11-22T03:00:00.000Z']);
    now = Date.parse('2026-11-23T02:59:59.000Z');
    await aWhile();
    expect(job.runs).toHaveLength(1);
    now = Date.parse('2026-11-23T03:00:00.500Z');
    await expect.poll(() => job.runs).toHaveLength(2);
    await aWhile();
    expect(job.runs).toHaveLength(2);
  });

  test('makes up for all that was missed while it was down with one run, and forgets nothing that was done', async () => {
    const job = counting({ every: 'minute' });
    const first = await start(job);
    await aWhile();
    now += 60_000;
    await expect.poll(() => job.runs).toHaveLength(1);
    await first.stop();
    now += 3_600_000;
    const second = await start(job);
    await expect.poll(() => job.runs).toHaveLength(2);
    await aWhile();
    await second.stop();
    await start(job);
    await aWhile();
    expect(job.runs).toHaveLength(2);
  });

  test('tries a job that failed again until it succeeds, logging no message of the error', async () => {
    let attempts = 0;
    const run = async () => {
      attempts += 1;
      if (attempts < 3) throw Object.assign(new Error('Ada Lovelace'), { code: 'NOT_NOW' });
    };
    await start({ name: 'fails', schedule: { every: 'day', at: '03:00' }, run });
    await aWhile();
    now = Date.parse('2026-11-22T03:00:00.000Z');
    await expect.poll(() => attempts).toBe(1);
    await expect.poll(() => ((now += 1_000), attempts)).toBe(3);
    await aWhile();
    expect(attempts).toBe(3);
    expect(errors).toMatchObject([{ job: 'fails', failures: 1, code: 'NOT_NOW' }, { failures: 2 }]);
    expect(JSON.stringify(errors)).not.toContain('Ada');
  });

  test('runs a job that was cut off again at the next start', async () => {
    let runs = 0;
    const job: Job = {
      name: 'cut off',
      schedule: { every: 'day', at: '03:00' },
      run: async (signal) => {
        runs += 1;
        if (runs === 1) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const first = await start(job);
    await aWhile();
    now = Date.parse('2026-11-22T03:00:00.000Z');
    await expect.poll(() => runs).toBe(1);
    await first.stop();
    await start(job);
    await expect.poll(() => runs).toBe(2);
  });

  test('waits for the job under way when it is stopped, and holds up no other job meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    let ended = false;
    const slow: Job = {
      name: 'slow',
      schedule: { every: 'minute' },
      run: async () => {
        await gate.promise;
        ended = true;
      },
    };
    const job = counting({ every: 'minute' });
    const scheduler = await start(slow, job);
    await aWhile();
    for (const expected of [1, 2, 3]) {
      now += 60_000;
      await expect.poll(() => job.runs).toHaveLength(expected);
    }
    let stopped = false;
    const stopping = scheduler.stop().then(() => void (stopped = true));
    await aWhile();
    expect(stopped).toBe(false);
    gate.resolve();
    await stopping;
    expect(ended).toBe(true);
  });

  test('runs a job with jitter later than planned, by no more than was allowed', async () => {
    const job = { ...counting({ every: 'day', at: '03:00' }), jitterMs: 600_000 };
    await start(job);
    await aWhile();
    now = Date.parse('2026-11-22T03:00:00.001Z');
    await aWhile();
    expect(job.runs).toEqual([]);
    now = Date.parse('2026-11-22T03:10:00.001Z');
    await expect.poll(() => job.runs).toHaveLength(1);
  });

  test('refuses two jobs of one name and a time of day that is none', async () => {
    const job = counting({ every: 'minute' });
    await expect(start(job, job)).rejects.toThrow(/same name/);
    await expect(start(counting({ every: 'day', at: '25:00' }))).rejects.toThrow(RangeError);
  });
});
