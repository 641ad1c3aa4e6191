import { describe, expect, test } from 'vitest';
import { applicantId, form, makeWorld, newApplicant, otherApplicant } from './support/world.ts';

const key = { 'idempotency-key': '"3f6f7f5e"' };

describe('an Idempotency-Key', () => {
  test('gives a repeated request its first answer, and does nothing again', async () => {
    const world = makeWorld();
    const headers = { ...(await world.as('operator')), ...key };
    const first = await world.send('POST', '/applicants', { headers, json: newApplicant });
    const again = await world.send('POST', '/applicants', { headers, json: newApplicant });
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.status).toBe(first.status);
    expect(await again.text()).toBe(await first.text());
    expect(world.commands('registerApplicant')).toHaveLength(1);
  });

  test('belongs to who is signed in, not to one session', async () => {
    const world = makeWorld();
    const send = async (): Promise<Response> => world.send('POST', '/applicants', { as: 'operator', headers: key, json: newApplicant });
    await send();
    expect((await send()).headers.get('idempotent-replayed')).toBe('true');
    const other = await world.as('operator', 'operator-2');
    expect((await world.send('POST', '/applicants', { headers: { ...other, ...key }, json: newApplicant })).headers.get('idempotent-replayed')).toBeNull();
  });

  test('is not good for another request', async () => {
    const world = makeWorld();
    await world.send('POST', '/applicants', { as: 'operator', headers: key, json: newApplicant });
    const other = await world.send('POST', '/applicants', { as: 'operator', headers: key, json: { ...newApplicant, email: 'x@example.com' } });
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(world.commands('registerApplicant')).toHaveLength(1);
  });

  test('counts for each route by itself', async () => {
    const world = makeWorld();
    const consent = { purpose: 'biometrics', given: true, textVersion: '1' };
    await world.send('POST', `/applicants/${applicantId}/consents`, { as: 'operator', headers: key, json: consent });
    const other = await world.send('POST', `/applicants/${otherApplicant}/consents`, { as: 'operator', headers: key, json: consent });
    expect(other.status).toBe(201);
    expect(world.commands('recordConsent')).toHaveLength(2);
  });

  test('refuses the same request while the first is being worked on', async () => {
    const world = makeWorld();
    const held = Promise.withResolvers<void>();
    world.answers.claimReview = async () => { await held.promise; return { kind: 'done', version: 2 }; };
    const send = (): Promise<Response> => world.send('POST', `/reviews/${applicantId}/claim`, { as: 'reviewer', headers: key });
    const first = send();
    while (world.commands('claimReview').length === 0) await new Promise((resolve) => { setTimeout(resolve, 1); });
    const early = await send();
    expect(early.status).toBe(409);
    expect(await early.json()).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    held.resolve();
    expect((await first).status).toBe(200);
    expect((await send()).headers.get('idempotent-replayed')).toBe('true');
  });

  test('is free again after a refusal or an error, which recorded nothing', async () => {
    const world = makeWorld();
    const send = (): Promise<Response> => world.send('POST', `/reviews/${applicantId}/claim`, { as: 'reviewer', headers: key });
    world.answers.claimReview = { kind: 'refused', code: 'CLAIMED_BY_OTHER', message: 'Another reviewer has taken this case.' };
    expect((await send()).status).toBe(409);
    world.answers.claimReview = () => { throw new Error('no such luck'); };
    expect((await send()).status).toBe(500);
    delete world.answers.claimReview;
    expect((await send()).status).toBe(200);
  });

  test('covers uploads by what is in the file, whatever the form around it looks like', async () => {
    const world = makeWorld();
    const send = (bytes: number[]): Promise<Response> =>
      world.send('POST', `/applicants/${applicantId}/selfies`, { as: 'applicant', headers: key, body: form({}, new Uint8Array(bytes)) });
    expect((await send([1, 2, 3])).status).toBe(202);
    const again = await send([1, 2, 3]);
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await send([4])).status).toBe(422);
    expect(world.commands('uploadImage')).toHaveLength(1);
  });

  test.each(['', '"', '"unclosed', '"a\u00e9"', 'x'.repeat(256), 'two words'])('that is none is refused: %j', async (bad) => {
    const world = makeWorld();
    const response = await world.send('POST', '/applicants', { as: 'operator', headers: { 'idempotency-key': bad }, json: newApplicant });
    expect(response.status).toBe(400);
    expect(world.calls).toEqual([]);
  });
});
