import { createRoute, z } from '@hono/zod-openapi';
import { guarded, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import { Problem, type ProblemStatus } from '../http/problem.ts';
import { takeOrRefuse } from '../http/protect.ts';
import type { ApiDeps } from '../deps.ts';
import type { Api } from './context.ts';
import { Uuid } from './shapes.ts';

const callback = createRoute({
  method: 'post',
  path: `${prefix}/callbacks/registers/{requestId}`,
  summary: 'A register lookup has ended. Only a hint: the answer is fetched from the provider itself.',
  ...guarded('callback-token'),
  request: {
    params: z.object({ requestId: Uuid }),
    headers: z.object({ 'x-kyc-callback-token': z.string().max(200).optional().openapi({ description: 'The one-time token of this request.' }) }),
    body: jsonBody(z.record(z.string(), z.unknown())),
  },
  responses: {
    200: json('It was announced before; nothing changed.', z.object({ result: z.literal('repeated') })),
    202: json('Accepted.', z.object({ result: z.literal('accepted') })),
    ...refusals,
  },
});

/** What this route needs: it may run in a function of its own, which reaches nothing else. */
export interface CallbackContext {
  readonly app: Api;
  readonly deps: Pick<ApiDeps, 'rateLimiter' | 'clock'> & {
    readonly handlers: Pick<ApiDeps['handlers'], 'registerCallback'>;
    readonly settings: { readonly limits: Pick<ApiDeps['settings']['limits'], 'callback'> };
  };
}

export function callbackRoutes({ app, deps }: CallbackContext): void {
  app.openapi(callback, async (c) => {
    const { requestId } = c.req.valid('param');
    await takeOrRefuse(deps, `callback:${requestId}`, deps.settings.limits.callback);
    const token = c.req.valid('header')['x-kyc-callback-token'];
    if (token === undefined || token === '') throw new Problem(401, 'CALLBACK_TOKEN_MISSING', 'Bring the one-time token in X-Kyc-Callback-Token.');
    const result = await deps.handlers.registerCallback({ requestId, token, payload: c.req.valid('json') });
    switch (result.kind) {
      case 'accepted':
        return c.json({ result: 'accepted' as const }, 202);
      case 'repeated':
        return c.json({ result: 'repeated' as const }, 200);
      case 'refused':
        throw new Problem(statusOf.get(result.code) ?? 403, result.code, 'This callback is not accepted.');
    }
  });
}

/** A forgery learns as little as may be; a provider that comes late learns that it need not come again. */
const statusOf: ReadonlyMap<string, ProblemStatus> = new Map<string, ProblemStatus>([
  ['CALLBACK_MALFORMED', 422],
  ['CALLBACK_LATE', 410],
]);
