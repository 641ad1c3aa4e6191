import { createRoute, z } from '@hono/zod-openapi';
import { fold } from '../../aggregates/applicant/evolve.ts';
import { CalendarDate, Code } from '../../events/vocabulary.ts';
import { by, doneOrRefuse, streamOf } from '../http/answers.ts';
import { guarded, idempotencyHeader, idempotent, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import type { RouteContext } from './context.ts';
import { IdParam, plainText, Recorded, Uuid } from './shapes.ts';

const manage = { method: 'post' as const, ...guarded({ permission: 'retention.manage' }), ...idempotent };
const Basis = z.strictObject({ basis: Code, note: plainText(1, 4000) });

const end = createRoute({
  ...manage,
  path: `${prefix}/applicants/{id}/relationship-end`,
  summary: 'The relationship has ended: the retention period runs from that day.',
  request: { headers: idempotencyHeader, params: IdParam, body: jsonBody(z.strictObject({ endedOn: CalendarDate, reason: Code })) },
  responses: { 200: json('Recorded, and when the data fall due.', Recorded.extend({ dueOn: z.string() })), ...refusals },
});

const hold = createRoute({
  ...manage,
  path: `${prefix}/applicants/{id}/holds`,
  summary: 'A legal hold: nothing of this applicant is erased until it is released. The note is kept sealed.',
  request: { headers: idempotencyHeader, params: IdParam, body: jsonBody(Basis) },
  responses: { 201: json('Held.', Recorded.extend({ holdId: Uuid })), ...refusals },
});

const release = createRoute({
  ...manage,
  path: `${prefix}/applicants/{id}/holds/{holdId}/release`,
  summary: 'Lift a legal hold. The note is kept sealed.',
  request: { headers: idempotencyHeader, params: IdParam.extend({ holdId: Uuid }), body: jsonBody(Basis) },
  responses: { 200: json('Lifted.', Recorded), ...refusals },
});

const erase = createRoute({
  ...manage,
  path: `${prefix}/applicants/{id}/erasure`,
  summary: 'Erase the person: the key is destroyed and every copy purged; what happened stays, without who. A hold or a running retention period refuses.',
  request: { headers: idempotencyHeader, params: IdParam, body: jsonBody(z.strictObject({ basis: Code })) },
  responses: { 200: json('Erased.', Recorded.extend({ purged: z.record(z.string(), z.int()) })), ...refusals },
});

const reapply = createRoute({
  ...manage,
  path: `${prefix}/retention/reapply`,
  summary: 'Erase again whoever the ledger says was to be erased: after a backup has been restored.',
  request: { headers: idempotencyHeader },
  responses: { 200: json('How many.', z.object({ erased: z.int(), failed: z.int() })), ...refusals },
});

const due = createRoute({
  method: 'get',
  path: `${prefix}/retention/due`,
  summary: 'Whose personal data fall due for deletion on or before a day, with no hold in force.',
  ...guarded({ permission: 'retention.read' }),
  request: { query: z.object({ on: CalendarDate.optional() }) },
  responses: {
    200: json('Those due, longest first.', z.object({ due: z.array(z.object({ id: z.string(), dueOn: z.string(), retentionPolicy: z.string() })) })),
    ...refusals,
  },
});

const standing = createRoute({
  method: 'get',
  path: `${prefix}/applicants/{id}/retention`,
  summary: 'End of the relationship, due date, holds and erasure of an applicant; nothing personal.',
  ...guarded({ permission: 'retention.read' }),
  request: { params: IdParam },
  responses: {
    200: json('How it stands.', z.object({
      id: Uuid,
      ended: z.object({ endedOn: z.string(), dueOn: z.string(), reason: z.string(), retentionPolicy: z.string() }).nullable(),
      holds: z.array(z.object({ holdId: z.string(), basis: z.string(), version: z.int() })),
      erasure: z.object({ kind: z.enum(['none', 'requested', 'erased']), basis: z.string().nullable(), at: z.string().nullable() }),
    })),
    ...refusals,
  },
});

export function retentionRoutes({ app, deps, views }: RouteContext): void {
  const { retention } = deps;

  app.openapi(end, async (c) => {
    const { id } = c.req.valid('param');
    const { version, dueOn } = doneOrRefuse(await retention.end({ stream: streamOf(c, id), ...c.req.valid('json'), ...by(c) }));
    return c.json({ id, version, dueOn }, 200);
  });

  app.openapi(hold, async (c) => {
    const { id } = c.req.valid('param');
    const holdId = deps.newId();
    const { version } = doneOrRefuse(await retention.hold({ stream: streamOf(c, id), holdId, ...c.req.valid('json'), ...by(c) }));
    return c.json({ id, version, holdId }, 201);
  });

  app.openapi(release, async (c) => {
    const { id, holdId } = c.req.valid('param');
    const { version } = doneOrRefuse(await retention.release({ stream: streamOf(c, id), holdId, ...c.req.valid('json'), ...by(c) }));
    return c.json({ id, version }, 200);
  });

  app.openapi(erase, async (c) => {
    const { id } = c.req.valid('param');
    const { version, purged } = doneOrRefuse(await retention.erase({ stream: streamOf(c, id), ...c.req.valid('json'), ...by(c) }));
    return c.json({ id, version, purged: { ...purged } }, 200);
  });

  app.openapi(reapply, async (c) => {
    const { erased, failed } = await retention.reapply();
    return c.json({ erased, failed }, 200);
  });

  app.openapi(due, async (c) => {
    const { on } = c.req.valid('query');
    const found = await retention.due(on ?? deps.clock().toISOString().slice(0, 10));
    return c.json({ due: found.map(({ stream, dueOn, retentionPolicy }) => ({ id: stream.replace(/^applicant-/, ''), dueOn, retentionPolicy })) }, 200);
  });

  app.openapi(standing, async (c) => {
    const { id } = c.req.valid('param');
    const state = fold(await deps.handlers.applicantHistory(streamOf(c, id)));
    if (state.kind === 'unregistered') throw new Problem(404, 'NOT_REGISTERED', 'There is no such applicant.');
    await views.record({ applicantId: id, what: 'status', upToVersion: state.version, ...by(c) });
    const { retention: kept, erasure } = state;
    const at = erasure.kind === 'none' ? null : erasure.kind === 'requested' ? erasure.requestedAt : erasure.erasedAt;
    return c.json({
      id,
      ended: kept.ended,
      holds: [...kept.holds],
      erasure: { kind: erasure.kind, basis: erasure.kind === 'none' ? null : erasure.basis, at },
    }, 200);
  });
}
