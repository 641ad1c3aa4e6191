import type { Context, MiddlewareHandler } from 'hono';
import type { ApiDeps } from '../deps.ts';
import { signedIn } from '../http/authorise.ts';
import type { ApiEnv } from '../http/env.ts';
import { sha256Hex } from '../http/hash.ts';
import { Problem } from '../http/problem.ts';
import { KeptResponse } from './store.ts';

type OnceDeps = Pick<ApiDeps, 'idempotency' | 'clock'>;

const keepMs = 24 * 60 * 60 * 1000;
const lockMs = 60 * 1000;

/**
 * Runs `work` once for the request's Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header-07): the same
 * request again gets the kept answer, another request under the key 422, one that comes too early 409.
 * Without the header it just runs. Keys are scoped to who is signed in and to the route. `fingerprint` tells one
 * request from another; answers kept here must hold nothing personal.
 */
export async function runOnce(deps: OnceDeps, c: Context<ApiEnv>, fingerprint: string, work: () => Promise<Response>): Promise<Response> {
  const key = idempotencyKey(c.req.header('idempotency-key'));
  if (key === null) return work();
  const { role, subject } = signedIn(c);
  const id = await sha256Hex(JSON.stringify([role, subject, c.req.method, c.req.path, key]));
  const now = deps.clock();
  const begun = await deps.idempotency.begin({
    id,
    fingerprint,
    now,
    lockedUntil: new Date(now.getTime() + lockMs),
    keepUntil: new Date(now.getTime() + keepMs),
  });
  switch (begun.kind) {
    case 'mismatch':
      throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request.');
    case 'in_progress':
      throw new Problem(409, 'IDEMPOTENCY_IN_PROGRESS', 'The same request is still being worked on.', { headers: { 'retry-after': '1' } });
    case 'replay':
      return c.body(begun.response.body, begun.response.status as 200, { 'content-type': begun.response.contentType, 'Idempotent-Replayed': 'true' });
    case 'begun':
      return keep(deps, id, work);
  }
}

async function keep(deps: OnceDeps, id: string, work: () => Promise<Response>): Promise<Response> {
  try {
    const response = await work();
    if (response.status >= 300) await deps.idempotency.abandon(id);
    else await deps.idempotency.finish(id, KeptResponse.parse({
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'application/json',
      body: await response.clone().text(),
    }));
    return response;
  } catch (error) {
    // A refusal recorded nothing: the key is free again for the corrected request.
    await deps.idempotency.abandon(id);
    throw error;
  }
}

/** The draft writes the key as a structured-field string; clients in the wild leave the quotes away. */
export function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const key = /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$/.exec(header)?.[1] ?? /^([\w.~:+/=-]{1,255})$/.exec(header)?.[1];
  if (key === undefined) throw new Problem(400, 'IDEMPOTENCY_KEY_MALFORMED', 'An Idempotency-Key has 1 to 255 visible characters.');
  return key;
}

/** For routes with a small body: the fingerprint is of its bytes. */
export function once(deps: OnceDeps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (c.req.header('idempotency-key') === undefined) return next();
    const fingerprint = await sha256Hex(new Uint8Array(await c.req.arrayBuffer()));
    return runOnce(deps, c, fingerprint, async () => {
      await next();
      return c.res;
    });
  };
}
