import { type DatabasePool, sql } from 'slonik';
import { z } from 'zod';
import type { Log } from '../../handlers/deps.ts';
import { errorFields } from '../log.ts';
import { type Schedule, plannedAfter, plannedBefore } from './schedule.ts';

export interface Job {
  /** Unique; what is remembered is remembered under it. */
  readonly name: string;
  readonly schedule: Schedule;
  /** Runs up to so many milliseconds after the planned moment, at random. */
  readonly jitterMs?: number;
  /** Must be safe to repeat. Should give up soon when the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface SchedulerOptions {
  readonly pool: DatabasePool;
  readonly jobs: readonly Job[];
  readonly log: Log;
  readonly clock: () => Date;
  /** Longest sleep before the clock is looked at again, for it may be set, or the machine suspended. */
  readonly longestSleepMs?: number;
  /** Pause after the first failure; doubled after each further one, up to an hour. */
  readonly retryMs?: number;
}

export interface Scheduler {
  /** Tells the jobs under way to end and waits for them. */
  stop(): Promise<void>;
}

const LONGEST_RETRY_MS = 3_600_000;

/**
 * Runs jobs by the clock. What was last done is kept in the database: planned runs that were missed while the platform
 * was down are made up by one run at the next start, and one that failed is tried again until it succeeds. A job never
 * runs beside itself; different jobs may. A job seen for the first time waits for its first planned moment.
 * Throws RangeError for a time of day that is none, TypeError for two jobs of one name.
 */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const names = options.jobs.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new TypeError('Two jobs have the same name');
  for (const { schedule } of options.jobs) plannedBefore(schedule, 0);
  const memory = await openMemory(options.pool);
  const ending = new AbortController();
  const loops = options.jobs.map((job) => new JobLoop(job, options, memory, ending.signal).run());
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(loops);
    },
  };
}

class JobLoop {
  readonly #job: Job;
  readonly #options: SchedulerOptions;
  readonly #memory: Memory;
  readonly #signal: AbortSignal;

  constructor(job: Job, options: SchedulerOptions, memory: Memory, signal: AbortSignal) {
    this.#job = job;
    this.#options = options;
    this.#memory = memory;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { schedule } = this.#job;
    let failures = 0;
    let done: number | null = null;
    while (!this.#signal.aborted) {
      try {
        done ??= await this.#memory.begin(this.#job.name, plannedBefore(schedule, this.#now()));
        const due = plannedBefore(schedule, this.#now());
        if (due > done) {
          if (failures === 0) await this.#sleepUntil(due + this.#jitter());
          if (this.#signal.aborted) return;
          await this.#work(due);
          done = due;
        }
        failures = 0;
        await this.#sleepUntil(plannedAfter(schedule, done));
      } catch (error) {
        if (this.#signal.aborted) return;
        failures += 1;
        this.#options.log.error('A scheduled job failed and will be tried again', { job: this.#job.name, failures, ...errorFields(error) });
        await this.#sleepUntil(this.#now() + Math.min((this.#options.retryMs ?? 60_000) * 2 ** (failures - 1), LONGEST_RETRY_MS));
      }
    }
  }

  async #work(due: number): Promise<void> {
    const began = performance.now();
    await this.#job.run(this.#signal);
    await this.#memory.finish(this.#job.name, due);
    this.#options.log.info('A scheduled job ran', { job: this.#job.name, ms: Math.round(performance.now() - began) });
  }

  #now(): number {
    return this.#options.clock().getTime();
  }

  /** Only for a moment that has just come: what is made up for has waited long enough. */
  #jitter(): number {
    return Math.random() * (this.#job.jitterMs ?? 0);
  }

  async #sleepUntil(moment: number): Promise<void> {
    for (;;) {
      const left = moment - this.#now();
      if (left <= 0 || this.#signal.aborted) return;
      await sleep(Math.min(left, this.#options.longestSleepMs ?? 30_000), this.#signal);
    }
  }
}

interface Memory {
  /** The planned moment of the last run; remembers `first` for a job that is new. */
  begin(job: string, first: number): Promise<number>;
  finish(job: string, planned: number): Promise<void>;
}

async function openMemory(pool: DatabasePool): Promise<Memory> {
  const nothing = sql.type(z.object({}));
  const milliseconds = sql.type(z.object({ planned: z.string().regex(/^-?\d+$/) }));
  await pool.transaction(async (transaction) => {
    await transaction.query(nothing`SELECT pg_advisory_xact_lock(hashtext('embedded.schedule'))`);
    await transaction.query(nothing`CREATE SCHEMA IF NOT EXISTS embedded`);
    await transaction.query(nothing`
      CREATE TABLE IF NOT EXISTS embedded.schedule (
        job text PRIMARY KEY,
        planned_for timestamptz NOT NULL,
        finished_at timestamptz NOT NULL DEFAULT now()
      )`);
  });
  return {
    begin: async (job, first) => {
      await pool.query(nothing`
        INSERT INTO embedded.schedule (job, planned_for) VALUES (${job}, to_timestamp(${first / 1000})) ON CONFLICT DO NOTHING`);
      const planned = await pool.oneFirst(milliseconds`
        SELECT (extract(epoch FROM planned_for) * 1000)::bigint::text AS planned FROM embedded.schedule WHERE job = ${job}`);
      return Number(planned);
    },
    finish: async (job, planned) => {
      await pool.query(nothing`
        UPDATE embedded.schedule SET planned_for = to_timestamp(${planned / 1000}), finished_at = now() WHERE job = ${job}`);
    },
  };
}

/** Never rejects: ends early when the signal aborts. */
async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  const woken = Promise.withResolvers<void>();
  const wake = () => woken.resolve();
  const timer = setTimeout(wake, milliseconds);
  signal.addEventListener('abort', wake, { once: true });
  await woken.promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
}
