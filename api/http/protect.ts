import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { ApiDeps } from '../deps.ts';
import { isHttps } from './authorise.ts';
import type { ApiEnv } from './env.ts';
import { Problem } from './problem.ts';

/** Answers of the API are data: they run nothing, load nothing, and are shown inside no other page. */
export function answerHeaders(publicUrl: string): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    crossOriginResourcePolicy: 'same-origin',
    crossOriginOpenerPolicy: 'same-origin',
    strictTransportSecurity: isHttps(publicUrl),
  });
}

/** Nothing here may be kept by a cache unless a route says so. */
export const notCached: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
};

/** `maxBytes` for every body but a form, which has limits of its own and is never held in memory. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new Problem(413, 'BODY_TOO_LARGE', `A request body may have at most ${maxBytes} bytes.`);
    },
  });
  return (c, next) => (/^multipart\/form-data/i.test(c.req.header('content-type') ?? '') ? next() : limit(c, next));
}

/** So many requests a minute for one session; who is not signed in is counted by the routes that let them in. */
export function limitSession(deps: Pick<ApiDeps, 'rateLimiter' | 'clock'> & { readonly settings: { readonly limits: Pick<ApiDeps['settings']['limits'], 'session'> } }): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const session = c.get('session');
    if (session !== null) await takeOrRefuse(deps, `session:${session.idHash}`, deps.settings.limits.session);
    await next();
  };
}

export async function takeOrRefuse(deps: Pick<ApiDeps, 'rateLimiter' | 'clock'>, key: string, perMinute: number): Promise<void> {
  const wait = await deps.rateLimiter.take(key, perMinute, deps.clock());
  if (wait !== null) throw new Problem(429, 'TOO_MANY_REQUESTS', undefined, { headers: { 'retry-after': String(wait) } });
}
