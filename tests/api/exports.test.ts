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
    id: exportId, applicants: 1, events: 12, treeSize: 40, manifestSha256: 'ab'.repeat(32), bytes: 3, expiresAt: '2026-11-22T13:00:00.000Z',
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
  const world = makeWorld({ deps: { exports: { make: async () => ({ kind: 'refused', code, message: 'No.' }), read: async () => null } } });
  const response = await world.send('POST', '/exports', { as: 'auditor', json: {} });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
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
  expect(world.calls).toEqual([]);
});
