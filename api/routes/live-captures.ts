import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDeps } from '../deps.ts';
import { by, doneOrRefuse, streamOf } from '../http/answers.ts';
import { guarded, idempotencyHeader, json, prefix, refusals } from '../http/declare.ts';
import { sha256Hex } from '../http/hash.ts';
import { Problem } from '../http/problem.ts';
import { takeOrRefuse } from '../http/protect.ts';
import { idempotencyKey } from '../idempotency/run-once.ts';
import type { Api } from './context.ts';
import { IdParam, Recorded } from './shapes.ts';

/** Each costs money, and nobody needs more. */
const perMinute = 6;

/** As the service makes them: a UUID of whatever version. */
const SessionId = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const LiveCapture = z
  .object({
    sessionId: z.string(),
    region: z.string().openapi({ description: 'The region of AWS in which the browser reaches Face Liveness.' }),
    expiresAt: z.string().openapi({ format: 'date-time', description: 'Finished and taken over by then, or never.' }),
    credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string(), expiration: z.string().openapi({ format: 'date-time' }) })
      .openapi({ description: 'For rekognition:StartFaceLivenessSession alone. Keep them in memory.' }),
  })
  .openapi('LiveCapture');

const open = createRoute({
  method: 'post',
  path: `${prefix}/applicants/{id}/liveness-sessions`,
  summary: 'Begin a live capture; needs consent to biometric processing. LIVENESS_NOT_OFFERED where no service for it is set. The same Idempotency-Key again gives the same session with other credentials.',
  ...guarded({ permission: 'applicants.capture' }),
  request: { headers: idempotencyHeader, params: IdParam },
  responses: { 201: json('What the component in the browser needs.', LiveCapture), ...refusals },
});

const take = createRoute({
  method: 'post',
  path: `${prefix}/applicants/{id}/liveness-sessions/{sessionId}/result`,
  summary: 'Say that a live capture is finished: the platform asks the service itself, and records its picture as the selfie together with the outcome. A session counts once.',
  ...guarded({ permission: 'applicants.capture' }),
  request: { params: IdParam.extend({ sessionId: SessionId }) },
  responses: { 202: json('Received; the checks go on by themselves. `version` is the selfie\'s.', Recorded), ...refusals },
});

/** What these routes need: they may run in a function of their own. */
export interface LiveCaptureContext {
  readonly app: Api;
  readonly deps: Pick<ApiDeps, 'liveCaptures' | 'rateLimiter' | 'clock' | 'newId'>;
}

export function liveCaptureRoutes({ app, deps }: LiveCaptureContext): void {
  const offered = () => {
    if (deps.liveCaptures === null) throw new Problem(409, 'LIVENESS_NOT_OFFERED', 'Live captures are not offered here; upload a photograph.');
    return deps.liveCaptures;
  };

  app.openapi(open, async (c) => {
    const { id } = c.req.valid('param');
    const stream = streamOf(c, id);
    const captures = offered();
    await takeOrRefuse(deps, `live-capture:${id}`, perMinute);
    // No answer is kept for a retry, because of what is in it; the service itself knows the session by the token.
    const key = idempotencyKey(c.req.header('idempotency-key'));
    const token = await sha256Hex(JSON.stringify([stream, key ?? deps.newId()]));
    const { sessionId, region, expiresAt, credentials } = doneOrRefuse(await captures.open({ stream, token }));
    return c.json({ sessionId, region, expiresAt, credentials }, 201);
  });

  app.openapi(take, async (c) => {
    const { id, sessionId } = c.req.valid('param');
    const stream = streamOf(c, id);
    const { version } = doneOrRefuse(await offered().take({ stream, sessionId, ...by(c) }));
    return c.json({ id, version }, 202);
  });
}
