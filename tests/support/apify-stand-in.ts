import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { z } from 'zod';

const Webhooks = z.array(z.looseObject({ eventTypes: z.array(z.string()), requestUrl: z.url(), headersTemplate: z.string(), idempotencyKey: z.string() }));

interface Run {
  readonly id: string;
  readonly actor: string;
  readonly build: string | null;
  readonly input: Record<string, unknown>;
  status: string;
  items: unknown[];
}

/**
 * The few routes of Apify's API that the gateway uses, with the shapes of docs.apify.com/api/v2.
 * `answer` gives the dataset's items for an input, or null for a run that never ends.
 */
export async function startApifyStandIn(answer: (actor: string, input: Record<string, unknown>) => unknown[] | null, repetitions = 1) {
  const runs = new Map<string, Run>();
  const records = new Map<string, unknown>();
  const requests: { method: string; path: string; authorization: string | undefined }[] = [];
  let failNext = 0;
  let failure = { status: 500, type: 'internal-server-error' };

  const runBody = (run: Run) => ({
    data: {
      id: run.id, actId: idOf(run.actor), userId: 'standin', status: run.status,
      startedAt: new Date().toISOString(), finishedAt: new Date().toISOString(),
      buildId: 'b', buildNumber: run.build, defaultDatasetId: `ds-${run.id}`, defaultKeyValueStoreId: `kv-${run.id}`,
    },
  });

  async function announce(run: Run, webhooks: z.infer<typeof Webhooks>) {
    for (const hook of webhooks) {
      const call = () => fetch(hook.requestUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json', 'X-Apify-Webhook': 'true',
          'X-Apify-Webhook-Dispatch-Id': randomBytes(9).toString('hex'),
          ...z.record(z.string(), z.string()).parse(JSON.parse(hook.headersTemplate)),
        },
        body: JSON.stringify({
          userId: 'standin', createdAt: new Date().toISOString(), eventType: 'ACTOR.RUN.SUCCEEDED',
          eventData: { actorId: idOf(run.actor), actorTaskId: null, actorRunId: run.id }, resource: runBody(run).data,
        }),
      });
      // As Apify does, in milliseconds instead of minutes.
      for (let attempt = 1, reply = await call(); !reply.ok && attempt < repetitions; attempt += 1) {
        await sleep(100 * 2 ** attempt);
        reply = await call();
      }
    }
  }

  async function route(request: IncomingMessage): Promise<{ status: number; body?: unknown; raw?: string }> {
    const url = new URL(request.url ?? '/', 'http://standin');
    requests.push({ method: request.method ?? '', path: url.pathname, authorization: request.headers.authorization });
    if (failNext > 0) {
      failNext -= 1;
      return { status: failure.status, body: { error: { type: failure.type, message: 'refused by the stand-in' } } };
    }
    const parts = url.pathname.split('/').slice(2).map(decodeURIComponent);
    const missing = { status: 404, body: { error: { type: 'record-not-found', message: 'none' } } };
    if (parts[0] === 'actors' && parts[1] !== undefined && parts[2] === 'runs') {
      const input = z.record(z.string(), z.unknown()).parse(JSON.parse((await bodyOf(request)).toString()));
      const actor = parts[1].replace('~', '/');
      const run: Run = { id: randomBytes(9).toString('hex').slice(0, 17), actor, build: url.searchParams.get('build'), input, status: 'RUNNING', items: [] };
      runs.set(run.id, run);
      const items = answer(actor, input);
      const hooks = url.searchParams.get('webhooks');
      if (items !== null) {
        run.items = items;
        run.status = 'SUCCEEDED';
        if (hooks !== null) setTimeout(() => { announce(run, Webhooks.parse(JSON.parse(Buffer.from(hooks, 'base64').toString()))).catch(() => undefined); }, 5);
      }
      return { status: 201, body: runBody(run) };
    }
    if (parts[0] === 'actors' && parts[1] !== undefined) return { status: 200, body: { data: { id: idOf(parts[1].replace('~', '/')), name: parts[1] } } };
    if (parts[0] === 'actor-runs') {
      const run = runs.get(parts[1] ?? '');
      return run === undefined ? missing : { status: 200, body: runBody(run) };
    }
    if (parts[0] === 'datasets') {
      const run = runs.get((parts[1] ?? '').replace(/^ds-/, ''));
      return run === undefined ? missing : { status: 200, raw: JSON.stringify(run.items) };
    }
    if (parts[0] === 'key-value-stores' && parts.length === 1) return { status: 201, body: { data: { id: `named-${url.searchParams.get('name')}` } } };
    if (parts[0] === 'key-value-stores' && parts[2] === 'records') {
      const run = runs.get((parts[1] ?? '').replace(/^kv-/, ''));
      if (run !== undefined) return { status: 200, raw: JSON.stringify(run.input) };
      const key = `${parts[1]}/${parts[3]}`;
      if (request.method === 'PUT') {
        records.set(key, JSON.parse((await bodyOf(request)).toString()));
        return { status: 201, body: {} };
      }
      return records.has(key) ? { status: 200, raw: JSON.stringify(records.get(key)) } : missing;
    }
    return missing;
  }

  const server = createServer((request, response) => {
    route(request).then(({ status, body, raw }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      return response.end(raw ?? JSON.stringify(body ?? {}));
    }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The stand-in has no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    runs, requests,
    /** The next `count` requests fail, with 500 when nothing else is said. */
    fail: (count: number, status = 500, type = 'internal-server-error') => {
      failNext = count;
      failure = { status, type };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function idOf(actor: string): string {
  return createHash('sha256').update(actor).digest('hex').slice(0, 17);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const bytes = await buffer(request);
  const encoding = request.headers['content-encoding'];
  if (encoding === 'br') return brotliDecompressSync(bytes);
  return encoding === 'gzip' ? gunzipSync(bytes) : bytes;
}
