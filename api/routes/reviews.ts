import { createRoute, z } from '@hono/zod-openapi';
import { RegisterType } from '../../events/vocabulary.ts';
import { by, doneOrRefuse, streamOf } from '../http/answers.ts';
import { signedIn } from '../http/authorise.ts';
import { guarded, idempotencyHeader, idempotent, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import type { RouteContext } from './context.ts';
import { Cursor, IdParam, Limit, Outcome, plainText, Recorded, ReviewCaseView, SecondOpinion, Uuid } from './shapes.ts';

const queue = createRoute({
  method: 'get',
  path: `${prefix}/reviews`,
  summary: 'The cases that wait for a person: proposals that wait for a second one first, then the others, each oldest first; nothing personal.',
  ...guarded({ permission: 'reviews.read' }),
  request: {
    query: z.object({
      registerType: RegisterType.optional(),
      reason: z.string().regex(/^[A-Z][A-Z0-9_]{0,79}$/).optional(),
      claimed: z.enum(['mine', 'nobody']).optional(),
      /** true: only proposals that wait for a second person; false: only the others. */
      awaitsSecond: z.enum(['true', 'false']).optional(),
      /** An applicant: only what comes after that case in the queue, whether it is still in it or not. */
      after: Uuid.optional(),
      limit: Limit,
      cursor: Cursor,
      /** Leaves out so many cases, to jump into a long queue; the cursor goes through it without a gap. */
      offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
    }),
  },
  responses: { 200: json('A page.', z.object({ cases: z.array(ReviewCaseView), cursor: z.string().nullable(), total: z.int() })), ...refusals },
});

const work = { method: 'post' as const, ...guarded({ permission: 'reviews.work' }), ...idempotent };

const claim = createRoute({
  ...work,
  path: `${prefix}/reviews/{id}/claim`,
  summary: 'Take the case.',
  request: { headers: idempotencyHeader, params: IdParam },
  responses: { 200: json('Taken.', Recorded), ...refusals },
});

const release = createRoute({
  ...work,
  path: `${prefix}/reviews/{id}/release`,
  summary: 'Give the case back to the queue.',
  request: { headers: idempotencyHeader, params: IdParam },
  responses: { 200: json('Given back.', Recorded), ...refusals },
});

const note = createRoute({
  ...work,
  path: `${prefix}/reviews/{id}/notes`,
  summary: 'Write a note on the case; it is kept sealed.',
  request: { headers: idempotencyHeader, params: IdParam, body: jsonBody(z.strictObject({ note: plainText(1, 4000) })) },
  responses: { 201: json('Noted.', Recorded), ...refusals },
});

const outcome = createRoute({
  ...work,
  path: `${prefix}/reviews/{id}/outcome`,
  summary: 'Decide the case as a person; where two persons are needed this proposes.',
  request: { headers: idempotencyHeader, params: IdParam, body: jsonBody(Outcome) },
  responses: { 200: json('Decided or proposed.', Recorded.extend({ outcome: z.enum(['decided', 'proposed']) })), ...refusals },
});

const second = createRoute({
  method: 'post',
  ...guarded({ permission: 'reviews.second' }),
  ...idempotent,
  path: `${prefix}/reviews/{id}/second`,
  summary: 'Approve or decline the proposal of another person.',
  request: { headers: idempotencyHeader, params: IdParam, body: jsonBody(SecondOpinion) },
  responses: { 200: json('Decided or declined.', Recorded.extend({ outcome: z.enum(['decided', 'declined']) })), ...refusals },
});

export function reviewRoutes({ app, deps }: RouteContext): void {
  const { handlers } = deps;

  app.openapi(queue, async (c) => {
    const { registerType, reason, claimed, awaitsSecond, after, limit, cursor, offset } = c.req.valid('query');
    const page = await deps.queries.reviewQueue({
      limit,
      ...(registerType === undefined ? {} : { registerType }),
      ...(reason === undefined ? {} : { reason }),
      ...(claimed === undefined ? {} : { claimedBy: claimed === 'mine' ? signedIn(c).subject : null }),
      ...(awaitsSecond === undefined ? {} : { awaitsSecond: awaitsSecond === 'true' }),
      ...(after === undefined ? {} : { after }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(offset === 0 ? {} : { offset }),
    });
    return c.json({ ...page, cases: page.cases.map((each) => ({ ...each, reasons: [...each.reasons] })) }, 200);
  });

  app.openapi(claim, async (c) => {
    const { id } = c.req.valid('param');
    const { version } = doneOrRefuse(await handlers.claimReview({ stream: streamOf(c, id), ...by(c) }));
    return c.json({ id, version }, 200);
  });

  app.openapi(release, async (c) => {
    const { id } = c.req.valid('param');
    const { version } = doneOrRefuse(await handlers.releaseReview({ stream: streamOf(c, id), ...by(c) }));
    return c.json({ id, version }, 200);
  });

  app.openapi(note, async (c) => {
    const { id } = c.req.valid('param');
    const { version } = doneOrRefuse(await handlers.noteReview({ stream: streamOf(c, id), ...c.req.valid('json'), ...by(c) }));
    return c.json({ id, version }, 201);
  });

  app.openapi(outcome, async (c) => {
    const { id } = c.req.valid('param');
    const done = doneOrRefuse(await handlers.reviewCase({ stream: streamOf(c, id), ...c.req.valid('json'), ...by(c) }));
    return c.json({ id, version: done.version, outcome: done.outcome }, 200);
  });

  app.openapi(second, async (c) => {
    const { id } = c.req.valid('param');
    const done = doneOrRefuse(await handlers.secondReview({ stream: streamOf(c, id), ...c.req.valid('json'), ...by(c) }));
    return c.json({ id, version: done.version, outcome: done.outcome }, 200);
  });
}
