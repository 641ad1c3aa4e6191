import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegisterType } from '../../events/vocabulary.ts';
import { DirectoryRun } from './directory-run.ts';
import { RunNotFinished } from './errors.ts';
import { mappers } from './mappers/all.ts';
import { noResultsItem, readOutput } from './mappers/mapper.ts';
import type { RegisterRun, Registers } from './port.ts';
import type { Registrant } from './registrant.ts';
import { createRunFolder } from './run-folder.ts';
import { tokenHeader, type RegisterWebhook } from './webhook.ts';

export interface DirectoryOptions {
  readonly registrants: readonly Registrant[];
  /** Where runs are kept, so that a restart forgets none. */
  readonly folder: string;
  /** How long a lookup takes. */
  readonly latencyMs: number;
  /** Pause before the first repetition of a callback that was not answered with 2xx; doubles each time. */
  readonly retryMs: number;
  readonly clock: () => Date;
  /** Told of callbacks that could not be delivered; `runId` is nothing personal. */
  readonly onUndelivered: (runId: string) => void;
}

export interface RegisterDirectory extends Registers {
  /** Goes on with the runs that a restart cut off. */
  resume(): Promise<void>;
  /** Removes the runs of these requests (erasure): what was asked and answered. Answers how many there were. */
  forget(requestIds: readonly string[]): Promise<number>;
  /** Ends timers and waits for calls under way; what is left goes on after `resume`. */
  stop(): Promise<void>;
}

/** Repetitions of an undelivered callback, as many as Apify makes. */
const attempts = 11;

/**
 * The four registers as a directory of fictional registrants. Like Apify it takes a request, answers later by calling
 * back over HTTP, and repeats the call until it is answered with 2xx; the answer itself is fetched from the run.
 */
export function createRegisterDirectory(options: DirectoryOptions): RegisterDirectory {
  const runs = createRunFolder(options.folder);
  const underWay = new Map<string, Promise<void>>();
  const forgotten = new Set<string>();
  let stopping = new AbortController();

  const find = (register: RegisterType, number: string) =>
    options.registrants.find((each) => each.register === register && each.number === number);

  /** A run that was forgotten while it was under way must not come back. */
  async function keep(run: DirectoryRun): Promise<void> {
    if (!forgotten.has(run.runId)) await runs.put(run);
    if (forgotten.has(run.runId)) await runs.remove(run.runId);
  }

  function carryOn(run: DirectoryRun): void {
    if (run.callback === null || underWay.has(run.runId) || forgotten.has(run.runId)) return;
    if (find(run.register, run.registrationNumber)?.answers === 'never') return;
    const { signal } = stopping;
    const work = finishAndAnnounce(run, signal)
      .catch(() => { if (!signal.aborted) options.onUndelivered(run.runId); })
      .finally(() => underWay.delete(run.runId));
    underWay.set(run.runId, work);
  }

  async function finishAndAnnounce(run: DirectoryRun, signal: AbortSignal): Promise<void> {
    await sleep(Math.max(0, Date.parse(run.startedAt) + options.latencyMs - options.clock().getTime()), undefined, { signal });
    const finished = run.finishedAt === null ? await finish(run) : run;
    let delivered = await announce(finished, signal);
    for (let attempt = 0; !delivered && attempt < attempts; attempt += 1) {
      await sleep(options.retryMs * 2 ** attempt, undefined, { signal });
      delivered = await announce(finished, signal);
    }
    if (!delivered) options.onUndelivered(run.runId);
    // Delivered or given up: a restart does not begin anew, and the answer can still be fetched.
    await runs.put({ ...finished, callback: null });
  }

  async function finish(run: DirectoryRun): Promise<DirectoryRun> {
    const registrant = find(run.register, run.registrationNumber);
    const item = registrant === undefined ? noResultsItem(run.registrationNumber) : mappers[run.register].item(registrant);
    const finished = DirectoryRun.parse({ ...run, items: [item], finishedAt: options.clock().toISOString() });
    await keep(finished);
    return finished;
  }

  async function announce(run: DirectoryRun, signal: AbortSignal): Promise<boolean> {
    if (run.callback === null || forgotten.has(run.runId)) return true;
    try {
      const response = await fetch(run.callback.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [tokenHeader]: run.callback.token,
          'X-Apify-Webhook': 'true',
          'X-Apify-Webhook-Dispatch-Id': randomBytes(12).toString('hex'),
        },
        body: JSON.stringify(webhookOf(run, options.clock())),
        signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  return {
    provider: 'directory',
    async start(lookup) {
      const runId = runIdOf(lookup.requestId);
      const known = await runs.get(runId);
      if (known === null) {
        const { requestId, register, registrationNumber, callbackUrl, callbackToken } = lookup;
        await keep({
          runId, requestId, register, registrationNumber,
          startedAt: options.clock().toISOString(), finishedAt: null, items: [],
          callback: { url: callbackUrl, token: callbackToken },
        });
      }
      const run = known ?? await runs.get(runId);
      if (run !== null) carryOn(run);
      return { runId };
    },
    async run(runId): Promise<RegisterRun | null> {
      const run = await runs.get(runId);
      if (run === null) return null;
      return {
        runId, actor: actorOf(run), requestId: run.requestId, finishedAt: run.finishedAt,
        status: run.finishedAt === null ? 'RUNNING' : 'SUCCEEDED',
      };
    },
    async answer(runId) {
      const run = await runs.get(runId);
      if (run === null || run.finishedAt === null) throw new RunNotFinished(runId);
      return readOutput(mappers[run.register], new TextEncoder().encode(JSON.stringify(run.items)));
    },
    async resume() {
      stopping = new AbortController();
      for await (const run of runs.all()) carryOn(run);
    },
    async forget(requestIds) {
      let count = 0;
      for (const requestId of requestIds) {
        const runId = runIdOf(requestId);
        forgotten.add(runId);
        if (await runs.get(runId) !== null) count += 1;
        await runs.remove(runId);
      }
      return count;
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(underWay.values());
    },
  };
}

/** Seventeen letters and digits, like Apify's; the same request always has the same run. */
function runIdOf(requestId: string): string {
  return createHash('sha256').update(requestId).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 17);
}

function actorOf(run: DirectoryRun): string {
  return mappers[run.register].actor ?? `directory/${run.register.toLowerCase()}`;
}

function webhookOf(run: DirectoryRun, now: Date): RegisterWebhook {
  return {
    userId: 'directory',
    createdAt: now.toISOString(),
    eventType: 'ACTOR.RUN.SUCCEEDED',
    eventData: { actorId: actorOf(run), actorTaskId: null, actorRunId: run.runId },
    resource: {
      id: run.runId, actId: actorOf(run), status: 'SUCCEEDED',
      startedAt: run.startedAt, finishedAt: run.finishedAt, defaultDatasetId: run.runId,
    },
  };
}
