import { createRoute, z } from '@hono/zod-openapi';
import { isEventType } from '../../events/read.ts';
import { guarded, json, prefix, refusals } from '../http/declare.ts';
import type { RouteContext } from './context.ts';
import { Cursor, Limit, plainText, Uuid } from './shapes.ts';

const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

const AuditEntryView = z
  .object({
    id: z.string(),
    eventId: z.string(),
    stream: z.string(),
    version: z.int(),
    type: z.string(),
    recordedAt: z.string(),
    occurredAt: z.string(),
    actorKind: z.string(),
    actorId: z.string(),
    correlationId: z.string(),
    reasons: z.array(z.string()),
    summary: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEntry');

const audit = createRoute({
  method: 'get',
  path: `${prefix}/audit`,
  summary: 'Search the audit trail, newest first; nothing personal.',
  ...guarded({ permission: 'audit.search' }),
  request: {
    query: z.object({
      text: plainText(1, 200).optional(),
      applicant: Uuid.optional(),
      /** Event types, separated by commas. */
      types: z.string().max(1000).optional()
        .transform((text) => text?.split(','))
        .refine((types) => types === undefined || types.every(isEventType), 'must be event types of the catalogue, separated by commas'),
      actorId: plainText(1, 100).optional(),
      reason: z.string().regex(/^[A-Z][A-Z0-9_]{0,79}$/).optional(),
      from: Moment.optional(),
      to: Moment.optional(),
      limit: Limit,
      cursor: Cursor,
    }),
  },
  responses: {
    200: json('A page.', z.object({ entries: z.array(AuditEntryView), cursor: z.string().nullable() })),
    ...refusals,
  },
});

const numbers = createRoute({
  method: 'get',
  path: `${prefix}/numbers`,
  summary: 'The figures of the dashboard.',
  ...guarded({ permission: 'numbers.read' }),
  responses: { 200: json('The figures.', z.record(z.string(), z.unknown())), ...refusals },
});

const figures = createRoute({
  method: 'get',
  path: `${prefix}/numbers/figures`,
  summary: 'The dashboard\'s pictures as rows, each with the SQL that made them.',
  ...guarded({ permission: 'numbers.read' }),
  responses: {
    200: json('The figures.', z.object({
      figures: z.array(z.object({
        id: z.string(), says: z.string(), sql: z.string(),
        rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
      })),
    })),
    ...refusals,
  },
});

export function insightRoutes({ app, deps }: RouteContext): void {
  app.openapi(audit, async (c) => {
    const { applicant, ...query } = c.req.valid('query');
    const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    const page = await deps.audit.search({ ...given, ...(applicant === undefined ? {} : { stream: `applicant-${applicant}` }) });
    return c.json({ entries: page.entries.map((entry) => ({ ...entry, reasons: [...entry.reasons], data: { ...entry.data } })), cursor: page.cursor }, 200);
  });

  app.openapi(figures, async (c) => {
    const found = await deps.queries.figures();
    return c.json({ figures: found.map((each) => ({ ...each, rows: each.rows.map((row) => ({ ...row })) })) }, 200);
  });

  app.openapi(numbers, async (c) => c.json({ ...(await deps.queries.numbers()) }, 200));
}
