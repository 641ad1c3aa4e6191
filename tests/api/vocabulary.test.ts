import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { reasonWords } from '../../aggregates/policy/reason-words.ts';
import { reviewReasons } from '../../aggregates/policy/review-reasons.ts';
import { staffView } from '../../api/routes/staff-view.ts';
import { Code } from '../../events/vocabulary.ts';
import { createMemoryPlatform } from '../support/memory/platform.ts';
import { bindHandlers } from '../../api/bind-handlers.ts';
import { registerCallback } from '../../handlers/register-check.ts';
import { applicantId, makeWorld } from './support/world.ts';

const Vocabulary = z.object({
  reasons: z.array(z.object({ code: z.string(), words: z.string() })),
  reviewReasons: z.array(z.object({ code: Code, words: z.string(), speaksFor: z.array(z.string()).min(1) })),
  reviewTargetHours: z.number(),
});

describe('the vocabulary', () => {
  test('gives staff the exact words of every code that a decision can carry, and what a person can choose from', async () => {
    const { reasons, reviewReasons: chosen, reviewTargetHours } = Vocabulary.parse(await (await makeWorld().send('GET', '/vocabulary', { as: 'auditor' })).json());
    const codes = reasons.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining([...Object.keys(reasonWords), ...Object.keys(reviewReasons)]));
    expect(new Set(codes).size).toBe(codes.length);
    expect(reasons.find(({ code }) => code === 'REGISTER_SUSPENDED')?.words).toBe(reasonWords.REGISTER_SUSPENDED.reviewer);
    for (const outcome of ['PASS', 'FAIL', 'decline']) expect(chosen.some(({ speaksFor }) => speaksFor.includes(outcome))).toBe(true);
    expect(reviewTargetHours).toBe(24);
  });

  test('gives an applicant only the words that are meant for applicants', async () => {
    const { reasons, reviewReasons: chosen } = Vocabulary.parse(await (await makeWorld().send('GET', '/vocabulary', { as: 'applicant' })).json());
    expect(chosen).toEqual([]);
    expect(reasons.find(({ code }) => code === 'REGISTER_SUSPENDED')?.words).toBe(reasonWords.REGISTER_SUSPENDED.applicant);
  });

  test('is for nobody who is not signed in', async () => {
    expect((await makeWorld().send('GET', '/vocabulary')).status).toBe(401);
  });
});

test('a person\'s reason has its words wherever a decision is shown', () => {
  const view = staffView(applicantId, {
    version: 9, number: 1, registerType: 'GMC', registeredAt: '2026-01-01T00:00:00.000Z', status: 'VERIFIED', stage: 'decided', consent: 'given', document: null, selfie: null,
    decision: { version: 9, outcome: 'PASS', reasons: ['NAME_CHANGE_EVIDENCED', 'SOMETHING_NEW'], notes: [], decidedAt: '2026-01-01T00:00:00.000Z', by: 'person', published: true },
    claimedBy: null, openProposal: null, appealOpen: false, erased: false,
  });
  expect(view.decision?.explanations).toEqual([reviewReasons.NAME_CHANGE_EVIDENCED.words, 'something new']);
});

test('a case without personal data carries none, and is recorded as a look at the history', async () => {
  const platform = createMemoryPlatform();
  const world = makeWorld({ deps: { handlers: { ...bindHandlers(platform.deps), registerCallback: (callback) => registerCallback(platform.deps, callback) }, ledger: platform.deps.ledger, newId: platform.deps.newId } });
  await world.send('POST', '/applicants', { as: 'operator', json: { id: applicantId, registerType: 'GMC', registrationNumber: '7000001', email: 'ada@example.test', name: { surname: 'Example', givenNames: 'Ada' } } });
  const plain = await (await world.send('GET', `/reviews/${applicantId}?personal=false`, { as: 'reviewer' })).text();
  expect(plain).toContain('ApplicantRegistered');
  expect(plain).not.toMatch(/Example|Ada|ada@|7000001/);
  expect(await (await world.send('GET', `/reviews/${applicantId}`, { as: 'reviewer' })).text()).toContain('ada@example.test');
  const { accesses } = z.object({ accesses: z.array(z.object({ data: z.looseObject({ what: z.string() }) })) }).parse(await (await world.send('GET', `/applicants/${applicantId}/accesses`, { as: 'auditor' })).json());
  expect(accesses.map(({ data }) => data.what)).toEqual(['history', 'case']);
});
