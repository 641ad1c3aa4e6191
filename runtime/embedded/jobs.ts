import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiDeps } from '../../api/deps.ts';
import type { Deps, Log } from '../../handlers/deps.ts';
import { sweepCallbacks, sweepCases } from '../../handlers/sweeper.ts';
import { pickUpFolder } from '../../handlers/upload-folder.ts';
import { unfinishedCases } from '../../projectors/relational/unfinished.ts';
import { errorFields } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { Feed } from './feed.ts';
import type { ReadModel } from './read-models.ts';
import type { Retention } from './retention.ts';
import { remindNow } from './reminders.ts';
import { startScheduler } from './scheduler.ts';
import { sweepFromMark } from './sweep-mark.ts';
import type { Stores } from './stores.ts';
import type { TransparencyLog } from './transparency-log.ts';

export interface JobParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly deps: Deps;
  readonly feed: Feed;
  readonly api: Pick<ApiDeps, 'sessions' | 'idempotency'>;
  readonly readModels: readonly ReadModel[];
  readonly retention: Retention;
  readonly transparencyLog: Pick<TransparencyLog, 'sweep' | 'anchor'>;
  readonly log: Log;
}

/** Everything that happens by the clock: sweeps, the upload folder, reminders, house-keeping. */
export async function startJobs({ settings, stores, deps, feed, api, readModels, retention, transparencyLog, log }: JobParts): Promise<{ stop(): Promise<void> }> {
  const ending = new AbortController();
  const { signal } = ending;
  await mkdir(settings.uploadFolder, { recursive: true, mode: 0o700 });

  // What was recorded and not projected when the last platform ended, however long ago that was.
  await Promise.all(readModels.map(({ projector }) => projector.retryFailed()));
  const sweepLog = () => sweepFromMark(stores.pool, deps.clock(), (since) => feed.sweep(since));
  await sweepLog();
  // An erasure that was cut off, or undone by a backup that was restored. It must not keep the platform from starting.
  await retention.resume().catch((error: unknown) => log.error('erasures could not be finished; the daily run tries again', errorFields(error)));

  const loops = [
    repeat('callbacks', 2_000, signal, log, () => sweepCallbacks(deps, { now: deps.clock().toISOString() })),
    repeat('upload folder', 2_000, signal, log, () => pickUpFolder(deps, settings.uploadFolder)),
  ];
  const scheduler = await startScheduler({
    pool: stores.pool,
    log,
    clock: deps.clock,
    jobs: [
      {
        name: 'sweep-log',
        schedule: { every: 'minute' },
        run: sweepLog,
      },
      {
        name: 'sequence-log',
        schedule: { every: 'minute' },
        run: () => transparencyLog.sweep(),
      },
      {
        name: 'anchor-log',
        schedule: { every: 'minute' },
        run: () => transparencyLog.anchor(),
      },
      {
        name: 'sweep-cases',
        schedule: { every: 'minute' },
        run: async () => {
          await sweepCases(deps, { now: deps.clock().toISOString(), streams: unfinishedCases(stores.pool) });
        },
      },
      {
        name: 'retry-projections',
        schedule: { every: 'minute' },
        run: async () => {
          await Promise.all(readModels.map(({ projector }) => projector.retryFailed()));
        },
      },
      {
        name: 'expiry-reminder',
        schedule: { every: 'week', weekday: 1, at: '06:00' },
        run: async () => {
          await remindNow(stores, deps);
        },
      },
      {
        // By law, not by choice: Money Laundering Regulations 2017, reg. 40(5).
        name: 'erase-due',
        schedule: { every: 'day', at: '02:00' },
        run: async () => {
          await retention.runDue();
        },
      },
      {
        name: 'purge-sessions',
        schedule: { every: 'day', at: '03:00' },
        run: async () => {
          await api.sessions.purge(deps.clock());
          await api.idempotency.purge(deps.clock());
        },
      },
    ],
  });
  return {
    stop: async () => {
      ending.abort();
      await Promise.all([scheduler.stop(), ...loops]);
    },
  };
}

async function repeat(name: string, pauseMs: number, signal: AbortSignal, log: Log, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      log.warn('a sweep failed and will be repeated', { sweep: name, ...errorFields(error) });
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
