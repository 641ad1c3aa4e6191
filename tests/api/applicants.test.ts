import { describe, expect, test } from 'vitest';
import { applicantId, form, makeWorld, newApplicant, otherApplicant, statusExample } from './support/world.ts';

describe('registering an applicant', () => {
  test('an operator registers somebody, and the actor comes from the session', async () => {
    const world = makeWorld();
    const response = await world.send('POST', '/applicants', { as: 'operator', json: { ...newApplicant, id: applicantId } });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: applicantId, version: 1 });
    expect(response.headers.get('location')).toBe(`/api/v1/applicants/${applicantId}`);
    expect(world.commands('registerApplicant')).toEqual([
      expect.objectContaining({ ...newApplicant, applicantId, actor: { kind: 'operator', id: 'operator-1' } }),
    ]);
  });

  test('an applicant with a sign-up session registers the record that the link was made for', async () => {
    const world = makeWorld();
    const response = await world.send('POST', '/applicants', { as: 'applicant', json: newApplicant });
    expect(await response.json()).toEqual({ id: applicantId, version: 1 });
    expect(world.commands('registerApplicant')).toEqual([expect.objectContaining({ applicantId, actor: { kind: 'applicant', id: applicantId } })]);
  });

  test('an applicant cannot register another record', async () => {
    const world = makeWorld();
    const response = await world.send('POST', '/applicants', { as: 'applicant', json: { ...newApplicant, id: otherApplicant } });
    expect(response.status).toBe(403);
    expect(world.calls).toEqual([]);
  });

  test('an e-mail address that is taken is a conflict, told with its code', async () => {
    const world = makeWorld();
    world.answers.registerApplicant = { kind: 'refused', code: 'EMAIL_TAKEN', message: 'The address belongs to another applicant.' };
    const response = await world.send('POST', '/applicants', { as: 'operator', json: newApplicant });
    expect(response.status).toBe(409);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 409, code: 'EMAIL_TAKEN' });
  });
});

describe('the status of an applicant', () => {
  test('staff see it in full, and that they looked is recorded', async () => {
    const world = makeWorld();
    const response = await world.send('GET', `/applicants/${applicantId}`, { as: 'reviewer' });
    expect(await response.json()).toEqual({
      view: 'staff', id: applicantId, ...statusExample,
      decision: { ...statusExample.decision, explanations: ['Another applicant has presented the same document number.'] },
    });
    expect(world.streams.get(`access-${applicantId}`)).toEqual([
      expect.objectContaining({
        type: 'RecordViewed',
        actor: { kind: 'reviewer', id: 'reviewer-1' },
        data: { applicant: `applicant-${applicantId}`, what: 'status', upToVersion: 7 },
      }),
    ]);
  });

  test('asking again for the same status is the same view; a changed status or another person is a new one', async () => {
    const world = makeWorld();
    const views = (): number => world.streams.get(`access-${applicantId}`)?.length ?? 0;
    await world.send('GET', `/applicants/${applicantId}`, { as: 'reviewer' });
    await world.send('GET', `/applicants/${applicantId}`, { as: 'reviewer' });
    expect(views()).toBe(1);
    await world.send('GET', `/applicants/${applicantId}`, { as: 'operator' });
    expect(views()).toBe(2);
    world.answers.applicantStatus = { ...statusExample, version: 8 };
    await world.send('GET', `/applicants/${applicantId}`, { as: 'reviewer' });
    expect(views()).toBe(3);
    world.later(6 * 60 * 1000);
    await world.send('GET', `/applicants/${applicantId}`, { as: 'reviewer' });
    expect(views()).toBe(4);
  });

  test('the applicant reads plain words, and no reason that could tip them off', async () => {
    const world = makeWorld();
    const response = await world.send('GET', `/applicants/${applicantId}`, { as: 'applicant' });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ view: 'applicant', status: 'IN_REVIEW', next: [] });
    expect(text).not.toMatch(/another|DOCUMENT_USED/i);
    expect(world.streams.size).toBe(0);
  });

  test.each([
    ['has begun nothing', { status: 'NEW', document: null, selfie: null, consent: 'missing', decision: null }, 'STARTED', 3, false],
    ['is being checked', { status: 'PENDING', decision: null }, 'IN_PROGRESS', 0, false],
    ['is verified', { status: 'VERIFIED' }, 'VERIFIED', 0, false],
    ['is rejected for what they can mend', { status: 'REJECTED', decision: { ...statusExample.decision, reasons: ['DOCUMENT_EXPIRED', 'NOT_ON_REGISTER'] } }, 'NOT_VERIFIED', 2, true],
    ['has appealed', { status: 'REVIEW', appealOpen: true }, 'IN_REVIEW', 0, false],
    ['is erased', { erased: true }, 'ERASED', 0, false],
  ])('an applicant who %s is told so, and what to do', async (_who, change, status, todo, mayAppeal) => {
    const world = makeWorld();
    world.answers.applicantStatus = { ...statusExample, ...change };
    const body = await (await world.send('GET', `/applicants/${applicantId}`, { as: 'applicant' })).json() as { next: string[] };
    expect(body).toMatchObject({ status, mayAppeal });
    expect(body.next).toHaveLength(todo);
  });

  test('another applicant gets the same refusal whether the record exists or not', async () => {
    const world = makeWorld();
    const there = await world.send('GET', `/applicants/${otherApplicant}`, { as: 'applicant', headers: { 'x-correlation-id': '00000000000000000000000000000001' } });
    world.answers.applicantStatus = null;
    const notThere = await world.send('GET', `/applicants/${otherApplicant}`, { as: 'applicant', headers: { 'x-correlation-id': '00000000000000000000000000000001' } });
    expect(there.status).toBe(403);
    expect(await notThere.text()).toBe(await there.text());
  });

  test('nothing is shown when the view cannot be recorded', async () => {
    const world = makeWorld({ deps: { ledger: { ...makeWorld().deps.ledger, append: async () => { throw Object.assign(new Error('down'), { code: 'STORE_UNAVAILABLE' }); } } } });
    const response = await world.send('GET', `/applicants/${applicantId}`, { as: 'auditor' });
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('FACE');
  });
});

describe('uploads', () => {
  test('a document reaches the handler as a file of our own name', async () => {
    const world = makeWorld();
    const response = await world.send('POST', `/applicants/${applicantId}/documents`, { as: 'applicant', body: form({ documentType: 'passport' }) });
    expect(response.status).toBe(202);
    expect(world.commands('uploadImage')).toEqual([
      expect.objectContaining({ stream: `applicant-${applicantId}`, kind: 'document', documentType: 'passport', fileName: 'photo.jpg', declaredMediaType: 'image/jpeg' }),
    ]);
  });
});
