import { createRoute, z } from '@hono/zod-openapi';
import { ApplicantStatus } from '../../events/status.ts';
import { RegisterType } from '../../events/vocabulary.ts';
import { ownRecordOnly } from '../access-policy.ts';
import { wordsForApplicant } from '../applicant-words.ts';
import { by, doneOrRefuse, streamOf } from '../http/answers.ts';
import { signedIn } from '../http/authorise.ts';
import { guarded, idempotencyHeader, idempotent, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import { issueSignInLink } from '../sign-in/sign-in.ts';
import type { RouteContext } from './context.ts';
import {
  ApplicantRowView, ApplicantView, Cursor, IdParam, Limit, NewApplicant, plainText, Recorded, StaffView,
} from './shapes.ts';
import { staffView } from './staff-view.ts';

const register = createRoute({
  method: 'post',
  path: `${prefix}/applicants`,
  summary: 'Register an applicant: by an operator, or by the applicant who came with a sign-up link.',
  ...guarded({ permission: 'applicants.register' }),
  ...idempotent,
  request: { headers: idempotencyHeader, body: jsonBody(NewApplicant) },
  responses: { 201: json('Registered.', Recorded), ...refusals },
});

const list = createRoute({
  method: 'get',
  path: `${prefix}/applicants`,
  summary: 'Applicants, newest first; nothing personal.',
  ...guarded({ permission: 'applicants.list' }),
  request: { query: z.object({ registerType: RegisterType.optional(), status: ApplicantStatus.optional(), limit: Limit, cursor: Cursor }) },
  responses: { 200: json('A page.', z.object({ applicants: z.array(ApplicantRowView), cursor: z.string().nullable() })), ...refusals },
});

/** Whoever finds more than this has to be more exact. */
const mostFound = 20;

const find = createRoute({
  method: 'post',
  path: `${prefix}/applicants/find`,
  summary: 'Find a person: by words of the name, the beginning of the e-mail address, or the whole registration number. In a body, because an address ends up in logs; recorded as a view of each record that is found.',
  ...guarded({ permission: 'applicants.find' }),
  request: { body: jsonBody(z.strictObject({ person: plainText(2, 254) })) },
  responses: { 200: json('At most 20, newest first; nothing personal.', z.object({ applicants: z.array(ApplicantRowView), more: z.boolean() })), ...refusals },
});

const status = createRoute({
  method: 'get',
  path: `${prefix}/applicants/{id}`,
  summary: 'Where an applicant stands: in plain words for the applicant, in full for staff (recorded as viewed).',
  ...guarded({ permission: 'applicants.read' }),
  request: { params: IdParam },
  responses: { 200: json('The status.', z.union([StaffView, ApplicantView])), ...refusals },
});

const consent = createRoute({
  method: 'post',
  path: `${prefix}/applicants/{id}/consents`,
  summary: 'Give or withdraw consent to biometric processing.',
  ...guarded({ permission: 'applicants.submit' }),
  ...idempotent,
  request: {
    headers: idempotencyHeader,
    params: IdParam,
    body: jsonBody(z.strictObject({
      purpose: z.enum(['biometrics']).default('biometrics'),
      given: z.boolean(),
      textVersion: z.string().regex(/^[\w.-]{1,40}$/),
    })),
  },
  responses: { 201: json('Recorded.', Recorded), ...refusals },
});

const appeal = createRoute({
  method: 'post',
  path: `${prefix}/applicants/{id}/appeals`,
  summary: 'Contest the decision in force: a person decides anew.',
  ...guarded({ permission: 'appeals.lodge' }),
  ...idempotent,
  request: { headers: idempotencyHeader, params: IdParam, body: jsonBody(z.strictObject({ statement: plainText(1, 4000) })) },
  responses: { 201: json('Lodged.', Recorded), ...refusals },
});

const invite = createRoute({
  method: 'post',
  path: `${prefix}/applicants/{id}/sign-in-links`,
  summary: 'A one-time sign-in link for an applicant, registered or about to register themselves.',
  ...guarded({ permission: 'applicants.invite' }),
  request: { params: IdParam },
  responses: { 201: json('The link; it is shown once.', z.object({ url: z.string(), expiresAt: z.string() })), ...refusals },
});

export function applicantRoutes({ app, deps, views }: RouteContext): void {
  app.openapi(register, async (c) => {
    const { id: wanted, ...applicant } = c.req.valid('json');
    const session = signedIn(c);
    const id = ownRecordOnly(session.role) ? session.subject : (wanted ?? deps.newId());
    if (wanted !== undefined) streamOf(c, wanted);
    const { version } = doneOrRefuse(await deps.handlers.registerApplicant({ applicantId: id, ...applicant, ...by(c) }));
    c.header('Location', `${prefix}/applicants/${id}`);
    return c.json({ id, version }, 201);
  });

  app.openapi(list, async (c) => {
    const { registerType, status: state, cursor, limit } = c.req.valid('query');
    const page = await deps.queries.applicants({
      limit,
      ...(registerType === undefined ? {} : { registerType }),
      ...(state === undefined ? {} : { status: state }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return c.json({ applicants: [...page.applicants], cursor: page.cursor }, 200);
  });

  app.openapi(find, async (c) => {
    const { applicants } = await deps.queries.applicants({ search: c.req.valid('json').person, limit: mostFound + 1 });
    const found = applicants.slice(0, mostFound);
    for (const { id } of found) {
      const known = await deps.handlers.applicantStatus(`applicant-${id}`);
      if (known !== null) await views.record({ applicantId: id, what: 'status', upToVersion: known.version, ...by(c) });
    }
    return c.json({ applicants: found, more: applicants.length > mostFound }, 200);
  });

  app.openapi(status, async (c) => {
    const { id } = c.req.valid('param');
    const found = await deps.handlers.applicantStatus(streamOf(c, id));
    if (found === null) throw new Problem(404, 'NOT_REGISTERED', 'There is no such applicant.');
    if (ownRecordOnly(signedIn(c).role)) return c.json({ view: 'applicant' as const, id, ...wordsForApplicant(found) }, 200);
    await views.record({ applicantId: id, what: 'status', upToVersion: found.version, ...by(c) });
    return c.json(staffView(id, found), 200);
  });

  app.openapi(consent, async (c) => {
    const { id } = c.req.valid('param');
    const { given, textVersion } = c.req.valid('json');
    const { version } = doneOrRefuse(await deps.handlers.recordConsent({ stream: streamOf(c, id), given, textVersion, ...by(c) }));
    return c.json({ id, version }, 201);
  });

  app.openapi(appeal, async (c) => {
    const { id } = c.req.valid('param');
    const { statement } = c.req.valid('json');
    const { version } = doneOrRefuse(await deps.handlers.lodgeAppeal({ stream: streamOf(c, id), statement, ...by(c) }));
    return c.json({ id, version }, 201);
  });

  app.openapi(invite, async (c) => {
    const link = await issueSignInLink(deps, { role: 'applicant', subject: c.req.valid('param').id });
    return c.json({ url: link.url, expiresAt: link.expiresAt.toISOString() }, 201);
  });
}
