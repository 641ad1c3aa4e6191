import { describe, expect, test } from 'vitest';
import { accessPolicy, Role } from '../../api/access-policy.ts';
import { MemorySessionStore } from '../../api/sign-in/memory-session-store.ts';
import { issueSignInLink } from '../../api/sign-in/sign-in.ts';
import { applicantId, makeWorld, newApplicant, type World } from './support/world.ts';

const reviewer = { role: 'reviewer', subject: 'reviewer-1' } as const;

async function cookieOf(world: World): Promise<string> {
  const { token } = await issueSignInLink(world.deps, reviewer);
  const response = await world.send('POST', '/sign-in', { json: { token } });
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('a sign-in link', () => {
  test('carries its token in the fragment, where no server and no log sees it', async () => {
    const { url, token } = await issueSignInLink(makeWorld().deps, reviewer);
    expect(new URL(url).hash).toBe(`#token=${token}`);
    expect(token).toMatch(/^[\w-]{43}$/);
  });

  test('opens a session once, in a cookie that scripts and other sites cannot use', async () => {
    const world = makeWorld();
    const { token } = await issueSignInLink(world.deps, reviewer);
    const first = await world.send('POST', '/sign-in', { json: { token } });
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({ ...reviewer, permissions: accessPolicy.reviewer });
    expect(first.headers.get('set-cookie')).toMatch(/^kyc-session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    const second = await world.send('POST', '/sign-in', { json: { token } });
    expect(second.status).toBe(401);
    expect(await second.json()).toMatchObject({ code: 'LINK_NOT_VALID' });
  });

  test('is dead after its time', async () => {
    const world = makeWorld();
    const { token } = await issueSignInLink(world.deps, reviewer);
    world.later(600_000);
    expect((await world.send('POST', '/sign-in', { json: { token } })).status).toBe(401);
  });

  test('gives programs the session itself, and them alone', async () => {
    const world = makeWorld();
    const { token } = await issueSignInLink(world.deps, reviewer);
    const response = await world.send('POST', '/sign-in', { json: { token, as: 'bearer' } });
    expect(response.headers.get('set-cookie')).toBeNull();
    const { session } = await response.json() as { session: string };
    expect((await world.send('GET', '/me', { headers: { authorization: `Bearer ${session}` } })).status).toBe(200);
  });

  test('for an applicant leads to that record and to no other', async () => {
    const world = makeWorld();
    const response = await world.send('POST', `/applicants/${applicantId}/sign-in-links`, { as: 'operator' });
    expect(response.status).toBe(201);
    const { url } = await response.json() as { url: string };
    const signIn = await world.send('POST', '/sign-in', { json: { token: url.split('#token=')[1], as: 'bearer' } });
    expect(await signIn.json()).toMatchObject({ role: 'applicant', subject: applicantId });
  });

  test('is guessed at only so often', async () => {
    const world = makeWorld({ settings: { limits: { session: 100, signIn: 3, callback: 100 } } });
    const attempt = (): Promise<Response> => world.send('POST', '/sign-in', { json: { token: 'x'.repeat(43) } });
    expect((await Promise.all([attempt(), attempt(), attempt()])).map(({ status }) => status)).toEqual([401, 401, 401]);
    const refused = await attempt();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    world.later(60_000);
    expect((await attempt()).status).toBe(401);
  });

  test('and session are kept only as hashes', async () => {
    const kept: unknown[] = [];
    class Watching extends MemorySessionStore {
      override putLink(link: Parameters<MemorySessionStore['putLink']>[0]): Promise<void> {
        kept.push(link);
        return super.putLink(link);
      }
      override putSession(session: Parameters<MemorySessionStore['putSession']>[0]): Promise<void> {
        kept.push(session);
        return super.putSession(session);
      }
    }
    const world = makeWorld({ deps: { sessions: new Watching() } });
    const { token } = await issueSignInLink(world.deps, reviewer);
    const { session } = await (await world.send('POST', '/sign-in', { json: { token, as: 'bearer' } })).json() as { session: string };
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toContain(token);
    expect(JSON.stringify(kept)).not.toContain(session);
  });
});

describe('a session', () => {
  test('tells who is signed in and shows the whole policy', async () => {
    const world = makeWorld();
    expect(await (await world.send('GET', '/me', { as: 'analyst' })).json()).toEqual({
      role: 'analyst', subject: 'analyst-1', expiresAt: '2026-11-22T13:00:00.000Z',
      permissions: accessPolicy.analyst, accessPolicy, signOutUrl: null,
    });
    expect(Object.keys(accessPolicy).toSorted()).toEqual(Role.options.toSorted());
  });

  test('ends with sign-out, and with its time', async () => {
    const world = makeWorld();
    const headers = await world.as('reviewer');
    expect((await world.send('POST', '/sign-out', { headers })).status).toBe(204);
    expect((await world.send('GET', '/me', { headers })).status).toBe(401);
    const other = await world.as('reviewer');
    world.later(3_600_000);
    expect((await world.send('GET', '/me', { headers: other })).status).toBe(401);
  });

  test('is limited in its requests a minute, each session for itself', async () => {
    const world = makeWorld({ settings: { limits: { session: 2, signIn: 10, callback: 10 } } });
    const headers = await world.as('analyst');
    await world.send('GET', '/numbers', { headers });
    await world.send('GET', '/numbers', { headers });
    expect((await world.send('GET', '/numbers', { headers })).status).toBe(429);
    expect((await world.send('GET', '/numbers', { as: 'analyst' })).status).toBe(200);
  });

  test.each([
    ['a word that is no session', 'Bearer nonsense'],
    ['another scheme', 'Basic cmV2aWV3ZXI6eA=='],
    ['nothing after Bearer', 'Bearer '],
  ])('is not made by %s, even beside a good cookie', async (_what, authorization) => {
    const world = makeWorld();
    const cookie = await cookieOf(world);
    expect((await world.send('GET', '/me', { headers: { cookie } })).status).toBe(200);
    expect((await world.send('GET', '/me', { headers: { cookie, authorization } })).status).toBe(401);
  });
});

describe('a request that changes something', () => {
  const own = { origin: 'http://kyc.test' };
  test.each([
    ['from our own page, said by Origin', own, 200],
    ['from our own page, said by the browser', { 'sec-fetch-site': 'same-origin' }, 200],
    ['from our own page under another name of this machine', { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }, 200],
    ['from another site', { origin: 'http://evil.test' }, 403],
    ['by a bookmark or a typed address', { 'sec-fetch-site': 'none' }, 403],
    ['from another port of this machine', { origin: 'http://kyc.test:81' }, 403],
    ['from a page without an origin', { origin: 'null' }, 403],
    ['from another site, whatever its Origin says', { ...own, 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sibling site', { 'sec-fetch-site': 'same-site' }, 403],
    ['that says nothing of where it came from', {}, 403],
  ])('with the cookie, %s', async (_where, headers, expected) => {
    const world = makeWorld();
    const cookie = await cookieOf(world);
    const response = await world.send('POST', `/reviews/${applicantId}/claim`, { headers: { cookie, ...headers } });
    expect(response.status).toBe(expected);
    expect(world.commands('claimReview')).toHaveLength(expected === 200 ? 1 : 0);
  });

  test('with a session in the header needs no origin: no browser adds that header by itself', async () => {
    const world = makeWorld();
    expect((await world.send('POST', '/applicants', { as: 'operator', json: newApplicant })).status).toBe(201);
  });

  test('cannot sign a browser in from another site', async () => {
    const world = makeWorld();
    const { token } = await issueSignInLink(world.deps, reviewer);
    const response = await world.send('POST', '/sign-in', { json: { token }, headers: { origin: 'http://evil.test' } });
    expect(response.status).toBe(403);
    expect((await world.send('POST', '/sign-in', { json: { token } })).status).toBe(200);
  });
});

test('under https the cookie is bound to this host and never sent in the clear', async () => {
  const world = makeWorld({ settings: { publicUrl: 'https://kyc.test' } });
  const { token } = await issueSignInLink(world.deps, reviewer);
  const response = await world.send('POST', '/sign-in', { json: { token } });
  expect(response.headers.get('set-cookie')).toMatch(/^__Host-kyc-session=[\w-]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/);
  expect(response.headers.get('strict-transport-security')).toContain('max-age=');
});
