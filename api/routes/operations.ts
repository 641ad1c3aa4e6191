import { createRoute, z } from '@hono/zod-openapi';
import { guarded, idempotencyHeader, idempotent, json, prefix, refusals } from '../http/declare.ts';
import type { RouteContext } from './context.ts';

const reminders = createRoute({
  method: 'post',
  path: `${prefix}/operations/reminders`,
  summary: 'Send the expiry reminders that are due today and mark expired documents, as the weekly job does.',
  ...guarded({ permission: 'operations.run' }),
  ...idempotent,
  request: { headers: idempotencyHeader },
  responses: {
    200: json('How many were looked at, reminded, marked as expired; and how many could not be dealt with this time.', z.object({
      looked: z.int(), reminded: z.int(), expired: z.int(), failed: z.int(),
    })),
    ...refusals,
  },
});

export function operationRoutes({ app, deps }: RouteContext): void {
  app.openapi(reminders, async (c) => c.json(await deps.operations.remind(), 200));
}
