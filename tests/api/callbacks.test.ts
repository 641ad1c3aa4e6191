import { describe, expect, test } from 'vitest';
import { applicantId, makeWorld } from './support/world.ts';

const path = `/callbacks/registers/${applicantId}`;
const token = { 'x-kyc-callback-token': 'one-time-token' };
const payload = { eventType: 'ACTOR.RUN.SUCCEEDED', eventData: { actorRunId: 'run-1' }, resource: { id: 'run-1' } };

describe('a register callback', () => {
  test('brings its one-time token and no session', async () => {
    const world = makeWorld();
    const response = await world.send('POST', path, { headers: token, json: payload });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ result: 'accepted' });
    expect(world.commands('registerCallback')).toEqual([{ requestId: applicantId, token: 'one-time-token', payload }]);
  });

  test('that comes again is a success, so that the provider stops', async () => {
    const world = makeWorld();
    world.answers.registerCallback = { kind: 'repeated' };
    const response = await world.send('POST', path, { headers: token, json: payload });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ result: 'repeated' });
  });

  test.each([
    ['is forged', 'CALLBACK_REFUSED', 403],
    ['is not understood', 'CALLBACK_MALFORMED', 422],
    ['comes late', 'CALLBACK_LATE', 410],
  ])('that %s is refused', async (_what, code, status) => {
    const world = makeWorld();
    world.answers.registerCallback = { kind: 'refused', code };
    const response = await world.send('POST', path, { headers: token, json: payload });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  test.each([
    ['without a token', path, {}, { json: payload }, 401],
    ['with an empty token', path, { 'x-kyc-callback-token': '' }, { json: payload }, 401],
    ['with an endless token', path, { 'x-kyc-callback-token': 'x'.repeat(201) }, { json: payload }, 422],
    ['for something that is no request', '/callbacks/registers/1', token, { json: payload }, 404],
    ['with JSON that is none', path, { ...token, 'content-type': 'application/json' }, { body: '{' }, 400],
    ['with a list', path, token, { json: [payload] }, 422],
    ['with a huge payload', path, { ...token, 'content-type': 'application/json' }, { body: `{"a":"${'x'.repeat(300_000)}"}` }, 413],
  ])('%s reaches nobody', async (_what, where, headers, request, status) => {
    const world = makeWorld();
    expect((await world.send('POST', where, { headers, ...request })).status).toBe(status);
    expect(world.calls).toEqual([]);
  });

  test('may be tried only so often for one request', async () => {
    const world = makeWorld({ settings: { limits: { session: 10, signIn: 10, callback: 2 } } });
    const attempt = async (where = path): Promise<number> => (await world.send('POST', where, { headers: token, json: payload })).status;
    expect([await attempt(), await attempt(), await attempt()]).toEqual([202, 202, 429]);
    expect(await attempt('/callbacks/registers/0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e99')).toBe(202);
  });

  test('does not count for less when somebody is signed in', async () => {
    const world = makeWorld();
    expect((await world.send('POST', path, { as: 'operator', json: payload })).status).toBe(401);
  });
});
