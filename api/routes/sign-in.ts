import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie, setCookie } from 'hono/cookie';
import { accessPolicy, Permission, Role } from '../access-policy.ts';
import { cookieName, isHttps, signedIn } from '../http/authorise.ts';
import { guarded, json, jsonBody, prefix, refusals } from '../http/declare.ts';
import { Problem } from '../http/problem.ts';
import { takeOrRefuse } from '../http/protect.ts';
import { redeem } from '../sign-in/sign-in.ts';
import type { Session } from '../sign-in/session-store.ts';
import type { RouteContext } from './context.ts';

const Me = z
  .object({
    role: Role,
    /** For an applicant, the applicant's id. */
    subject: z.string(),
    expiresAt: z.string(),
    permissions: z.array(Permission),
    accessPolicy: z.record(Role, z.array(Permission)),
    /** Where a browser goes after POST /sign-out to end the session at the identity provider too. */
    signOutUrl: z.url().nullable(),
  })
  .openapi('Me');

const signIn = createRoute({
  method: 'post',
  path: `${prefix}/sign-in`,
  summary: 'Use up the one-time token of a sign-in link. Browsers get a cookie, programs ask for the session itself.',
  ...guarded('public'),
  request: { body: jsonBody(z.strictObject({ token: z.string().regex(/^[\w-]{20,200}$/), as: z.enum(['cookie', 'bearer']).default('cookie') })) },
  responses: { 200: json('Signed in.', Me.extend({ session: z.string().optional() })), ...refusals },
});

const signOut = createRoute({
  method: 'post',
  path: `${prefix}/sign-out`,
  summary: 'End this session.',
  ...guarded('session'),
  responses: { 204: { description: 'Signed out.' }, ...refusals },
});

const me = createRoute({
  method: 'get',
  path: `${prefix}/me`,
  summary: 'Who is signed in, what they may do, and the whole access policy.',
  ...guarded('session'),
  responses: { 200: json('The session.', Me), ...refusals },
});

export function signInRoutes({ app, deps }: RouteContext): void {
  const { publicUrl } = deps.settings;
  const describe = (session: Session): z.infer<typeof Me> => ({
    ...described(session),
    signOutUrl: session.role === 'applicant' ? null : deps.staffSignIn?.signOutUrl(new URL('/sign-in', publicUrl).href) ?? null,
  });
  const cookie = { path: '/', httpOnly: true, sameSite: 'Strict', secure: isHttps(publicUrl) } as const;

  app.openapi(signIn, async (c) => {
    const { token, as } = c.req.valid('json');
    await takeOrRefuse(deps, `sign-in:${deps.settings.clientAddress?.(c) ?? 'anybody'}`, deps.settings.limits.signIn);
    const opened = await redeem(deps, token);
    if (opened === null) throw new Problem(401, 'LINK_NOT_VALID', 'This sign-in link is unknown, used or expired.');
    if (as === 'bearer') return c.json({ ...describe(opened.session), session: opened.secret }, 200);
    setCookie(c, cookieName(publicUrl), opened.secret, { ...cookie, expires: opened.session.expiresAt });
    return c.json(describe(opened.session), 200);
  });

  app.openapi(signOut, async (c) => {
    await deps.sessions.endSession(signedIn(c).idHash);
    deleteCookie(c, cookieName(publicUrl), cookie);
    return c.body(null, 204);
  });

  app.openapi(me, (c) => c.json(describe(signedIn(c)), 200));
}

function described({ role, subject, expiresAt }: Session): Omit<z.infer<typeof Me>, 'signOutUrl'> {
  const table = Role.options.map((each) => [each, [...accessPolicy[each]]] as const);
  return {
    role,
    subject,
    expiresAt: expiresAt.toISOString(),
    permissions: [...accessPolicy[role]],
    accessPolicy: Object.fromEntries(table) as z.infer<typeof Me>['accessPolicy'],
  };
}
