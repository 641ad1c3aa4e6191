import { ConnectionError } from 'slonik';
import { describe, expect, test } from 'vitest';
import { issueSignInLink } from '../../api/sign-in/sign-in.ts';
import { applicantId, form, makeWorld, newApplicant } from './support/world.ts';

const json = { 'content-type': 'application/json' };
const consents = `/applicants/${applicantId}/consents`;
const outcome = { outcome: 'PASS', reason: 'OK', note: 'n', seenVersion: 1 };

const badCursor = async (): Promise<never> => { throw Object.assign(new Error('x'), { code: 'CURSOR_INVALID' }); };

describe('bad input is refused in problem+json, and reaches no handler', () => {
  test.each([
    ['JSON that is none', 'POST', '/applicants', { body: '{"email":', headers: json }, 400],
    ['JSON that breaks off in a string', 'POST', '/applicants', { body: '{"a":"', headers: json }, 400],
    ['an empty JSON body', 'POST', '/applicants', { body: '', headers: json }, 400],
    ['a JSON array', 'POST', '/applicants', { json: [] }, 422],
    ['JSON null', 'POST', '/applicants', { json: null }, 422],
    ['a JSON number', 'POST', '/applicants', { json: 7 }, 422],
    ['no body', 'POST', '/applicants', {}, 422],
    ['a form where JSON is due', 'POST', '/applicants', { body: form({}) }, 415],
    ['XML', 'POST', '/applicants', { body: '<a/>', headers: { 'content-type': 'application/xml' } }, 415],
    ['text', 'POST', '/applicants', { body: JSON.stringify(newApplicant), headers: { 'content-type': 'text/plain' } }, 415],
    ['a huge body', 'POST', '/applicants', { body: `"${'x'.repeat(300_000)}"`, headers: json }, 413],
    ['deep nesting', 'POST', '/applicants', { body: '['.repeat(50_000) + ']'.repeat(50_000), headers: json }, 422],
    ['an unknown register', 'POST', '/applicants', { json: { ...newApplicant, registerType: 'HCPC' } }, 422],
    ['a register in lower case', 'POST', '/applicants', { json: { ...newApplicant, registerType: 'gmc' } }, 422],
    ['no registration number', 'POST', '/applicants', { json: { ...newApplicant, registrationNumber: '' } }, 422],
    ['an endless registration number', 'POST', '/applicants', { json: { ...newApplicant, registrationNumber: '7'.repeat(51) } }, 422],
    ['a number that is a number', 'POST', '/applicants', { json: { ...newApplicant, registrationNumber: 7012345 } }, 422],
    ['a NUL in a text', 'POST', '/applicants', { json: { ...newApplicant, registrationNumber: '70\u000012345' } }, 422],
    ['an unpaired surrogate', 'POST', '/applicants', { body: JSON.stringify(newApplicant).replace('Doe', '\\ud800'), headers: json }, 422],
    ['an e-mail address that is none', 'POST', '/applicants', { json: { ...newApplicant, email: 'dr.jane at example.com' } }, 422],
    ['two e-mail addresses', 'POST', '/applicants', { json: { ...newApplicant, email: 'a@example.com,b@example.com' } }, 422],
    ['an e-mail address with a header in it', 'POST', '/applicants', { json: { ...newApplicant, email: 'a@example.com\r\nBcc: b@example.com' } }, 422],
    ['an endless e-mail address', 'POST', '/applicants', { json: { ...newApplicant, email: `${'a'.repeat(250)}@example.com` } }, 422],
    ['a name that is a word', 'POST', '/applicants', { json: { ...newApplicant, name: 'Doe' } }, 422],
    ['a name without a surname', 'POST', '/applicants', { json: { ...newApplicant, name: { surname: '', givenNames: 'Jane' } } }, 422],
    ['an id that is none', 'POST', '/applicants', { json: { ...newApplicant, id: '../../x' } }, 422],
    ['an unknown field', 'POST', '/applicants', { json: { ...newApplicant, status: 'VERIFIED' } }, 422],
    ['a prototype in disguise', 'POST', '/applicants', { body: JSON.stringify(newApplicant).replace('{', '{"__proto__":{"role":"operator"},'), headers: json }, 422],
    ['an id in capitals', 'GET', `/applicants/${applicantId.toUpperCase()}`, {}, 404],
    ['a path trick as an id', 'GET', '/applicants/..%2f..%2fetc', {}, 404],
    ['a stream as an id', 'GET', `/applicants/applicant-${applicantId}`, {}, 404],
    ['a broken escape as an id', 'GET', '/applicants/%E0%A4%A', {}, 404],
    ['an unknown status', 'GET', '/applicants?status=ODD', {}, 422],
    ['a limit of none', 'GET', '/applicants?limit=0', {}, 422],
    ['a limit of all', 'GET', '/applicants?limit=100000', {}, 422],
    ['a limit that is no number', 'GET', '/applicants?limit=ten', {}, 422],
    ['a limit twice', 'GET', '/applicants?limit=1&limit=2', {}, 422],
    ['a NUL in a cursor', 'GET', '/applicants?cursor=a%00b', {}, 422],
    ['consent that is a word', 'POST', consents, { json: { given: 'yes', textVersion: '1' } }, 422],
    ['consent to something else', 'POST', consents, { json: { purpose: 'marketing', given: true, textVersion: '1' } }, 422],
  ])('%s', async (_what, method, path, request, status) => {
    const world = makeWorld();
    const response = await world.send(method, path, { as: 'operator', ...request });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, type: 'about:blank', correlationId: response.headers.get('x-correlation-id') });
    expect(response.status).toBe(status);
    expect(world.calls).toEqual([]);
  });

  test.each([
    ['outcome', { ...outcome, outcome: 'MANUAL_REVIEW' }],
    ['outcome', { ...outcome, reason: 'not a code' }],
    ['outcome', { ...outcome, note: '' }],
    ['outcome', { ...outcome, note: 'x'.repeat(4001) }],
    ['outcome', { ...outcome, seenVersion: 0 }],
    ['outcome', { ...outcome, seenVersion: 1.5 }],
    ['outcome', { ...outcome, seenVersion: '1' }],
    ['outcome', { ...outcome, seenVersion: 1e300 }],
    ['second', { ...outcome, approve: 'true' }],
    ['notes', { note: 'bell \u0007' }],
    ['notes', {}],
  ])('a review step %s with %j', async (step, body) => {
    const world = makeWorld();
    expect((await world.send('POST', `/reviews/${applicantId}/${step}`, { as: 'senior_reviewer', json: body })).status).toBe(422);
    expect(world.calls).toEqual([]);
  });

  test.each(['types=NoSuchEvent', 'from=yesterday', 'applicant=x', 'text=%00', 'text=', 'reason=no-code', 'to=2026-02-30T00:00:00Z'])('an audit search for %s', async (query) => {
    const world = makeWorld();
    expect((await world.send('GET', `/audit?${query}`, { as: 'auditor' })).status).toBe(422);
    expect(world.audited).toEqual([]);
  });

  test('a cursor that the read model does not know', async () => {
    const world = makeWorld({ deps: { queries: { reviewQueue: badCursor, applicants: badCursor, numbers: badCursor, figures: badCursor } } });
    expect((await world.send('GET', '/reviews?cursor=forged', { as: 'reviewer' })).status).toBe(422);
  });
});

