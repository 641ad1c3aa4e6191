import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { IdentityProvider } from '../../gateways/sign-in/port.ts';
import { cookieName, isHttps } from '../http/authorise.ts';
import { guarded, json, prefix, refusals } from '../http/declare.ts';
import type { ApiEnv } from '../http/env.ts';
import { Problem } from '../http/problem.ts';
import { takeOrRefuse } from '../http/protect.ts';
import { serveRaw } from '../http/serve-raw.ts';
import { answerPath, beginStaffSignIn, finishStaffSignIn } from '../sign-in/staff-sign-in.ts';
import type { RouteContext } from './context.ts';

/** Ten minutes to find one's second factor. */
const ATTEMPT_SECONDS = 600;

/** A place in the console: a path of ours, so that nobody is sent elsewhere by a link to the sign-in. */
const Place = z.string().max(500).regex(/^\/(?![/\\])[\w\-./~%?=&+:,]*$/);

const Answer = z.object({ code: z.string().min(1).max(4000).optional(), state: z.string().max(200).optional(), error: z.string().max(200).optional() });

const ways = createRoute({
  method: 'get',
  path: `${prefix}/sign-in`,
  summary: 'How one can sign in here. Links always work; staff may have an identity provider.',
  ...guarded('public'),
  responses: { 200: json('The ways.', z.object({ staff: z.string().nullable().openapi({ description: 'Where staff go to sign in; null where they use links.' }) })), ...refusals },
});

const begin = createRoute({
  method: 'get',
  path: `${prefix}/sign-in/staff`,
  summary: 'Sign in as staff: leads to the identity provider (authorization code with PKCE), and from there back.',
  ...guarded('public'),
  request: { query: z.object({ to: Place.optional() }) },
  responses: { 302: { description: 'To the identity provider.' }, ...refusals },
});

const answer = createRoute({
  method: 'get',
  path: answerPath,
  summary: 'Where the identity provider sends browsers back to. Opens a session in a cookie, or says in the console why not.',
  ...guarded('public'),
  request: { query: Answer },
  responses: { 302: { description: 'Into the console.' }, ...refusals },
});

export function staffSignInRoutes({ app, deps }: RouteContext): void {
  const { publicUrl } = deps.settings;
  const secure = isHttps(publicUrl);
  const attemptCookie = secure ? '__Host-kyc-sign-in' : 'kyc-sign-in';
  // Lax: the browser comes back from another site, and a strict cookie would stay behind.
  const attempt = { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: ATTEMPT_SECONDS } as const;

  const provided = (): IdentityProvider => {
    if (deps.staffSignIn === null) throw new Problem(404, 'NO_IDENTITY_PROVIDER', 'Staff sign in by link here; no identity provider is set.');
    return deps.staffSignIn;
  };
  const limit = (c: Context<ApiEnv>): Promise<void> => takeOrRefuse(deps, `sign-in:${deps.settings.clientAddress?.(c) ?? 'anybody'}`, deps.settings.limits.signIn);

  app.openapi(ways, (c) => c.json({ staff: deps.staffSignIn === null ? null : `${prefix}/sign-in/staff` }, 200));

  serveRaw(app, begin, async (c) => {
    const provider = provided();
    await limit(c);
    const to = Place.safeParse(c.req.query('to') ?? '/').data ?? '/';
    const { url, secret } = await beginStaffSignIn(deps, provider);
    setCookie(c, attemptCookie, `${secret}.${to}`, attempt);
    return c.redirect(url, 302);
  });

  serveRaw(app, answer, async (c) => {
    const provider = provided();
    await limit(c);
    const [, secret, place = '/'] = /^([\w-]{43})\.(.*)$/.exec(getCookie(c, attemptCookie) ?? '') ?? [];
    // One attempt, one answer.
    deleteCookie(c, attemptCookie, attempt);
    const { state, code } = Answer.safeParse(c.req.query()).data ?? {};
    const done = await finishStaffSignIn(deps, provider, { secret, state, code });
    if (done.kind === 'refused') return c.redirect(`/sign-in?refused=${done.code}`, 302);
    setCookie(c, cookieName(publicUrl), done.secret, { path: '/', httpOnly: true, sameSite: 'Strict', secure, expires: done.expiresAt });
    return c.redirect(Place.safeParse(place).data ?? '/', 302);
  });
}
