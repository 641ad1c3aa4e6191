import { createRoute } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { ownRecordOnly } from '../access-policy.ts';
import { signedIn } from '../http/authorise.ts';
import { guarded, prefix, refusals } from '../http/declare.ts';
import { serveRaw } from '../http/serve-raw.ts';
import type { RouteContext } from './context.ts';

const live = createRoute({
  method: 'get',
  path: `${prefix}/live`,
  summary: 'What happens, as it happens (server-sent events); nothing personal. Last-Event-ID picks up where a connection broke.',
  ...guarded({ permission: 'live.listen' }),
  responses: { 200: { description: 'Events until the client or the session ends.', content: { 'text/event-stream': {} } }, ...refusals },
});

/** How long a listener that was sent away waits before it asks again. */
const pauseMs = 4_000;

export function liveRoutes({ app, deps }: RouteContext): void {
  serveRaw(app, live, (c) => {
    const session = signedIn(c);
    const own = `applicant-${session.subject}`;
    const lastEventId = /^[\w.:-]{1,200}$/.exec(c.req.header('last-event-id') ?? '')?.[0];
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });

    const ended = new AbortController();
    const response = streamSSE(c, async (sse) => {
      sse.onAbort(() => ended.abort());
      // A beat tells proxies and the browser that we are alive, and us that the session still is.
      const beat = setInterval(() => void beatOnce(), deps.settings.heartbeatMs);
      const beatOnce = async (): Promise<void> => {
        try {
          const alive = await deps.sessions.findSession(session.idHash, deps.clock());
          if (alive === null) ended.abort();
          else await sse.write(': beat\n\n');
        } catch {
          ended.abort();
        }
      };
      try {
        await sse.write(': connected\n\n');
        const updates = deps.live.subscribe({
          filter: ({ subject }) => !ownRecordOnly(session.role) || subject === own,
          signal: ended.signal,
          ...(lastEventId === undefined ? {} : { lastEventId }),
        });
        for await (const { id, type, subject, time, data } of updates) {
          await sse.writeSSE({ id, event: type, data: JSON.stringify({ id, type, subject, time, data: ownRecordOnly(session.role) ? {} : data }) });
        }
        // Where no connection can stay open (Lambda) the updates end by themselves: nothing was lost, come back in a while.
        if (!ended.signal.aborted) await sse.writeSSE({ event: 'kyc.pause', data: '{}', retry: pauseMs });
      } finally {
        clearInterval(beat);
        ended.abort();
      }
    });
    c.req.raw.signal.addEventListener('abort', () => ended.abort());
    return response;
  });
}