describe('a refusal', () => {
  test('points at the fields without repeating what was in them', async () => {
    const world = makeWorld();
    const secrets = { registerType: 'SECRET-1', registrationNumber: 'SECRET-2'.repeat(20), email: 'SECRET-3', name: { surname: 7, 'SECRET-4': 1 }, 'SECRET/5~': true };
    const response = await world.send('POST', '/applicants', { as: 'operator', json: secrets });
    const text = await response.text();
    expect(text).not.toContain('SECRET');
    const { errors } = JSON.parse(text) as { errors: { pointer: string; detail: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['#/registerType', '#/registrationNumber', '#/email', '#/name/surname', '#']));
    expect(errors.every(({ detail }) => detail.length > 5)).toBe(true);
  });

  test('of an unknown path is 404, of a known path by another method 405 with what is allowed', async () => {
    const world = makeWorld();
    expect((await world.send('GET', '/nothing/here')).status).toBe(404);
    const response = await world.send('DELETE', `/applicants/${applicantId}`, { as: 'operator' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  test('of something that nobody foresaw is 500 with a correlation id and no detail', async () => {
    const world = makeWorld();
    world.answers.registerApplicant = () => { throw new Error('dr.jane@example.com is the problem\n    at dr.jane (7012345)'); };
    const response = await world.send('POST', '/applicants', { as: 'operator', json: newApplicant, headers: { 'x-correlation-id': '4bf92f3577b34da6a3ce929d0e0e4736' } });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      type: 'about:blank', title: 'Something went wrong on our side', status: 500, code: 'INTERNAL', correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(JSON.stringify(world.log)).not.toContain('dr.jane');
    expect(world.log.find(({ level }) => level === 'error')?.fields['at']).toMatch(/^at .*edges\.test\.ts:\d+/);
  });

  test.each(['SERVICE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'KEYS_UNAVAILABLE', 'STREAM_BUSY'])('for %s is 503 and says when to come again', async (code) => {
    const world = makeWorld();
    world.answers.registerApplicant = () => { throw Object.assign(new Error('down'), { code }); };
    const response = await world.send('POST', '/applicants', { as: 'operator', json: newApplicant });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
  });
});

test('a database that is away is 503, too', async () => {
  const world = makeWorld();
  world.answers.registerApplicant = () => { throw new ConnectionError('connect ECONNREFUSED'); };
  const response = await world.send('POST', '/applicants', { as: 'operator', json: newApplicant });
  expect(response.status).toBe(503);
  expect(world.log.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { error: 'ConnectionError', route: '/api/v1/applicants' } }]);
});

test('a client that goes away in the middle is no error of ours', async () => {
  const world = makeWorld();
  const gone = new AbortController();
  const body = new ReadableStream({
    pull(controller) {
      gone.abort();
      controller.error(new Error('aborted'));
    },
  });
  const response = await world.api.request('http://kyc.test/api/v1/applicants', {
    method: 'POST', body, signal: gone.signal, duplex: 'half', headers: { ...(await world.as('operator')), 'content-type': 'application/json' },
  } as RequestInit);
  expect(response.status).toBe(400);
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([]);
});

describe('a correlation id', () => {
  test('is taken over from the caller, given to the handlers, and sent back', async () => {
    const world = makeWorld();
    const response = await world.send('POST', '/applicants', { as: 'operator', json: newApplicant, headers: { 'x-correlation-id': '0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0eff' } });
    expect(response.headers.get('x-correlation-id')).toBe('0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0eff');
    expect(world.commands('registerApplicant')).toEqual([expect.objectContaining({ correlationId: '0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0eff' })]);
  });

  test.each(['short', 'f'.repeat(65), 'dr.jane@example.com', 'jane-doe-of-leeds-1988', 'aaaa aaaa aaaa aaaa aaaa'])('that is none (%j) is replaced by one of ours', async (bad) => {
    const response = await makeWorld().send('GET', '/health', { headers: { 'x-correlation-id': bad } });
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('the log names the route and never what was sent', async () => {
  const world = makeWorld();
  await world.send('POST', '/applicants', { as: 'operator', json: newApplicant });
  await world.send('GET', `/applicants/${applicantId}/history?personal=true`, { as: 'auditor' });
  await world.send('GET', '/applicants/dr.jane@example.com?email=dr.jane@example.com', { as: 'operator' });
  await world.send('GET', '/dr.jane@example.com');
  const { token } = await issueSignInLink(world.deps, { role: 'analyst', subject: 'analyst-1' });
  await world.send('POST', '/sign-in', { json: { token } });
  const text = JSON.stringify(world.log);
  for (const personal of ['dr.jane', '7012345', 'Doe', applicantId, token]) expect(text).not.toContain(personal);
  expect(world.log.map(({ fields }) => `${fields['method']} ${fields['route']} ${fields['status']} ${fields['role']}`)).toEqual([
    'POST /api/v1/applicants 201 operator',
    'GET /api/v1/applicants/:id/history 404 auditor',
    'GET /api/v1/applicants/:id 404 operator',
    'GET none 404 null',
    'POST /api/v1/sign-in 200 null',
  ]);
});

test('answers run nothing, are framed by nobody, cached by nobody, and open to no other origin', async () => {
  const response = await makeWorld().send('GET', '/numbers', { as: 'analyst', headers: { origin: 'http://evil.test' } });
  expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

describe('health', () => {
  test('is told to anybody, at both of its addresses', async () => {
    const world = makeWorld();
    expect(await (await world.send('GET', '/health')).json()).toEqual({ status: 'ok' });
    expect((await world.api.request('http://kyc.test/health')).status).toBe(200);
  });

  test('and readiness are different things', async () => {
    expect((await makeWorld().send('GET', '/ready')).status).toBe(200);
    const parts = [{ part: 'store', ok: true }, { part: 'database', ok: false }];
    const response = await makeWorld({ deps: { ready: async () => parts } }).send('GET', '/ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, parts });
  });
});
