import { describe, expect, test } from 'vitest';
import { ServiceUnavailable } from '../../gateways/errors.ts';
import { applicantId, makeWorld, otherApplicant } from './support/world.ts';

const sessionId = '8b5b4bdc-2b6a-4d9c-a8a6-6f0d1e2f3a4b';
const path = `/applicants/${applicantId}/liveness-sessions`;
const credentials = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', expiration: '2026-11-22T12:15:00.000Z' };

function makeOffering(takes: () => Promise<{ kind: 'done'; version: number } | { kind: 'refused'; code: string; message: string }> = async () => ({ kind: 'done', version: 5 })) {
  const tokens: string[] = [];
  const taken: unknown[] = [];
  const world = makeWorld({ deps: { liveCaptures: {
    open: async ({ token }) => {
      tokens.push(token);
      return { kind: 'done', version: 2, sessionId, region: 'eu-west-1', expiresAt: '2026-11-22T12:03:00.000Z', credentials };
    },
    take: async (command) => {
      taken.push(command);
      return takes();
    },
  } } });
  return { world, tokens, taken };
}

describe('a live capture', () => {
  test('gives the applicant\'s browser what it needs, under the same token for the same Idempotency-Key', async () => {
    const { world, tokens } = makeOffering();
    const begin = (key: string) => world.send('POST', path, { as: 'applicant', headers: { 'idempotency-key': key } });
    const response = await begin('one');
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ sessionId, region: 'eu-west-1', expiresAt: '2026-11-22T12:03:00.000Z', credentials });
    // Not replayed from anywhere: what is lent to the browser is kept nowhere.
    expect((await begin('one')).headers.get('idempotent-replayed')).toBeNull();
    await begin('two');
    await world.send('POST', path, { as: 'applicant' });
    expect(tokens[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(tokens[1]).toBe(tokens[0]);
    expect(new Set(tokens).size).toBe(3);
  });

  test('is taken over in the applicant\'s own name', async () => {
    const { world, taken } = makeOffering();
    const response = await world.send('POST', `${path}/${sessionId}/result`, { as: 'applicant' });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ id: applicantId, version: 5 });
    expect(taken).toMatchObject([{ stream: `applicant-${applicantId}`, sessionId, actor: { kind: 'applicant', id: applicantId } }]);
  });

  test.each([['begun', ''], ['taken over', `/${sessionId}/result`]])('cannot be %s where it is not offered, nor for somebody else', async (_, rest) => {
    const nowhere = await makeWorld().send('POST', `${path}${rest}`, { as: 'applicant' });
    expect([nowhere.status, await nowhere.json()]).toMatchObject([409, { code: 'LIVENESS_NOT_OFFERED' }]);
    const { world, tokens, taken } = makeOffering();
    const foreign = await world.send('POST', `/applicants/${otherApplicant}/liveness-sessions${rest}`, { as: 'applicant' });
    expect([foreign.status, await foreign.json()]).toMatchObject([403, { code: 'NOT_YOUR_RECORD' }]);
    expect([...tokens, ...taken]).toEqual([]);
  });

  test.each([['LIVENESS_SESSION_UNKNOWN', 404], ['LIVENESS_SESSION_USED', 409], ['LIVENESS_SESSION_EXPIRED', 410], ['LIVENESS_UNFINISHED', 409], ['CONSENT_MISSING', 409]])('refuses with %s (%i)', async (code, status) => {
    const { world } = makeOffering(async () => ({ kind: 'refused', code, message: 'No.' }));
    const response = await world.send('POST', `${path}/${sessionId}/result`, { as: 'applicant' });
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  test('says so while the service is down, and with what is no session reaches nobody', async () => {
    const { world, taken } = makeOffering(async () => Promise.reject(new ServiceUnavailable('Face Liveness')));
    expect((await world.send('POST', `${path}/${sessionId}/result`, { as: 'applicant' })).status).toBe(503);
    expect((await world.send('POST', `${path}/none/result`, { as: 'applicant' })).status).toBe(404);
    expect(taken).toHaveLength(1);
  });

  test('cannot be begun without end', async () => {
    const { world } = makeOffering();
    const statuses = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await world.send('POST', path, { as: 'applicant' })).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 429]);
  });
});
