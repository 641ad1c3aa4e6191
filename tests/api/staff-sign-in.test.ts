import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Role } from '../../api/access-policy.ts';
import { createCognito } from '../../gateways/sign-in/cognito.ts';
import { startTestIssuer, type TestIssuer } from '../support/oidc-issuer.ts';
import { makeWorld, type World } from './support/world.ts';

let issuer: TestIssuer;
let world: World;
beforeAll(async () => {
  const clock = () => new Date();
  issuer = await startTestIssuer(clock);
  world = makeWorld({ deps: { clock, staffSignIn: createCognito({ issuer: issuer.issuer, clientId: issuer.clientId, domain: issuer.domain, clock }) } });
});
afterAll(() => issuer.close());

const cookies = (response: Response): string[] => response.headers.getSetCookie().filter((each) => !/Max-Age=0/.test(each));
const jar = (response: Response): string => cookies(response).map((each) => each.split(';')[0]).join('; ');

/** To the provider and back, as a browser goes: our cookie, their page, the address they send it to. */
async function toAnswer(path = '/sign-in/staff'): Promise<{ cookie: string; answer: string; begun: Response }> {
  const begun = await world.send('GET', path);
  const page = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const back = new URL(page.headers.get('location') ?? '');
  return { begun, cookie: jar(begun), answer: back.pathname + back.search };
}

async function signIn(groups: readonly string[], path?: string): Promise<Response> {
  issuer.next = { subject: randomUUID(), groups, forgery: {} };
  const { cookie, answer } = await toAnswer(path);
  return world.send('GET', answer, { headers: { cookie } });
}

describe('staff at an identity provider', () => {
  test('are told where to sign in, and only where there is one', async () => {
    expect(await (await world.send('GET', '/sign-in')).json()).toEqual({ staff: '/api/v1/sign-in/staff' });
    const without = makeWorld();
    expect(await (await without.send('GET', '/sign-in')).json()).toEqual({ staff: null });
    expect(await (await without.send('GET', '/sign-in/staff')).json()).toMatchObject({ status: 404, code: 'NO_IDENTITY_PROVIDER' });
  });

  test.each(Role.options.filter((role) => role !== 'applicant'))('in the group %s work in that role', async (role) => {
    const response = await signIn(['somebody-elses-group', role]);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/']);
    const me = await (await world.send('GET', '/me', { headers: { cookie: jar(response) } })).json();
    expect(me).toMatchObject({ role, subject: issuer.next.subject });
  });

  test('get the session in a cookie that scripts and other sites cannot use', async () => {
    const { begun } = await toAnswer();
    expect(cookies(begun)).toEqual([expect.stringMatching(/^kyc-sign-in=[\w-]{43}\.[^;]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)]);
    expect(cookies(await signIn(['auditor']))).toEqual([expect.stringMatching(/^kyc-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/)]);
  });

  test('come back to where they wanted to go, and never to somebody else\'s site', async () => {
    expect((await signIn(['auditor'], '/sign-in/staff?to=%2Fcases%2F12%3Ftab%3Dfacts')).headers.get('location')).toBe('/cases/12?tab=facts');
    for (const elsewhere of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a\r\nset-cookie: x']) {
      expect((await signIn(['auditor'], `/sign-in/staff?to=${encodeURIComponent(elsewhere)}`)).headers.get('location')).toBe('/');
    }
  });

  test.each([
    ['no group of ours', ['accounting'], 'NO_ROLE'],
    ['no group at all', [], 'NO_ROLE'],
    ['the group of applicants', ['applicant'], 'NO_ROLE'],
    ['the groups of maker and checker', ['reviewer', 'senior_reviewer'], 'SEVERAL_ROLES'],
  ])('G-35: in %s are let in nowhere', async (_, groups, code) => {
    const response = await signIn(groups);
    expect(response.headers.get('location')).toBe(`/sign-in?refused=${code}`);
    expect(cookies(response)).toEqual([]);
  });

  test('are refused by the name of what is wrong with the token', async () => {
    issuer.next = { subject: randomUUID(), groups: ['auditor'], forgery: { claims: { aud: 'another' } } };
    const { cookie, answer } = await toAnswer();
    const response = await world.send('GET', answer, { headers: { cookie } });
    expect(response.headers.get('location')).toBe('/sign-in?refused=WRONG_AUDIENCE');
    expect(world.log.at(-2)).toMatchObject({ level: 'warn', fields: { code: 'WRONG_AUDIENCE' } });
  });

  test('G-35: cannot be signed in as somebody else by an answer that is sent on to their browser', async () => {
    issuer.next = { subject: randomUUID(), groups: ['auditor'], forgery: {} };
    const [attacker, victim] = [await toAnswer(), await toAnswer()];
    for (const cookie of [victim.cookie, '']) {
      const response = await world.send('GET', attacker.answer, { headers: { cookie } });
      expect(response.headers.get('location')).toBe('/sign-in?refused=STATE_UNKNOWN');
    }
  });

  test('who break off at the provider, or come with an answer twice, are not let in', async () => {
    const { cookie, answer } = await toAnswer();
    const state = new URL(answer, 'http://kyc.test').searchParams.get('state') ?? '';
    expect((await world.send('GET', `/sign-in/staff/answer?error=access_denied&state=${state}`, { headers: { cookie } })).headers.get('location')).toBe('/sign-in?refused=PROVIDER_REFUSED');
    issuer.next = { subject: randomUUID(), groups: ['auditor'], forgery: {} };
    expect((await world.send('GET', answer, { headers: { cookie } })).headers.get('location')).toBe('/');
    expect((await world.send('GET', answer, { headers: { cookie } })).headers.get('location')).toBe('/sign-in?refused=CODE_REFUSED');
  });

  test('sign out here and at the provider', async () => {
    const cookie = jar(await signIn(['auditor']));
    const { signOutUrl } = await (await world.send('GET', '/me', { headers: { cookie } })).json() as { signOutUrl: string };
    expect(signOutUrl).toBe(`${issuer.domain}/logout?client_id=${issuer.clientId}&logout_uri=http%3A%2F%2Fkyc.test%2Fsign-in`);
    expect((await world.send('POST', '/sign-out', { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await world.send('POST', '/sign-out', { headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status).toBe(204);
    expect((await world.send('GET', '/me', { headers: { cookie } })).status).toBe(401);
  });

  test('leave no word of themselves in the log', async () => {
    await signIn(['auditor']);
    expect(JSON.stringify(world.log)).not.toMatch(/staff@example\.org|code=|eyJ/);
    expect(JSON.stringify(world.log)).not.toContain(issuer.next.subject);
  });

  test('who try too often have to wait', async () => {
    const small = makeWorld({ deps: { staffSignIn: world.deps.staffSignIn }, settings: { limits: { session: 100, signIn: 2, callback: 100 } } });
    const tries = await Promise.all([1, 2, 3].map(() => small.send('GET', '/sign-in/staff')));
    expect(tries.map(({ status }) => status).toSorted()).toEqual([302, 302, 429]);
  });
});
