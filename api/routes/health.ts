import { createRoute, z } from '@hono/zod-openapi';
import { guarded, json, prefix, refusals } from '../http/declare.ts';
import { serveRaw } from '../http/serve-raw.ts';
import { documentOf } from '../openapi.ts';
import type { RouteContext } from './context.ts';

const healthy = { ...guarded('public'), responses: { 200: json('It runs.', z.object({ status: z.literal('ok') })), ...refusals } };
const paths = ['/health', `${prefix}/health`] as const;

const ready = createRoute({
  method: 'get',
  path: `${prefix}/ready`,
  summary: 'Can it work: are the services that it needs there?',
  ...guarded('public'),
  responses: {
    200: json('It can.', z.object({ ready: z.literal(true), parts: z.array(z.object({ part: z.string(), ok: z.boolean() })) })),
    ...refusals,
    503: json('It cannot.', z.object({ ready: z.literal(false), parts: z.array(z.object({ part: z.string(), ok: z.boolean() })) })),
  },
});

const document = createRoute({
  method: 'get',
  path: '/openapi.json',
  summary: 'This document.',
  ...guarded('public'),
  responses: { 200: json('OpenAPI 3.1.', z.record(z.string(), z.unknown())), ...refusals },
});

export function healthRoutes({ app, deps }: RouteContext): void {
  for (const path of paths) {
    app.openapi(createRoute({ method: 'get', path, summary: 'Does it run?', ...healthy }), (c) => c.json({ status: 'ok' as const }, 200));
  }

  app.openapi(ready, async (c) => {
    const parts = [...(await deps.ready())];
    return parts.every(({ ok }) => ok) ? c.json({ ready: true as const, parts }, 200) : c.json({ ready: false as const, parts }, 503);
  });

  let text: string | null = null;
  serveRaw(app, document, (c) => {
    text ??= JSON.stringify(documentOf(app));
    return c.body(text, 200, { 'content-type': 'application/json' });
  });
}
