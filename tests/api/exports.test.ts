import { expect, test } from 'vitest';
import { applicantId, makeWorld } from './support/world.ts';

const exportId = '0193b1f2-7c1e-4c7a-9d8e-2a4b6c8d0eff';

test('an export is made of what was asked for, by the one who is signed in', async () => {
  const world = makeWorld();
  const response = await world.send('POST', '/exports', {
    as: 'auditor',
    json: { applicant: applicantId, from: '2026-10-01T02:00:00+02:00', registerType: 'GMC', decision: 'PASS', evidence: true },
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({
    id: exportId, state: 'made', applicants: 1, events: 12, treeSize: 40, manifestSha256: 'ab'.repeat(32), bytes: 3, expiresAt: '2026-11-22T13:00:00.000Z',
  });
  expect(world.calls).toEqual([{
    handler: 'export',
    command: {
      applicant: `applicant-${applicantId}`, from: '2026-10-01T00:00:00.000Z', to: null, registerType: 'GMC', decision: 'PASS',
      basis: null, personal: true, evidence: true, previousCheckpoint: null, actor: { kind: 'operator', id: expect.any(String) }, correlationId: expect.any(String),
    },
  }]);
});

test.each([
  ['an unknown register', { registerType: 'XYZ' }],
  ['a moment that is none', { from: 'yesterday' }],
  ['a field that there is not', { everything: true }],
])('%s is refused before anything is made', async (_what, body) => {
  const world = makeWorld();
  expect((await world.send('POST', '/exports', { as: 'auditor', json: body })).status).toBe(422);
  expect(world.calls).toEqual([]);
});

test.each([
  ['NOTHING_TO_EXPORT', 404], ['EVIDENCE_IS_PERSONAL', 422], ['PERIOD_EMPTY', 422], ['CHECKPOINT_REFUSED', 422],
])('the refusal %s is answered with %i', async (code, status) => {
  const world = makeWorld({ deps: { exports: { make: async () => ({ kind: 'refused', code, message: 'No.' }), state: async () => null, read: async () => null } } });
  const response = await world.send('POST', '/exports', { as: 'auditor', json: {} });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
});

test('an export that takes long is in the making, then made; then the browser is led to where it lies', async () => {
  const actor = { kind: 'operator', id: 'auditor-1' };
  let made = false;
  const done = { kind: 'done', exportId, applicants: 1, events: 12, treeSize: 40, manifestSha256: 'ab'.repeat(32), bytes: 3, expiresAt: '2026-11-22T13:00:00.000Z' } as const;
  const world = makeWorld({ deps: { exports: {
    make: async () => ({ kind: 'making', exportId }),
    state: async (id, by) => (id !== exportId || by.id !== actor.id ? null : made ? done : { kind: 'making', exportId }),
    read: async () => (made ? { address: 'https://bucket.example/bag.zip?signed' } : null),
  } } });
  const asked = await world.send('POST', '/exports', { as: 'auditor', json: {} });
  expect([asked.status, await asked.json()]).toEqual([202, { id: exportId, state: 'making' }]);
  const state = async () => (await world.send('GET', `/exports/${exportId}/state`, { as: 'auditor' })).json();
  expect(await state()).toEqual({ id: exportId, state: 'making' });
  expect((await world.send('GET', `/exports/${exportId}`, { as: 'auditor' })).status).toBe(404);
  made = true;
  expect(await state()).toMatchObject({ id: exportId, state: 'made', events: 12 });
  const led = await world.send('GET', `/exports/${exportId}`, { as: 'auditor' });
  expect([led.status, led.headers.get('location')]).toEqual([302, 'https://bucket.example/bag.zip?signed']);
  expect(await (await world.send('GET', `/exports/${applicantId}/state`, { as: 'auditor' })).json()).toMatchObject({ status: 404, code: 'NO_SUCH_EXPORT' });
});

test('the bag comes as a zip archive, and what is kept no longer is not found', async () => {
  const world = makeWorld();
  const response = await world.send('GET', `/exports/${exportId}`, { as: 'auditor' });
  expect(response.headers.get('content-type')).toBe('application/zip');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="kyc-export.zip"');
  expect(await response.text()).toBe('zip');
  expect((await world.send('GET', `/exports/${applicantId}`, { as: 'auditor' })).status).toBe(404);
});

test.each(['applicant', 'reviewer', 'senior_reviewer', 'analyst', 'operator'] as const)('a %s exports nothing', async (role) => {
  const world = makeWorld();
  expect((await world.send('POST', '/exports', { as: role, json: {} })).status).toBe(403);
  expect((await world.send('GET', `/exports/${exportId}`, { as: role })).status).toBe(403);
  expect((await world.send('GET', `/exports/${exportId}/state`, { as: role })).status).toBe(403);
  expect(world.calls).toEqual([]);
});
