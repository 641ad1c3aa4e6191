import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiDeps } from '../../api/deps.ts';
import { authorise } from '../../api/http/authorise.ts';
import type { ApiEnv } from '../../api/http/env.ts';
import { answerError, refuseInvalid } from '../../api/http/errors.ts';
import { correlate, logRequests } from '../../api/http/observe.ts';
import { Problem, problemResponse } from '../../api/http/problem.ts';
import { limitBody, notCached } from '../../api/http/protect.ts';
import { callbackRoutes, type CallbackContext } from '../../api/routes/callbacks.ts';

const MAX_BODY_BYTES = 256 * 1024;

/**
 * The one route that strangers may call, in a function of its own: the same route as in the whole API, by a role that
 * may ask Apify and settle task tokens. The API's own may do neither, and its bundle brings no Apify.
 */
export function createCallbackApi(deps: CallbackContext['deps'] & Pick<ApiDeps, 'newId' | 'log'>): CallbackContext['app'] {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid, strict: true });
  app.onError(answerError(deps));
  app.notFound((c) => problemResponse(c, new Problem(404, 'NOT_FOUND'), c.get('correlationId')));
  app.use(correlate(deps), logRequests(deps), notCached, authorise(() => 'callback-token'), limitBody(MAX_BODY_BYTES));
  callbackRoutes({ app, deps });
  return app;
}
