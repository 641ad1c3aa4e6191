import { createRoute, z } from '@hono/zod-openapi';
import { StreamRef } from '../../events/vocabulary.ts';
import { guarded, json, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import { serveRaw } from '../http/serve-raw.ts';
import type { RouteContext } from './context.ts';

const about = createRoute({
  method: 'get',
  path: `${prefix}/ledger`,
  summary: 'Where the transparency log is, and the key that verifies its checkpoints (C2SP). The log itself is open to anybody.',
  ...guarded({ permission: 'ledger.read' }),
  responses: { 200: json('The log.', z.object({ path: z.string(), verifierKey: z.string() })), ...refusals },
});

const position = createRoute({
  method: 'get',
  path: `${prefix}/ledger/position`,
  summary: 'The index in the log of one event. A hint: whoever verifies looks whether the entry is that event.',
  ...guarded({ permission: 'ledger.read' }),
  request: { query: z.object({ stream: StreamRef, version: z.coerce.number().int().positive().max(2 ** 31) }) },
  responses: { 200: json('Its place.', z.object({ index: z.int() })), ...refusals },
});

const file = createRoute({
  method: 'get',
  path: '/log/{path}',
  summary: 'A file of the transparency log (C2SP tlog-tiles): checkpoint, tile/..., anchors/.... Open to anybody.',
  ...guarded('public'),
  // A path of several parts, which OpenAPI has no way to say.
  'x-kyc-pattern': '/log/:path{.+}',
  request: { params: z.object({ path: z.string() }) },
  responses: { 200: { description: 'The file.', content: { 'application/octet-stream': {}, 'text/plain': {} } }, ...refusals },
});

export function ledgerRoutes({ app, deps }: RouteContext): void {
  app.openapi(about, (c) => c.json({ path: '/log/', verifierKey: deps.transparency.verifierKey }, 200));

  app.openapi(position, async (c) => {
    const { stream, version } = c.req.valid('query');
    const index = await deps.transparency.indexOf(stream, version);
    if (index === null) throw new Problem(404, 'NOT_IN_LOG', 'There is no such event in the log. What was recorded a moment ago enters it within seconds.');
    return c.json({ index }, 200);
  });

  serveRaw(app, file, async (c) => {
    const { status, headers, body } = await deps.transparency.file(c.req.param('path') ?? '');
    if (status === 404) throw new Problem(404, 'NOT_FOUND', 'The log has no such file.');
    return c.body(new Uint8Array(body), status, headers);
  });
}
