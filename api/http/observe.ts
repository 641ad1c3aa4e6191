import type { MiddlewareHandler } from 'hono';
import type { ApiDeps } from '../deps.ts';
import type { ApiEnv } from './env.ts';

/**
 * Takes the caller's correlation id over where it is a UUID or hex (a trace id), else makes one; gives it back in the
 * answer. Events record it for ever, so it must not be able to carry a name.
 */
export function correlate(deps: Pick<ApiDeps, 'newId'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = c.req.header('x-correlation-id');
    const id = given !== undefined && /^(?=.{16,64}$)[0-9a-f]+(-[0-9a-f]+)*$/i.test(given) ? given : deps.newId();
    c.set('correlationId', id);
    c.set('route', 'none');
    c.header('X-Correlation-Id', id);
    await next();
  };
}

/** One line a request. The route's pattern stands for the URL, which may hold anything. */
export function logRequests(deps: Pick<ApiDeps, 'log'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    deps.log.info('request', {
      method: c.req.method,
      route: c.get('route'),
      status: c.res.status,
      ms: Math.round(performance.now() - start),
      correlationId: c.get('correlationId'),
      role: c.get('session')?.role ?? null,
    });
  };
}
