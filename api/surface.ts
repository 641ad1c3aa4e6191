import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Access } from './access-policy.ts';
import type { ApiDeps, ApiSettings } from './deps.ts';
import { authenticate, authorise, cookieName, sameOriginOnly } from './http/authorise.ts';
import { describeCommon } from './http/declare.ts';
import type { ApiEnv } from './http/env.ts';
import { answerError, refuseInvalid } from './http/errors.ts';
import { correlate, logRequests } from './http/observe.ts';
import { Problem, problemResponse } from './http/problem.ts';
import { answerHeaders, limitBody, limitSession, notCached } from './http/protect.ts';
import { once } from './idempotency/run-once.ts';
import type { Api } from './routes/context.ts';

const maxBodyBytes = 256 * 1024;

/** One route as it was declared, for the middleware that enforces the declaration. */
export interface DeclaredRoute {
  readonly method: string;
  /** Hono's pattern, for example `/api/v1/applicants/:id`. */
  readonly path: string;
  readonly access: Access | undefined;
  readonly idempotent: boolean;
}

/** What stands before every route, whatever it does. */
export interface SurfaceDeps extends Pick<ApiDeps, 'clock' | 'newId' | 'log' | 'sessions' | 'rateLimiter' | 'idempotency'> {
  readonly settings: Pick<ApiSettings, 'publicUrl'> & { readonly limits: Pick<ApiSettings['limits'], 'session'> };
}

/** Routes behind what holds for all of them: who calls and what they may, limits, headers, problems. `declare` adds the routes. */
export function openSurface(deps: SurfaceDeps, declare: (app: Api) => void): Api {
  const app: Api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid, strict: true });
  const routes = new Map<string, DeclaredRoute>();
  const declared = (method: string, path: string): DeclaredRoute | undefined => routes.get(`${method} ${path}`);

  app.onError(answerError(deps));
  app.notFound((c) => problemResponse(c, new Problem(404, 'NOT_FOUND'), c.get('correlationId')));
  app.use(correlate(deps), logRequests(deps), answerHeaders(deps.settings.publicUrl), notCached);
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => problemResponse(c, new Problem(405, 'METHOD_NOT_ALLOWED', undefined, { headers: { allow: methods.join(', ') } }), c.get('correlationId')),
  }));
  app.use(authenticate(deps), limitSession(deps), sameOriginOnly(deps.settings.publicUrl));
  app.use(authorise((method, path) => declared(method, path)?.access), limitBody(maxBodyBytes));
  const runOnce = once(deps);
  app.use((c, next) => (declared(c.req.method, c.get('route'))?.idempotent === true ? runOnce(c, next) : next()));

  declare(app);

  describeCommon(app.openAPIRegistry, cookieName(deps.settings.publicUrl));
  for (const route of declaredRoutes(app)) routes.set(`${route.method} ${route.path}`, route);
  return app;
}

/** Every route that was declared with what it asks of its caller. */
export function declaredRoutes(app: Api): DeclaredRoute[] {
  return app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return [];
    const { method, path, 'x-kyc-access': access, 'x-kyc-idempotent': idempotent, 'x-kyc-pattern': pattern } = definition.route as typeof definition.route & {
      'x-kyc-access'?: Access;
      'x-kyc-idempotent'?: boolean;
      'x-kyc-pattern'?: string;
    };
    return [{ method: method.toUpperCase(), path: pattern ?? path.replaceAll(/\{(.+?)\}/g, ':$1'), access, idempotent: idempotent === true }];
  });
}
