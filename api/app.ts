import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Access } from './access-policy.ts';
import type { ApiDeps } from './deps.ts';
import { authenticate, authorise, cookieName, sameOriginOnly } from './http/authorise.ts';
import { describeCommon } from './http/declare.ts';
import type { ApiEnv } from './http/env.ts';
import { answerError, refuseInvalid } from './http/errors.ts';
import { correlate, logRequests } from './http/observe.ts';
import { Problem, problemResponse } from './http/problem.ts';
import { answerHeaders, limitBody, limitSession, notCached } from './http/protect.ts';
import { once } from './idempotency/run-once.ts';
import { ViewRecorder } from './record-view.ts';
import { applicantRoutes } from './routes/applicants.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import type { Api } from './routes/context.ts';
import { exportRoutes } from './routes/exports.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { insightRoutes } from './routes/insight.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { liveRoutes } from './routes/live.ts';
import { operationRoutes } from './routes/operations.ts';
import { policyRoutes } from './routes/policy.ts';
import { retentionRoutes } from './routes/retention.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { staffSignInRoutes } from './routes/staff-sign-in.ts';
import { tableRoutes } from './routes/tables.ts';
import { timeTravelRoutes } from './routes/time-travel.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { vocabularyRoutes } from './routes/vocabulary.ts';

const maxBodyBytes = 256 * 1024;

/** One route as it was declared, for the middleware that enforces the declaration. */
export interface DeclaredRoute {
  readonly method: string;
  /** Hono's pattern, for example `/api/v1/applicants/:id`. */
  readonly path: string;
  readonly access: Access | undefined;
  readonly idempotent: boolean;
}

/**
 * The HTTP surface: everything under `/api/v1`, with the log's files under `/log`, `/health` and `/openapi.json` beside it. Needs nothing of Node but
 * what `deps` bring.
 *
 *     const server = serve({ fetch: createApi(deps).fetch, hostname: '127.0.0.1', port: 8080 });
 */
export function createApi(deps: ApiDeps): Api {
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

  const context = { app, deps, views: new ViewRecorder(deps) };
  healthRoutes(context);
  signInRoutes(context);
  staffSignInRoutes(context);
  applicantRoutes(context);
  uploadRoutes(context);
  historyRoutes(context);
  exportRoutes(context);
  timeTravelRoutes(context);
  retentionRoutes(context);
  tableRoutes(context);
  reviewRoutes(context);
  vocabularyRoutes(context);
  insightRoutes(context);
  ledgerRoutes(context);
  policyRoutes(context);
  callbackRoutes(context);
  liveRoutes(context);
  operationRoutes(context);

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
