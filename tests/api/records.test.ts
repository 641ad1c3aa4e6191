import { describe, expect, test } from 'vitest';
import { applicantId, makeWorld, recorded, reviewCase, type World } from './support/world.ts';

const registered = recorded(1, {
  type: 'ApplicantRegistered',
  data: { number: 12, registerType: 'GMC', emailHash: 'a'.repeat(64) },
  personal: { email: 'dr.jane@example.com', registrationNumber: '7012345', name: { surname: 'Doe', givenNames: 'Jane' } },
});
const uploaded = recorded(2, {
  type: 'IdDocumentUploaded',
  data: { documentType: 'passport', evidence: { key: 'k', sha256: 'b'.repeat(64), bytes: 4, mediaType: 'image/png' } },
  personal: { plainSha256: 'c'.repeat(64) },
});
const consented = recorded(3, { type: 'ConsentRecorded', data: { purpose: 'biometrics', given: true, textVersion: '1' }, personal: null });

function withHistory(): World {
  const world = makeWorld();
  world.answers.applicantHistory = [registered, uploaded, consented];
  world.streams.set(`applicant-${applicantId}`, [registered, uploaded, consented]);
  world.evidence.set('k', new Uint8Array([0x89, 0x50, 0x4e, 0x47]));
  return world;
}
const viewed = (world: World): unknown[] => (world.streams.get(`access-${applicantId}`) ?? []).map(({ data, actor }) => ({ ...data, by: actor.id }));

describe('the history', () => {
  const path = `/applicants/${applicantId}/history`;

  test('shows every event in order without anything personal, and is recorded as viewed', async () => {
    const world = withHistory();
    const text = await (await world.send('GET', path, { as: 'reviewer' })).text();
    const body = JSON.parse(text) as { version: number; events: { type: string }[] };
    expect(body.version).toBe(3);
    expect(body.events.map(({ type }) => type)).toEqual(['ApplicantRegistered', 'IdDocumentUploaded', 'ConsentRecorded']);
    expect(text).not.toMatch(/personal|dr\.jane|7012345|Doe/);
    expect(viewed(world)).toEqual([{ applicant: `applicant-${applicantId}`, what: 'history', upToVersion: 3, by: 'reviewer-1' }]);
  });

  test('with personal fields is recorded as such, each time', async () => {
    const world = withHistory();
    const body = await (await world.send('GET', `${path}?personal=true`, { as: 'auditor' })).json() as { events: { personal: unknown }[] };
    expect(body.events.map(({ personal }) => personal)).toEqual([registered.personal, uploaded.personal, null]);
    await world.send('GET', `${path}?personal=true`, { as: 'auditor' });
    expect(viewed(world)).toHaveLength(2);
    expect(viewed(world)[0]).toMatchObject({ what: 'personal', by: 'auditor-1' });
  });

  test('as of a moment or a version shows what was known then', async () => {
    const world = withHistory();
    const types = async (query: string): Promise<string[]> =>
      ((await (await world.send('GET', `${path}?${query}`, { as: 'auditor' })).json()) as { events: { type: string }[] }).events.map(({ type }) => type);
    expect(await types('asOf=2026-11-22T11:00:02.500Z')).toEqual(['ApplicantRegistered', 'IdDocumentUploaded']);
    expect(await types('asOf=2026-11-22T12:00:02.500%2B01:00')).toEqual(['ApplicantRegistered', 'IdDocumentUploaded']);
    expect(await types('toVersion=1')).toEqual(['ApplicantRegistered']);
    expect(viewed(world)).toMatchObject([{ upToVersion: 2 }, { upToVersion: 2 }, { upToVersion: 1 }]);
  });

  test('of nobody is not found, and no view of it is recorded', async () => {
    const world = makeWorld();
    expect((await world.send('GET', path, { as: 'auditor' })).status).toBe(404);
    expect(world.streams.size).toBe(0);
  });

  test('after erasure shows that there is nothing personal any more', async () => {
    const world = withHistory();
    world.answers.applicantHistory = [{ ...registered, personal: null }];
    const body = await (await world.send('GET', `${path}?personal=true`, { as: 'auditor' })).json();
    expect(body).toMatchObject({ events: [{ type: 'ApplicantRegistered', personal: null }] });
  });
});

const evidenceAt = (version: number | string): string => `/applicants/${applicantId}/evidence/${version}`;

