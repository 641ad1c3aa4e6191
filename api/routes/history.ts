import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { fold } from '../../aggregates/applicant/evolve.ts';
import { Actor } from '../../events/envelope.ts';
import { evidenceOf } from '../../events/evidence.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { statusOf } from '../../handlers/status.ts';
import { upTo } from '../../handlers/time-travel.ts';
import { may } from '../access-policy.ts';
import { by, streamOf } from '../http/answers.ts';
import { signedIn } from '../http/authorise.ts';
import { guarded, json, prefix, refusals } from '../http/declare.ts';
import type { ApiEnv } from '../http/env.ts';
import { Problem } from '../http/problem.ts';
import { serveRaw } from '../http/serve-raw.ts';
import type { RouteContext } from './context.ts';
import { HistoryEvent, IdParam, StaffView, Uuid } from './shapes.ts';
import { staffView } from './staff-view.ts';

const history = createRoute({
  method: 'get',
  path: `${prefix}/applicants/{id}/history`,
  summary: 'Every event of an applicant in order; recorded as viewed. Personal fields only on request and by permission.',
  ...guarded({ permission: 'history.read' }),
  request: {
    params: IdParam,
    query: z.object({
      personal: z.enum(['true', 'false']).default('false'),
      /** As of a moment: only what had been recorded by then. */
      asOf: z.iso.datetime({ offset: true }).optional(),
      toVersion: z.coerce.number().int().positive().max(2 ** 31).optional(),
    }),
  },
  responses: { 200: json('The events.', z.object({ id: Uuid, version: z.int(), events: z.array(HistoryEvent) })), ...refusals },
});

const wholeCase = createRoute({
  method: 'get',
  path: `${prefix}/reviews/{id}`,
  summary: 'A case as a reviewer needs it: status and every event, personal fields included unless they are not wanted, as of one version. Recorded as viewed.',
  ...guarded({ permission: 'cases.read' }),
  request: { params: IdParam, query: z.object({ personal: z.enum(['true', 'false']).default('true') }) },
  responses: { 200: json('The case.', z.object({ status: StaffView, events: z.array(HistoryEvent) })), ...refusals },
});

const EvidenceParam = IdParam.extend({ version: z.coerce.number().int().positive().max(2 ** 31) });
const evidence = createRoute({
  method: 'get',
  path: `${prefix}/applicants/{id}/evidence/{version}`,
  summary: 'The bytes that the event of this version keeps as evidence, opened; recorded as viewed.',
  ...guarded({ permission: 'evidence.read' }),
  request: { params: EvidenceParam },
  responses: {
    200: {
      description: 'An image, or what a reader or register answered.',
      content: { 'image/jpeg': {}, 'image/png': {}, 'application/json': {}, 'application/octet-stream': {} },
    },
    ...refusals,
  },
});

const accesses = createRoute({
  method: 'get',
  path: `${prefix}/applicants/{id}/accesses`,
  summary: 'Who viewed or exported this record, and when.',
  ...guarded({ permission: 'accesses.read' }),
  request: { params: IdParam },
  responses: {
    200: json('The accesses, oldest first.', z.object({
      accesses: z.array(z.object({ at: z.string(), actor: Actor, type: z.string(), data: z.record(z.string(), z.unknown()) })),
    })),
    ...refusals,
  },
});

export function historyRoutes({ app, deps, views }: RouteContext): void {
  app.openapi(history, async (c) => {
    const { id } = c.req.valid('param');
    const { personal, asOf, toVersion } = c.req.valid('query');
    const withPersonal = personal === 'true';
    if (withPersonal && !may(signedIn(c).role, 'personal.read')) throw new Problem(403, 'ROLE_MAY_NOT', 'Your role may not see personal data.');
    const all = await deps.handlers.applicantHistory(streamOf(c, id));
    if (all.length === 0) throw new Problem(404, 'NOT_REGISTERED', 'There is no such applicant.');
    const known = asOf === undefined ? all : upTo(all, { time: asOf });
    const shown = toVersion === undefined ? known : upTo(known, { version: toVersion });
    const version = shown.at(-1)?.version ?? 0;
    await views.record({ applicantId: id, what: withPersonal ? 'personal' : 'history', upToVersion: version, ...by(c) });
    return c.json({ id, version, events: shown.map((event) => inHistory(event, withPersonal)) }, 200);
  });

  app.openapi(wholeCase, async (c) => {
    const { id } = c.req.valid('param');
    const events = await deps.handlers.applicantHistory(streamOf(c, id));
    const state = fold(events);
    if (state.kind === 'unregistered') throw new Problem(404, 'NOT_REGISTERED', 'There is no such applicant.');
    const withPersonal = c.req.valid('query').personal === 'true';
    await views.record({ applicantId: id, what: withPersonal ? 'case' : 'history', upToVersion: state.version, ...by(c) });
    return c.json({ status: staffView(id, statusOf(state)), events: events.map((event) => inHistory(event, withPersonal)) }, 200);
  });

  serveRaw(app, evidence, async (c) => {
    const { id, version } = evidenceParam(c);
    const stream = streamOf(c, id);
    const [event] = await deps.ledger.load(stream, { from: version, to: version });
    const ref = event === undefined ? null : evidenceOf(event);
    if (ref === null) throw new Problem(404, 'NO_EVIDENCE', 'There is no evidence at this version.');
    const bytes = await deps.ledger.readEvidence(stream, ref);
    await views.record({ applicantId: id, what: 'evidence', upToVersion: version, ...by(c) });
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': servedTypes.has(ref.mediaType) ? ref.mediaType : 'application/octet-stream',
      'content-disposition': `inline; filename="evidence-${version}"`,
    });
  });

  app.openapi(accesses, async (c) => {
    const { id } = c.req.valid('param');
    streamOf(c, id);
    const events = await deps.ledger.load(`access-${id}`);
    return c.json({ accesses: events.map((event) => ({ at: event.recordedAt, actor: event.actor, type: event.type, data: { ...event.data } })) }, 200);
  });
}

/** Media types that a browser may show as they are; scripts and pages are never among them. */
const servedTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'application/json']);

function evidenceParam(c: Context<ApiEnv>): z.infer<typeof EvidenceParam> {
  const parsed = EvidenceParam.safeParse(c.req.param());
  if (!parsed.success) throw new Problem(404, 'NOT_FOUND');
  return parsed.data;
}

function inHistory(event: LedgerEvent, withPersonal: boolean): z.infer<typeof HistoryEvent> {
  const { id, version, type, occurredAt, recordedAt, actor, correlationId, causationId, data, personal } = event;
  return {
    id, version, type, occurredAt, recordedAt, actor, correlationId, causationId,
    data: { ...data },
    ...(withPersonal ? { personal: personal === null ? null : { ...personal } } : {}),
  };
}
