import { ApifyClient, DownloadItemsFormat, type ActorRun } from 'apify-client';
import { z } from 'zod';
import type { RegisterType } from '../../events/vocabulary.ts';
import { ServiceUnavailable } from '../errors.ts';
import { RegisterNotOffered, RunNotFinished } from './errors.ts';
import { mappers } from './mappers/all.ts';
import { readOutput } from './mappers/mapper.ts';
import type { RegisterRun, Registers } from './port.ts';
import { announcedEvents, tokenHeader } from './webhook.ts';

export interface ApifySource {
  /** `owner/name`; where it is left out, the mapper's own. */
  readonly actor?: string;
  /** Pinned, for example `0.1.14`: a scraper that changes under us must not change decisions. */
  readonly build: string;
}

export interface ApifyOptions {
  readonly token: string;
  /** Another API endpoint, for tests and proxies. */
  readonly baseUrl?: string;
  readonly sources: Readonly<Partial<Record<RegisterType, ApifySource>>>;
  /** Longest run in seconds, and its memory in megabytes. */
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Pause before the first repetition of a failed API request; doubles each time. 500 when left out. */
  readonly retryMs?: number;
}

/** Named store in our Apify account: request id to run id, because starting a run has no idempotency key. */
const requestsStore = 'kyc-register-requests';
/** `LEVELS.OFF` of @apify/log. */
const silent = 0;

/** The registers through Apify actors. The API token is ours; what a callback claims is never used here. */
export function createApifyRegisters(options: ApifyOptions): Registers {
  const client = new ApifyClient({
    token: options.token, maxRetries: 3, timeoutSecs: 30, minDelayBetweenRetriesMillis: options.retryMs ?? 500,
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
  });
  // It would write its warnings past our log.
  client.logger.setLevel(silent);
  const actorIds = new Map<string, RegisterType>();
  let store: Promise<{ id: string }> | null = null;

  function sourceOf(register: RegisterType): { actor: string; build: string } {
    const source = options.sources[register];
    const actor = source?.actor ?? mappers[register].actor;
    if (source === undefined || actor === null) throw new RegisterNotOffered(register);
    return { actor, build: source.build };
  }

  /** The register whose actor this is; null for an actor that is not ours. */
  async function registerOf(actorId: string): Promise<RegisterType | null> {
    if (!actorIds.has(actorId)) {
      for (const { register } of Object.values(mappers)) {
        if (options.sources[register] === undefined) continue;
        const actor = await client.actor(sourceOf(register).actor).get();
        if (actor !== undefined) actorIds.set(actor.id, register);
      }
    }
    return actorIds.get(actorId) ?? null;
  }

  async function requests() {
    store ??= client.keyValueStores().getOrCreate(requestsStore);
    try {
      return client.keyValueStore((await store).id);
    } catch (error) {
      store = null;
      throw error;
    }
  }

  async function ours(runId: string): Promise<{ run: ActorRun; register: RegisterType } | null> {
    const run = await client.run(runId).get();
    const register = run === undefined ? null : await registerOf(run.actId);
    return run === undefined || register === null ? null : { run, register };
  }

  return {
    provider: 'apify',
    start: (lookup) => reach(async () => {
      const { actor, build } = sourceOf(lookup.register);
      const known = await requests();
      const before = z.object({ value: z.object({ runId: z.string() }) }).safeParse(await known.getRecord(lookup.requestId));
      if (before.success) return { runId: before.data.value.runId };
      const run = await client.actor(actor).start(
        { ...mappers[lookup.register].input(lookup.registrationNumber), kycRequestId: lookup.requestId },
        {
          build, timeout: options.timeoutSeconds, memory: options.memoryMegabytes,
          webhooks: [{
            eventTypes: announcedEvents,
            requestUrl: lookup.callbackUrl,
            headersTemplate: JSON.stringify({ [tokenHeader]: lookup.callbackToken }),
            idempotencyKey: lookup.requestId,
          }],
        },
      );
      await known.setRecord({ key: lookup.requestId, value: { runId: run.id } });
      return { runId: run.id };
    }),
    run: (runId): Promise<RegisterRun | null> => reach(async () => {
      const found = await ours(runId);
      if (found === null) return null;
      // The input lies in our account, so nobody outside can make a run of theirs look like ours.
      const input = await client.keyValueStore(found.run.defaultKeyValueStoreId).getRecord('INPUT');
      const correlation = z.object({ value: z.object({ kycRequestId: z.string() }) }).safeParse(input);
      return {
        runId: found.run.id,
        actor: sourceOf(found.register).actor,
        status: found.run.status,
        requestId: correlation.success ? correlation.data.value.kycRequestId : null,
        // Apify gives a run that has not ended the time it would have ended with.
        finishedAt: isFinal(found.run.status) ? new Date(found.run.finishedAt).toISOString() : null,
      };
    }),
    answer: (runId) => reach(async () => {
      const found = await ours(runId);
      if (found === null || found.run.status !== 'SUCCEEDED') throw new RunNotFinished(runId);
      const bytes = await client.dataset(found.run.defaultDatasetId).downloadItems(DownloadItemsFormat.JSON);
      return readOutput(mappers[found.register], new Uint8Array(bytes));
    }),
  };
}

function isFinal(status: RegisterRun['status']): boolean {
  return ['SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED'].includes(status);
}

async function reach<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RegisterNotOffered || error instanceof RunNotFinished) throw error;
    throw new ServiceUnavailable('apify', { cause: error });
  }
}