describe('evidence', () => {
  test('comes as the image it is, never to be cached, and is recorded as viewed', async () => {
    const world = withHistory();
    const response = await world.send('GET', evidenceAt(2), { as: 'reviewer' });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0x89, 0x50, 0x4e, 0x47]));
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(viewed(world)).toEqual([{ applicant: `applicant-${applicantId}`, what: 'evidence', upToVersion: 2, by: 'reviewer-1' }]);
  });

  test('of a type that could run in a browser comes as bytes', async () => {
    const world = withHistory();
    const html = { ...uploaded, data: { ...uploaded.data, evidence: { key: 'k', sha256: 'b'.repeat(64), bytes: 4, mediaType: 'text/html' } } } as typeof uploaded;
    world.streams.set(`applicant-${applicantId}`, [registered, html]);
    const response = await world.send('GET', evidenceAt(2), { as: 'reviewer' });
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    ['an event that has none', 3, 404],
    ['a version that is not there', 9, 404],
    ['a version that is no number', 'x', 404],
    ['version 0', 0, 404],
    ['a huge number', '9'.repeat(30), 404],
  ])('of %s is not found', async (_what, version, status) => {
    const world = withHistory();
    expect((await world.send('GET', evidenceAt(version), { as: 'reviewer' })).status).toBe(status);
    expect(world.streams.has(`access-${applicantId}`)).toBe(false);
  });

  test.each([
    ['EVIDENCE_MISSING', 404],
    ['SUBJECT_ERASED', 410],
    ['EVIDENCE_ALTERED', 500],
    ['STORE_UNAVAILABLE', 503],
  ])('answers %s with %i and without detail', async (code, status) => {
    const world = withHistory();
    const failing = makeWorld({ deps: { ledger: { ...world.deps.ledger, readEvidence: async () => { throw Object.assign(new Error('key dr.jane'), { code }); } } } });
    const response = await failing.send('GET', evidenceAt(2), { as: 'reviewer' });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('dr.jane');
    expect(JSON.stringify(failing.log)).not.toContain('dr.jane');
  });
});

test('who looked at a record can be asked', async () => {
  const world = withHistory();
  await world.send('GET', `/applicants/${applicantId}/history`, { as: 'reviewer' });
  const body = await (await world.send('GET', `/applicants/${applicantId}/accesses`, { as: 'auditor' })).json();
  expect(body).toEqual({
    accesses: [{ at: '2026-11-22T12:00:00.000Z', actor: { kind: 'reviewer', id: 'reviewer-1' }, type: 'RecordViewed', data: { applicant: `applicant-${applicantId}`, what: 'history', upToVersion: 3 } }],
  });
});

describe('finding a person', () => {
  const row = { id: applicantId, number: 12, registerType: 'GMC' as const, status: 'REVIEW' as const, registeredAt: '2026-11-22T11:00:00.000Z' };
  const withPeople = (count: number) => {
    const asked: unknown[] = [];
    const world = makeWorld();
    const queries = { ...world.deps.queries, applicants: async (query: unknown) => { asked.push(query); return { applicants: Array.from({ length: count }, () => row), cursor: null }; } };
    return { asked, world: makeWorld({ deps: { queries } }) };
  };

  test('answers ids and nothing personal, and is recorded in each record that was found', async () => {
    const { asked, world } = withPeople(1);
    const response = await world.send('POST', '/applicants/find', { as: 'auditor', json: { person: 'jane doe' } });
    expect(await response.json()).toEqual({ applicants: [row], more: false });
    expect(asked).toEqual([{ search: 'jane doe', limit: 21 }]);
    expect(viewed(world)).toEqual([{ applicant: `applicant-${applicantId}`, what: 'status', upToVersion: 7, by: 'auditor-1' }]);
    expect(JSON.stringify(world.log)).not.toContain('jane');
  });

  test('says when more fit than are shown, and takes no lone letter', async () => {
    const { world } = withPeople(21);
    expect(await (await world.send('POST', '/applicants/find', { as: 'senior_reviewer', json: { person: 'do' } })).json()).toMatchObject({ more: true });
    expect((await world.send('POST', '/applicants/find', { as: 'auditor', json: { person: 'd' } })).status).toBe(422);
  });

  test.each(['applicant', 'reviewer', 'analyst', 'operator'] as const)('is not for the %s', async (role) => {
    const { asked, world } = withPeople(1);
    expect((await world.send('POST', '/applicants/find', { as: role, json: { person: 'jane doe' } })).status).toBe(403);
    expect(asked).toEqual([]);
  });
});

test('the log is open to anybody, by its own paths and no others, kept as long as each file stays the same', async () => {
  const world = makeWorld();
  const checkpoint = await world.send('GET', '/log/checkpoint');
  expect([checkpoint.status, checkpoint.headers.get('cache-control'), await checkpoint.text()]).toEqual([200, 'no-cache', 'kyc.test/log\n']);
  const tile = await world.send('GET', '/log/tile/0/x001/067');
  expect([tile.status, (await tile.arrayBuffer()).byteLength]).toEqual([200, 8192]);
  expect(tile.headers.get('cache-control')).toContain('immutable');
  expect((await world.send('HEAD', '/log/checkpoint')).status).toBe(200);
  for (const path of ['/log/head', '/log/state/x', '/log/tile/0/000', '/log/../keys', '/log/%2e%2e/keys']) expect((await world.send('GET', path)).status).toBe(404);
  expect((await world.send('POST', '/log/checkpoint', { as: 'operator' })).status).toBe(405);
});

test('views of one record by many at once are all recorded', async () => {
  const world = withHistory();
  const load = { send: () => world.send('GET', `/applicants/${applicantId}/history`, { as: 'reviewer' }) };
  const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await load.send()).status));
  expect(statuses).toEqual(Array.from({ length: 12 }, () => 200));
  expect(viewed(world)).toHaveLength(12);
});

