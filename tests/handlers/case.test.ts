import { describe, expect, it } from 'vitest';
import { applicantStatus } from '../../handlers/status.ts';
import { ada, createMemoryPlatform, passport, selfie } from '../support/memory/platform.ts';
import { playCase, typesOf } from '../support/play.ts';

function platformWithAda() {
  const platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  return platform;
}

describe('a case from upload to publication', () => {
  it('passes when document, face and register agree, and says so on every channel', async () => {
    const platform = platformWithAda();
    const { stream, decision } = await playCase(platform);
    expect(decision).toBe('PASS');
    expect(await typesOf(platform, stream)).toEqual([
      'ApplicantRegistered', 'ConsentRecorded', 'IdDocumentUploaded', 'SelfieUploaded', 'DocScanned', 'KycStarted',
      'LivenessChecked', 'FaceMatched', 'RegisterCheckRequested', 'RegisterChecked', 'DecisionMade', 'ResultPublished',
    ]);
    expect(await applicantStatus(platform.deps, stream)).toMatchObject({
      status: 'VERIFIED', stage: 'decided', decision: { outcome: 'PASS', by: 'policy', published: true },
    });
    expect([...platform.messenger.emails.values()]).toMatchObject([{ to: 'ada@example.test', template: 'decision_pass' }]);
    expect(platform.messenger.topics.size).toBe(1);
    expect(platform.workflow.waiting.size).toBe(0);
  });

  it('is one correlation from the upload on, each step caused by the one before', async () => {
    const platform = platformWithAda();
    const { stream } = await playCase(platform);
    const events = await platform.deps.ledger.load(stream);
    expect(new Set(events.map((event) => event.correlationId))).toEqual(new Set(['case-1']));
    const ids = new Set(events.map((event) => event.id));
    const caused = events.filter((event) => event.actor.kind === 'system');
    expect(caused.every((event) => event.causationId !== null && ids.has(event.causationId))).toBe(true);
  });

  it.each([
    ['another person on the selfie', { selfie: selfie({ face: 'b' }) }, 'MANUAL_REVIEW', 'FACE_BELOW_THRESHOLD'],
    ['no face on the selfie', { selfie: selfie({ face: '' }) }, 'MANUAL_REVIEW', 'NO_FACE_IN_SELFIE'],
    ['an unreadable document', { document: passport({ unreadable: true }) }, 'MANUAL_REVIEW', 'DOCUMENT_UNREADABLE'],
    ['an expired document', { document: passport({ expires: '200101' }) }, 'FAIL', 'DOCUMENT_EXPIRED'],
    ['no consent', { consent: false }, 'MANUAL_REVIEW', 'CONSENT_WITHDRAWN'],
    ['nobody on the register', { applicant: { registrationNumber: '7999999' } }, 'MANUAL_REVIEW', 'NOT_ON_REGISTER'],
  ])('ends with %s in the outcome and reason it must have', async (_, given, decision, reason) => {
    const platform = platformWithAda();
    const played = await playCase(platform, given);
    const status = await applicantStatus(platform.deps, played.stream);
    expect(played.decision).toBe(decision);
    expect(status?.decision?.reasons).toContain(reason);
  });

  it('G-12: opens no image for a comparison that nobody consented to', async () => {
    const platform = platformWithAda();
    let compared = 0;
    const { deps } = platform;
    const faceMatcher = { ...deps.faceMatcher, compare: async () => { compared += 1; throw new Error('must not be called'); } };
    await playCase({ ...platform, deps: { ...deps, faceMatcher } }, { consent: false });
    expect(compared).toBe(0);
  });

  it('tells the reviewers, not the applicant, of a case that needs a person', async () => {
    const platform = platformWithAda();
    await playCase(platform, { selfie: selfie({ face: 'b' }) });
    expect([...platform.messenger.emails.values()]).toMatchObject([{ to: 'reviewers@example.test', template: 'review_needed' }]);
  });

  it('G-8: lets no personal data into log lines, bus or notifications', async () => {
    const platform = platformWithAda();
    await playCase(platform, { selfie: selfie({ face: 'b' }) });
    const outside = JSON.stringify([platform.lines, [...platform.messenger.topics.values()], [...platform.workflow.started.values()]]);
    expect(outside).not.toMatch(/example|ada may|7000001|925076473/i);
  });
});
