import { describe, expect, it } from 'vitest';
import { Backtest } from '../../../aggregates/policy/backtest.ts';
import { explainDecisions } from '../../../aggregates/policy/explain.ts';
import { defaultSettings, policies, policyOf } from '../../../aggregates/policy/policies.ts';
import { differencesOf, recomputeDecisions } from '../../../aggregates/policy/recompute.ts';
import type { LedgerEvent } from '../../../events/read.ts';
import { claimReview, lodgeAppeal, reviewCase } from '../../../handlers/review-outcome.ts';
import { playCase } from '../../support/play.ts';
import { ada, createMemoryPlatform, passport, selfie } from '../../support/memory/platform.ts';

async function aDecidedCase(given: Parameters<typeof playCase>[1] = {}): Promise<readonly LedgerEvent[]> {
  const platform = createMemoryPlatform();
  platform.registers.registrants.push(ada);
  const { stream } = await playCase(platform, given);
  return platform.deps.ledger.load(stream);
}

function change(events: readonly LedgerEvent[], type: string, edit: (data: Record<string, unknown>) => Record<string, unknown>): readonly LedgerEvent[] {
  return events.map((event) => (event.type === type ? ({ ...event, data: edit({ ...event.data }) } as LedgerEvent) : event));
}

describe('making decisions again', () => {
  it('G-14: comes to what is recorded, signals and verdict', async () => {
    expect(recomputeDecisions(await aDecidedCase())).toMatchObject([{ policyVersion: '2026-11', signals: 'compared', differences: [] }]);
  });

  it('shows exactly where the recorded outcome is not what the policy makes of the recorded signals', async () => {
    const altered = change(await aDecidedCase(), 'DecisionMade', (data) => ({ ...data, decision: 'FAIL' }));
    expect(recomputeDecisions(altered)[0]?.differences).toEqual([{ path: 'decision', recorded: 'FAIL', recomputed: 'PASS' }]);
  });

  it('shows exactly which recorded signal the events before the decision do not bear out', async () => {
    const altered = change(await aDecidedCase(), 'FaceMatched', (data) => ({ ...data, similarity: 0.123 }));
    const [difference, ...more] = recomputeDecisions(altered)[0]?.differences ?? [];
    expect(more).toEqual([]);
    expect(difference).toMatchObject({ path: 'signals.face.similarity', recomputed: 0.123 });
  });

  it('does not ask of erased personal fields what they no longer say, and compares everything else', async () => {
    const erased = (await aDecidedCase()).map((event) => ({ ...event, personal: null }) as LedgerEvent);
    expect(recomputeDecisions(erased)).toMatchObject([{ signals: 'compared_in_part', differences: [] }]);
    const altered = change(erased, 'ConsentRecorded', (data) => ({ ...data, given: false }));
    expect(recomputeDecisions(altered)[0]?.differences).toEqual([{ path: 'signals.biometricConsent', recorded: 'given', recomputed: 'withdrawn' }]);
  });

  it('says so when the policy of a decision is not known any more', async () => {
    const altered = change(await aDecidedCase(), 'DecisionMade', (data) => ({ ...data, policyVersion: '1999-01' }));
    expect(recomputeDecisions(altered)[0]?.differences).toContainEqual({ path: 'policyVersion', recorded: '1999-01', recomputed: 'UNKNOWN_POLICY' });
  });

  it.each([
    ['equal values', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['a changed leaf', { a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, [{ path: 'a.1.b', recorded: 2, recomputed: 3 }]],
    ['a missing field', { a: 1, b: 2 }, { a: 1 }, [{ path: 'b', recorded: 2, recomputed: undefined }]],
    ['another kind of value', { a: [] }, { a: {} }, [{ path: 'a', recorded: [], recomputed: {} }]],
  ])('tells %s', (_name, one, other, differences) => {
    expect(differencesOf(one, other, '')).toEqual(differences);
  });
});

describe('explaining a decision', () => {
  it('rests each rule on the events that its signals came from', async () => {
    const events = await aDecidedCase();
    const [decision] = explainDecisions(events);
    if (decision?.by !== 'policy') throw new Error('the policy decided');
    const restsOn = Object.fromEntries(decision.rules.map((rule) => [rule.rule, rule.restsOn.map(({ type }) => type)]));
    expect(restsOn).toMatchObject({
      DOCUMENT_READ: ['IdDocumentUploaded', 'DocScanned'],
      CLAIMED_NAME: ['ApplicantRegistered', 'IdDocumentUploaded', 'DocScanned'],
      BIOMETRIC_CONSENT: ['ConsentRecorded'],
      FACE_MATCH: ['IdDocumentUploaded', 'SelfieUploaded', 'FaceMatched'],
      LIVENESS: ['SelfieUploaded', 'LivenessChecked'],
      REGISTER_ANSWER: ['RegisterCheckRequested', 'RegisterChecked'],
      REGISTER_NAME: ['DocScanned', 'RegisterCheckRequested', 'RegisterChecked'],
    });
    for (const { restsOn: references } of decision.rules) {
      for (const { version } of references) expect(version).toBeLessThan(decision.version);
    }
  });

  it('leaves no rule of any policy without its signals', async () => {
    const events = await aDecidedCase();
    const [decision] = explainDecisions(events);
    if (decision?.by !== 'policy') throw new Error('the policy decided');
    expect(decision.rules.map(({ rule }) => rule)).toEqual(policyOf('2026-11').rules.map(({ rule }) => rule));
    for (const version of Object.keys(policies)) expect(policyOf(version).rules.length).toBeGreaterThan(0);
    for (const { rule, signals, restsOn } of decision.rules) expect({ rule, none: signals.length === 0 || restsOn.length === 0 }).toEqual({ rule, none: false });
  });

  it('puts reasons into words and shows the threshold that was not met', async () => {
    const [decision] = explainDecisions(await aDecidedCase({ selfie: selfie({ face: 'b' }), document: passport() }));
    expect(decision).toMatchObject({ decision: 'MANUAL_REVIEW', reasons: [{ code: 'FACE_BELOW_THRESHOLD', words: expect.stringContaining('less alike') }] });
    if (decision?.by !== 'policy') throw new Error('the policy decided');
    expect(decision.rules.find(({ rule }) => rule === 'FACE_MATCH')).toMatchObject({ outcome: 'review', threshold: 0.8, words: expect.stringContaining('less alike') });
  });
});

describe('explaining what a person decided', () => {
  const reviewer = { actor: { kind: 'reviewer', id: 'rita' }, correlationId: 'review-1' } as const;

  it('names the appeal that it answers, what they had seen and what came in between', async () => {
    const platform = createMemoryPlatform();
    platform.registers.registrants.push(ada);
    const { stream } = await playCase(platform, { selfie: selfie({ face: 'b' }), document: passport() });
    const versionNow = async () => (await platform.deps.ledger.load(stream)).length;
    const decide = async (outcome: 'FAIL' | 'PASS', seenVersion: number) => reviewCase(platform.deps, { stream, outcome, reason: 'DIFFERENT_PERSON', note: 'seen', seenVersion, ...reviewer });
    await claimReview(platform.deps, { stream, ...reviewer });
    expect(await decide('FAIL', await versionNow())).toMatchObject({ kind: 'done' });
    await lodgeAppeal(platform.deps, { stream, statement: 'It is me.', actor: { kind: 'applicant', id: 'ada' }, correlationId: 'appeal-1' });
    const appealed = await versionNow();
    await claimReview(platform.deps, { stream, ...reviewer, actor: { kind: 'reviewer', id: 'sam' } });
    expect(await reviewCase(platform.deps, { stream, outcome: 'FAIL', reason: 'DIFFERENT_PERSON', note: 'seen', seenVersion: appealed, actor: { kind: 'reviewer', id: 'sam' }, correlationId: 'review-2' })).toMatchObject({ kind: 'done' });
    const people = explainDecisions(await platform.deps.ledger.load(stream)).flatMap((each) => (each.by === 'person' ? [each] : []));
    expect(people).toMatchObject([
      { decision: 'FAIL', actor: { id: 'rita' }, appeal: null, note: 'seen', inForce: false },
      { decision: 'FAIL', actor: { id: 'sam' }, appeal: { type: 'AppealLodged', version: appealed }, seen: { version: appealed }, notSeen: [{ type: 'ReviewClaimed' }], inForce: true },
    ]);
  });
});

describe('trying another policy on the past', () => {
  it('finds the cases that change, by outcome and by reason, and knows what a person decided', async () => {
    const decisions = (await aDecidedCase()).filter((event) => event.type === 'DecisionMade');
    const stricter = new Backtest(policyOf('2026-11', { ...defaultSettings, livenessRequired: true }));
    for (const event of decisions) stricter.decision(event);
    for (const event of decisions) stricter.person(event.stream, event.version, 'PASS');
    const result = stricter.result();
    expect(result).toMatchObject({
      decisions: 1,
      outcomes: [{ was: 'PASS', becomes: 'MANUAL_REVIEW', count: 1 }],
      reasons: [{ reason: 'LIVENESS_NOT_PERFORMED', was: 0, becomes: 1 }],
    });
    expect(result.changed).toMatchObject([{ was: 'PASS', becomes: 'MANUAL_REVIEW', gained: ['LIVENESS_NOT_PERFORMED'], lost: [], person: 'PASS' }]);
  });

  it('changes nothing under the policy that decided', async () => {
    const same = new Backtest(policyOf('2026-11', defaultSettings));
    for (const event of await aDecidedCase()) if (event.type === 'DecisionMade') same.decision(event);
    expect(same.result()).toMatchObject({ decisions: 1, changed: [], otherReasons: 0 });
  });
});