describe('the review queue', () => {
  test('shows the cases, filtered as asked', async () => {
    const asked: unknown[] = [];
    const world = makeWorld();
    const queries = { ...world.deps.queries, reviewQueue: async (query: unknown) => { asked.push(query); return { cases: [reviewCase], cursor: 'next', total: 7 }; } };
    const watched = makeWorld({ deps: { queries } });
    const response = await watched.send('GET', '/reviews?registerType=GMC&reason=MRZ_INVALID&claimed=mine&limit=10&cursor=abc', { as: 'reviewer' });
    expect(await response.json()).toEqual({ cases: [reviewCase], cursor: 'next', total: 7 });
    await watched.send('GET', '/reviews?claimed=nobody', { as: 'reviewer' });
    await watched.send('GET', `/reviews?offset=400&after=${applicantId}`, { as: 'reviewer' });
    expect(asked).toEqual([
      { registerType: 'GMC', reason: 'MRZ_INVALID', claimedBy: 'reviewer-1', limit: 10, cursor: 'abc' },
      { claimedBy: null, limit: 50 },
      { limit: 50, offset: 400, after: applicantId },
    ]);
  });

  const judgement = { reason: 'IDENTITY_CONFIRMED', note: 'Deed poll seen.', seenVersion: 7 };
  test.each([
    ['claim', undefined, 'claimReview', {}, { version: 2 }, 200],
    ['release', undefined, 'releaseReview', {}, { version: 2 }, 200],
    ['notes', { note: 'Called them.' }, 'noteReview', { note: 'Called them.' }, { version: 2 }, 201],
    ['outcome', { outcome: 'PASS', ...judgement }, 'reviewCase', { outcome: 'PASS', ...judgement }, { version: 2, outcome: 'decided' }, 200],
    ['second', { approve: true, ...judgement }, 'secondReview', { approve: true, ...judgement }, { version: 2, outcome: 'decided' }, 200],
  ] as const)('takes %s, in the name of who is signed in', async (step, json, handler, content, answer, status) => {
    const world = makeWorld();
    const response = await world.send('POST', `/reviews/${applicantId}/${step}`, { as: 'senior_reviewer', ...(json === undefined ? {} : { json }) });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ id: applicantId, ...answer });
    expect(world.commands(handler)).toEqual([
      expect.objectContaining({ stream: `applicant-${applicantId}`, actor: { kind: 'reviewer', id: 'senior-reviewer-1' }, ...content }),
    ]);
  });

  test.each([
    ['STALE_VIEW', 409], ['CLAIMED_BY_OTHER', 409], ['MAKER_IS_CHECKER', 403], ['NOT_REGISTERED', 404], ['NOTE_MISSING', 422], ['ERASED', 410],
  ])('answers the refusal %s with %i and its code', async (code, status) => {
    const world = makeWorld();
    world.answers.secondReview = { kind: 'refused', code, message: 'One sentence.' };
    const response = await world.send('POST', `/reviews/${applicantId}/second`, { as: 'senior_reviewer', json: { approve: false, ...judgement } });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, detail: 'One sentence.' });
  });

  test('the actor is never taken from the body', async () => {
    const world = makeWorld();
    const json = { outcome: 'PASS', ...judgement, actor: { kind: 'reviewer', id: 'somebody-else' } };
    expect((await world.send('POST', `/reviews/${applicantId}/outcome`, { as: 'reviewer', json })).status).toBe(422);
    expect(world.calls).toEqual([]);
  });
});

describe('an appeal', () => {
  test('is lodged by the applicant for their own record', async () => {
    const world = makeWorld();
    const response = await world.send('POST', `/applicants/${applicantId}/appeals`, { as: 'applicant', json: { statement: 'I married last year.' } });
    expect(response.status).toBe(201);
    expect(world.commands('lodgeAppeal')).toEqual([expect.objectContaining({ statement: 'I married last year.', actor: { kind: 'applicant', id: applicantId } })]);
  });
});

describe('the audit trail', () => {
  test('is searched with everything that was given, and nothing else', async () => {
    const world = makeWorld();
    await world.send('GET', `/audit?text=mrz%20invalid&applicant=${applicantId}&types=DecisionMade,ReviewClaimed&actorId=reviewer-1&reason=MRZ_INVALID&from=2026-11-22T00:00:00%2B01:00&limit=5`, { as: 'auditor' });
    await world.send('GET', '/audit', { as: 'auditor' });
    expect(world.audited).toEqual([
      { text: 'mrz invalid', stream: `applicant-${applicantId}`, types: ['DecisionMade', 'ReviewClaimed'], actorId: 'reviewer-1', reason: 'MRZ_INVALID', from: '2026-11-21T23:00:00.000Z', limit: 5 },
      { limit: 50 },
    ]);
  });
});

test('the staff list and the figures come from the read model', async () => {
  const world = makeWorld();
  expect(await (await world.send('GET', '/applicants?status=REVIEW&registerType=GDC', { as: 'operator' })).json()).toEqual({ applicants: [], cursor: null });
  expect(await (await world.send('GET', '/numbers', { as: 'analyst' })).json()).toEqual({ waiting: 1 });
});
