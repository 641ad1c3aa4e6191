import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
import type { Access } from '../access-policy.ts';
import { may } from '../access-policy.ts';
import type { ApiDeps } from '../deps.ts';
import type { Session } from '../sign-in/session-store.ts';
import type { ApiEnv } from './env.ts';
import { sha256Hex } from './hash.ts';
import { Problem } from './problem.ts';

const unsafe = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

export const cookieName = (publicUrl: string): string => (isHttps(publicUrl) ? '__Host-kyc-session' : 'kyc-session');
export const isHttps = (publicUrl: string): boolean => new URL(publicUrl).protocol === 'https:';

/** Finds out who calls: the Authorization header goes before the cookie. Refuses nobody. */
export function authenticate(deps: Pick<ApiDeps, 'sessions' | 'clock'> & { readonly settings: Pick<ApiDeps['settings'], 'publicUrl'> }): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const bearer = /^Bearer ([\w-]{20,200})$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const secret = c.req.header('authorization') === undefined ? getCookie(c, cookieName(deps.settings.publicUrl)) : bearer;
    const session = secret === undefined ? null : await deps.sessions.findSession(await sha256Hex(secret), deps.clock());
    c.set('session', session);
    c.set('authenticatedBy', session === null ? 'nothing' : bearer === undefined ? 'cookie' : 'bearer');
    await next();
  };
}

/**
 * Lets a request through to the route it will reach only if that route says who may and this caller is one of them.
 * A route without a declaration is denied to everybody.
 */
export function authorise(accessOf: (method: string, path: string) => Access | undefined): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
    const route = matchedRoutes(c).find((each) => each.method === method);
    if (route === undefined) return next();
    c.set('route', route.path);
    const access = accessOf(method, route.path);
    if (access === undefined) throw new Problem(403, 'ACCESS_DENIED', 'Nobody may do this.');
    if (access === 'public' || access === 'callback-token') return next();
    const session = signedIn(c);
    if (access !== 'session' && !may(session.role, access.permission)) {
      throw new Problem(403, 'ROLE_MAY_NOT', 'Your role may not do this.');
    }
    return next();
  };
}

/** The session of a route that asks for one. */
export function signedIn(c: Context<ApiEnv>): Session {
  const session = c.get('session');
  if (session === null) throw new Problem(401, 'NOT_SIGNED_IN', undefined, { headers: { 'www-authenticate': 'Bearer' } });
  return session;
}

/**
 * A browser sends its cookie along whoever made the page, so what changes anything must come from our own pages, for
 * every media type: Sec-Fetch-Site says so, or in an old browser Origin. Both are out of a page's reach.
 * Programs bring their session in a header, which no browser adds by itself, and need neither.
 */
export function sameOriginOnly(publicUrl: string): MiddlewareHandler<ApiEnv> {
  const own = new URL(publicUrl).origin;
  return async (c, next) => {
    const authenticatedBy = c.get('authenticatedBy');
    if (unsafe(c.req.method) && authenticatedBy !== 'bearer') {
      const site = c.req.header('sec-fetch-site');
      const origin = c.req.header('origin');
      const isOwn = site === undefined ? origin === own : site === 'same-origin';
      const saysNothing = site === undefined && origin === undefined;
      if (!isOwn && !(saysNothing && authenticatedBy === 'nothing')) {
        throw new Problem(403, 'CROSS_SITE', 'This request did not come from a page of this service.');
      }
    }
    await next();
  };
}
