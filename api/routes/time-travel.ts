import { createRoute, z } from '@hono/zod-openapi';
import { explainDecisions } from '../../aggregates/policy/explain.ts';
import { recordAsOf, type Moment } from '../../handlers/time-travel.ts';
import { may } from '../access-policy.ts';
import { by, streamOf } from '../http/answers.ts';
import { signedIn } from '../http/authorise.ts';
import { guarded, json, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import type { RouteContext } from './context.ts';
import { IdParam, StaffView, Uuid } from './shapes.ts';
import { staffView } from './staff-view.ts';

const Version = z.coerce.number().int().positive().max(2 ** 31);
const Rows = z.object({ table: z.string(), rows: z.array(z.record(z.string(), z.unknown())) });
const Evidence = z.object({
  version: z.int(), type: z.string(), heldSince: z.string(), key: z.string(), sha256: z.string(), bytes: z.int(), mediaType: z.string(),
});

const asOf = createRoute({
  method: 'get',
  path: `${prefix}/applicants/{id}/as-of`,
  summary: 'An applicant as of a moment or a version: state, evidence held, rows of the tables. Personal fields only on request and by permission; recorded as viewed.',
  ...guarded({ permission: 'history.read' }),
  request: {
    params: IdParam,
    query: z.object({
      /** What had been recorded by then. */
      time: z.iso.datetime({ offset: true }).optional(),
      version: Version.optional(),
      personal: z.enum(['true', 'false']).default('false'),
    }).refine(({ time, version }) => (time === undefined) !== (version === undefined), 'needs either time or version'),
  },
  responses: {
    200: json('The record as it was.', z.object({
      id: Uuid,
      version: z.int(),
      recordedAt: z.string().nullable(),
      status: StaffView.nullable(),
      erasedAt: z.string().nullable(),
      personal: z.record(z.string(), z.unknown()).nullable(),
      documents: z.array(z.object({ version: z.int(), fields: z.record(z.string(), z.unknown()).nullable() })),
      evidence: z.array(Evidence),
      tables: z.array(Rows),
    })),
    ...refusals,
  },
});

const Words = z.object({ code: z.string(), words: z.string() });
const Reference = z.object({ version: z.int(), type: z.string(), recordedAt: z.string() });
const ExplainedDecision = z.looseObject({
  by: z.enum(['policy', 'person']),
  version: z.int(),
  decidedAt: z.string(),
  decision: z.string(),
  inForce: z.boolean(),
  reasons: z.array(Words),
  rules: z.array(z.looseObject({
    rule: z.string(), outcome: z.string(), inputs: z.record(z.string(), z.unknown()), threshold: z.unknown(), reason: z.string().nullable(),
    words: z.string().nullable(), signals: z.array(z.string()), restsOn: z.array(Reference),
  })).optional(),
}).openapi('ExplainedDecision');

const explain = createRoute({
  method: 'get',
  path: `${prefix}/applicants/{id}/explain`,
  summary: 'Why it was decided so: every decision with each rule, its inputs, threshold and outcome, and the events it rests on. Recorded as viewed.',
  ...guarded({ permission: 'history.read' }),
  request: { params: IdParam, query: z.object({ decision: Version.optional() }) },
  responses: { 200: json('The decisions, oldest first.', z.object({ id: Uuid, decisions: z.array(ExplainedDecision) })), ...refusals },
});

export function timeTravelRoutes({ app, deps, views }: RouteContext): void {
  app.openapi(asOf, async (c) => {
    const { id } = c.req.valid('param');
    const { time, version, personal } = c.req.valid('query');
    const withPersonal = personal === 'true';
    if (withPersonal && !may(signedIn(c).role, 'personal.read')) throw new Problem(403, 'ROLE_MAY_NOT', 'Your role may not see personal data.');
    const events = await deps.handlers.applicantHistory(streamOf(c, id));
    if (events.length === 0) throw new Problem(404, 'NOT_REGISTERED', 'There is no such applicant.');
    if (version !== undefined && version > events.length) throw new Problem(404, 'NO_SUCH_VERSION', 'The applicant has no event of this version.');
    const moment: Moment = version === undefined ? { time: time ?? '' } : { version };
    const record = recordAsOf(events, moment, withPersonal);
    await views.record({ applicantId: id, what: withPersonal ? 'personal' : 'history', upToVersion: record.version, ...by(c) });
    const { status, erasedAt, documents, evidence, tables } = record;
    return c.json({
      id,
      version: record.version,
      recordedAt: record.recordedAt,
      status: status === null ? null : staffView(id, status),
      erasedAt,
      personal: record.personal === null ? null : { ...record.personal },
      documents: documents.map((each) => ({ ...each, fields: each.fields === null ? null : { ...each.fields } })),
      evidence: [...evidence],
      tables: tables.map(({ table, rows }) => ({ table, rows: rows.map(plainRow) })),
    }, 200);
  });

  app.openapi(explain, async (c) => {
    const { id } = c.req.valid('param');
    const { decision } = c.req.valid('query');
    const events = await deps.handlers.applicantHistory(streamOf(c, id));
    if (events.length === 0) throw new Problem(404, 'NOT_REGISTERED', 'There is no such applicant.');
    const withPersonal = may(signedIn(c).role, 'personal.read');
    const decisions = explainDecisions(events).filter((each) => decision === undefined || each.version === decision);
    if (decision !== undefined && decisions.length === 0) throw new Problem(404, 'NO_SUCH_DECISION', 'There is no decision at this version.');
    const showsNote = withPersonal && decisions.some((each) => each.by === 'person' && each.note !== null);
    await views.record({ applicantId: id, what: showsNote ? 'personal' : 'history', upToVersion: events.length, ...by(c) });
    const answer = decisions.map((each) => (each.by === 'person' && !withPersonal ? { ...each, note: null } : each));
    return c.json({ id, decisions: z.array(ExplainedDecision).parse(answer) }, 200);
  });
}

/** Row ids are larger than what JSON's numbers hold for certain. */
function plainRow(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]));
}
