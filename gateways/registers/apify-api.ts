import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export interface ApifyApiOptions {
  readonly token: string;
  readonly baseUrl: string;
  /** Pause before the first repetition of a request that failed for a passing reason; doubles each time. */
  readonly retryMs: number;
}

const Run = z.object({ data: z.looseObject({
  id: z.string(), actId: z.string(), finishedAt: z.string().nullish(),
  status: z.enum(['READY', 'RUNNING', 'TIMING-OUT', 'ABORTING', 'SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED']),
  defaultDatasetId: z.string(), defaultKeyValueStoreId: z.string(),
}) });
export type ApifyRun = z.infer<typeof Run>['data'];
const Named = z.object({ data: z.looseObject({ id: z.string() }) });

export interface StartOptions {
  readonly build: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memory: number;
  readonly webhooks: readonly Readonly<Record<string, unknown>>[];
}

/** The few routes of Apify's API (docs.apify.com/api/v2) that a lookup needs. */
export interface ApifyApi {
  /** null for an actor or run that there is not. */
  actorId(actor: string): Promise<string | null>;
  start(actor: string, input: Readonly<Record<string, unknown>>, options: StartOptions): Promise<ApifyRun>;
  run(runId: string): Promise<ApifyRun | null>;
  /** The id of our store of this name, made at its first use. */
  store(name: string): Promise<string>;
  record(store: string, key: string): Promise<unknown>;
  setRecord(store: string, key: string, value: unknown): Promise<void>;
  /** The dataset's items as JSON, the bytes as they came. */
  items(dataset: string): Promise<Uint8Array>;
}

const ATTEMPTS = 4;
const TIMEOUT_MS = 30_000;

/**
 * Apify's own client is not used: it brings half a megabyte that a Lambda function would load at each cold start.
 * Requests are repeated after a lost connection, 429 and 5xx; everything else throws with the status alone.
 */
export function createApifyApi({ token, baseUrl, retryMs }: ApifyApiOptions): ApifyApi {
  async function ask(method: string, path: string, body?: unknown): Promise<Response | null> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${baseUrl}/v2/${path}`, {
        method, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch((error: unknown) => {
        if (attempt === ATTEMPTS) throw error;
        return null;
      });
      if (response?.ok === true) return response;
      await response?.body?.cancel();
      if (response?.status === 404) return null;
      const passing = response === null || response.status === 429 || response.status >= 500;
      if (!passing || attempt === ATTEMPTS) throw new Error(`Apify answered ${response?.status ?? 'nothing'}`);
      await sleep(retryMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }

  async function found<T>(schema: z.ZodType<T>, response: Response | null): Promise<T | null> {
    return response === null ? null : schema.parse(await response.json());
  }

  function expected<T>(value: T | null): T {
    if (value === null) throw new Error('Apify answered 404');
    return value;
  }

  const actorPath = (actor: string) => `actors/${encodeURIComponent(actor.replace('/', '~'))}`;
  const recordPath = (store: string, key: string) => `key-value-stores/${encodeURIComponent(store)}/records/${encodeURIComponent(key)}`;

  return {
    actorId: async (actor) => (await found(Named, await ask('GET', actorPath(actor))))?.data.id ?? null,
    async start(actor, input, { build, timeout, memory, webhooks }) {
      const query = new URLSearchParams({
        build, timeout: String(timeout), memory: String(memory), webhooks: Buffer.from(JSON.stringify(webhooks)).toString('base64'),
      });
      return expected(await found(Run, await ask('POST', `${actorPath(actor)}/runs?${query}`, input))).data;
    },
    run: async (runId) => (await found(Run, await ask('GET', `actor-runs/${encodeURIComponent(runId)}`)))?.data ?? null,
    store: async (name) => expected(await found(Named, await ask('POST', `key-value-stores?${new URLSearchParams({ name })}`))).data.id,
    record: async (store, key) => (await ask('GET', recordPath(store, key)))?.json() ?? null,
    async setRecord(store, key, value) {
      const response = expected(await ask('PUT', recordPath(store, key), value));
      await response.body?.cancel();
    },
    async items(dataset) {
      const response = expected(await ask('GET', `datasets/${encodeURIComponent(dataset)}/items?format=json`));
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
