import { createRoute, z } from '@hono/zod-openapi';
import { Code, Decision, RegisterType } from '../../events/vocabulary.ts';
import { by, doneOrRefuse, idParam } from '../http/answers.ts';
import { guarded, idempotencyHeader, idempotent, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import { serveRaw } from '../http/serve-raw.ts';
import type { ExportAnswer } from '../deps.ts';
import type { RouteContext } from './context.ts';
import { IdParam, Uuid } from './shapes.ts';

const Moment = z.iso.datetime({ offset: true });

const NewExport = z
  .strictObject({
    /** One applicant; all that fit the rest where it is left out. */
    applicant: Uuid.optional(),
    /** Applicants with an event recorded at or after this moment. */
    from: Moment.optional(),
    /** Everything as it was before this moment. */
    to: Moment.optional(),
    registerType: RegisterType.optional(),
    /** The outcome in force, as of `to`. */
    decision: Decision.optional(),
    /** What it is made for, as a code; recorded with the export. */
    basis: Code.optional(),
    /** With the keys of the personal fields and the personal columns? */
    personal: z.boolean().default(true),
    /** With the images and answers that the decisions rest on? Only together with personal data. */
    evidence: z.boolean().default(false),
    /** A signed checkpoint that the receiver has; the bag proves that the ledger only added to it. */
    previousCheckpoint: z.string().max(20_000).optional(),
  })
  .openapi('NewExport');

const Made = z
  .object({
    id: Uuid, state: z.literal('made'), applicants: z.int(), events: z.int(), treeSize: z.int(), manifestSha256: z.string(), bytes: z.int(),
    /** Until when it can be fetched. */
    expiresAt: z.string(),
  })
  .openapi('Export');

const Making = z.object({ id: Uuid, state: z.literal('making') }).openapi('ExportInTheMaking');

const make = createRoute({
  method: 'post',
  path: `${prefix}/exports`,
  summary: 'Make a bag that verifies offline: one applicant, a period or a filter. Recorded in every record that is in it.',
  ...guarded({ permission: 'exports.make' }),
  ...idempotent,
  request: { headers: idempotencyHeader, body: jsonBody(NewExport) },
  responses: {
    201: json('Made and recorded; fetch it within the hour.', Made),
    202: json('In the making: it takes longer than an answer may. Ask for its state until it is made.', Making),
    ...refusals,
  },
});

const state = createRoute({
  method: 'get',
  path: `${prefix}/exports/{id}/state`,
  summary: 'How an export stands, for the one who asked for it.',
  ...guarded({ permission: 'exports.make' }),
  request: { params: IdParam },
  responses: { 200: json('Made, or in the making.', z.discriminatedUnion('state', [Made, Making])), ...refusals },
});

const fetchBag = createRoute({
  method: 'get',
  path: `${prefix}/exports/{id}`,
  summary: 'The bag as a zip archive, for the one who had it made.',
  ...guarded({ permission: 'exports.make' }),
  request: { params: IdParam },
  responses: {
    200: { description: 'A zip archive with one folder, the bag (RFC 8493).', content: { 'application/zip': {} } },
    302: { description: 'To where the archive is, at an address that is good for a minute.' },
    ...refusals,
  },
});

export function exportRoutes({ app, deps }: RouteContext): void {
  app.openapi(make, async (c) => {
    const { applicant, from, to, registerType, decision, basis, personal, evidence, previousCheckpoint } = c.req.valid('json');
    const answer = await deps.exports.make({
      applicant: applicant === undefined ? null : `applicant-${applicant}`,
      from: inUtc(from), to: inUtc(to), registerType: registerType ?? null, decision: decision ?? null,
      basis: basis ?? null, personal, evidence, previousCheckpoint: previousCheckpoint ?? null, ...by(c),
    });
    const view = viewOf(answer);
    return view.state === 'making' ? c.json(view, 202) : c.json(view, 201);
  });

  app.openapi(state, async (c) => {
    const answer = await deps.exports.state(c.req.valid('param').id, by(c).actor);
    if (answer === null) throw new Problem(404, 'NO_SUCH_EXPORT', gone);
    return c.json(viewOf(answer), 200);
  });

  serveRaw(app, fetchBag, async (c) => {
    const found = await deps.exports.read(idParam(c), by(c).actor);
    if (found === null) throw new Problem(404, 'NO_SUCH_EXPORT', gone);
    if ('address' in found) return c.redirect(found.address, 302);
    return c.body(found.body, 200, {
      'content-type': 'application/zip',
      'content-length': String(found.bytes),
      'content-disposition': `attachment; filename="${found.fileName}"`,
    });
  });
}

const gone = 'There is no such export, or it is kept no longer. Make it again.';

function viewOf(answer: ExportAnswer): z.infer<typeof Made> | z.infer<typeof Making> {
  if (answer.kind === 'making') return { id: answer.exportId, state: 'making' };
  const { exportId, applicants, events, treeSize, manifestSha256, bytes, expiresAt } = doneOrRefuse(answer.kind === 'refused' ? answer : { ...answer, version: 0 });
  return { id: exportId, state: 'made', applicants, events, treeSize, manifestSha256, bytes, expiresAt };
}

/** As events carry their times: UTC with milliseconds. */
function inUtc(moment: string | undefined): string | null {
  return moment === undefined ? null : new Date(moment).toISOString();
}
