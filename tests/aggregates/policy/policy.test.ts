import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings, newestPolicy, policies, policyOf, UnknownPolicy } from '../../../aggregates/policy/policies.ts';
import { isReasonCode, reasonWords, wordsFor } from '../../../aggregates/policy/reason-words.ts';
import { DecisionMade } from '../../../events/catalogue/decision-made.ts';
import { type PolicySettings, Signals } from '../../../events/signals.ts';
import { NameEvidence, RegisterOutcome, RegistrationStatus } from '../../../events/vocabulary.ts';

const exact = { matched: true, evidence: 'exact', rule: 'EXACT' } as const;
const clear: Signals = {
  asOf: '2026-11-22',
  biometricConsent: 'given',
  document: {
    state: 'scanned', failure: null, type: 'passport', mrz: 'valid', zonesAgree: true, missingFields: [], daysToExpiry: 900, datesPlausible: true,
    claimedName: exact, usedByAnotherApplicant: false,
  },
  face: { state: 'matched', failure: null, similarity: 0.95 },
  liveness: 'PASSED',
  register: { type: 'GMC', state: 'checked', failure: null, outcome: 'clear', status: 'registered', name: exact, snapshotAgeDays: 0 },
};

interface Change {
  readonly biometricConsent?: Signals['biometricConsent'];
  readonly document?: Partial<Signals['document']>;
  readonly face?: Partial<Signals['face']>;
  readonly liveness?: Signals['liveness'];
  readonly register?: Partial<Signals['register']>;
}

function signals(change: Change): Signals {
  return {
    ...clear,
    biometricConsent: change.biometricConsent ?? clear.biometricConsent,
    liveness: change.liveness === undefined ? clear.liveness : change.liveness,
    document: { ...clear.document, ...change.document },
    face: { ...clear.face, ...change.face },
    register: { ...clear.register, ...change.register },
  };
}

function evaluate(change: Change, settings: Partial<PolicySettings> = {}) {
  return policyOf('2026-11', { ...defaultSettings, ...settings }).evaluate(signals(change));
}

const mismatch = { matched: false, evidence: 'mismatch', rule: 'SURNAME_DIFFERS' } as const;
const former = { matched: true, evidence: 'former_name', rule: 'FORMER_NAME' } as const;
const partial = { matched: true, evidence: 'partial', rule: 'SURNAME_HALF' } as const;
const incomparable = { matched: false, evidence: 'not_comparable', rule: 'NAME_UNREADABLE' } as const;

describe('policy 2026-11, rule by rule', () => {
  it('passes when every signal is as it should be', () => {
    expect(evaluate({})).toMatchObject({ decision: 'PASS', reasons: [], notes: [] });
  });

  it.each<[string, Change, string[]]>([
    ['no consent', { biometricConsent: 'missing' }, ['CONSENT_MISSING']],
    ['consent withdrawn', { biometricConsent: 'withdrawn' }, ['CONSENT_WITHDRAWN']],
    ['no document', { document: { state: 'missing' } }, ['DOCUMENT_MISSING']],
    ['an unreadable document', { document: { state: 'failed', failure: 'NO_TEXT' } }, ['DOCUMENT_UNREADABLE']],
    ['a document of no known type', { document: { type: null } }, ['DOCUMENT_TYPE_UNKNOWN']],
    ['a field missing', { document: { missingFields: ['name'] } }, ['DOCUMENT_FIELDS_MISSING']],
    ['a check digit that fails', { document: { mrz: 'invalid' } }, ['MRZ_INVALID']],
    ['no machine-readable zone', { document: { mrz: 'absent', zonesAgree: null } }, ['MRZ_ABSENT', 'ZONES_NOT_COMPARED']],
    ['zones that differ', { document: { zonesAgree: false } }, ['ZONES_DISAGREE']],
    ['zones that could not be compared', { document: { zonesAgree: null } }, ['ZONES_NOT_COMPARED']],
    ['no expiry date', { document: { daysToExpiry: null } }, ['DOCUMENT_EXPIRY_UNREADABLE']],
    ['dates that cannot be', { document: { datesPlausible: false } }, ['DOCUMENT_DATES_IMPLAUSIBLE']],
    ['no birth date', { document: { datesPlausible: null } }, ['DOCUMENT_DATES_UNREADABLE']],
    ['another name than was given', { document: { claimedName: mismatch } }, ['CLAIMED_NAME_MISMATCH']],
    ['names in two scripts', { document: { claimedName: incomparable } }, ['CLAIMED_NAME_NOT_COMPARABLE']],
    ['another applicant\'s document', { document: { usedByAnotherApplicant: true } }, ['DOCUMENT_USED_BY_ANOTHER_APPLICANT']],
    ['an expired licence, whose date has no check digit', { document: { daysToExpiry: -1, mrz: 'not_applicable', zonesAgree: null } }, ['DOCUMENT_EXPIRED_UNCONFIRMED']],
    ['an expiry date in doubt', { document: { daysToExpiry: -1, zonesAgree: false } }, ['ZONES_DISAGREE', 'DOCUMENT_EXPIRED_UNCONFIRMED']],
    ['faces too little alike', { face: { similarity: 0.79 } }, ['FACE_BELOW_THRESHOLD']],
    ['no face on the selfie', { face: { state: 'failed', failure: 'NO_FACE_IN_SELFIE', similarity: null } }, ['NO_FACE_IN_SELFIE']],
    ['several faces', { face: { state: 'failed', failure: 'SEVERAL_FACES_IN_SELFIE', similarity: null } }, ['SEVERAL_FACES_IN_SELFIE']],
    ['a failure of the matcher that is not known', { face: { state: 'failed', failure: 'MELTED', similarity: null } }, ['FACE_NOT_COMPARED']],
    ['no comparison', { face: { state: 'missing', similarity: null } }, ['FACE_NOT_COMPARED']],
    ['a failed live capture', { liveness: 'FAILED' }, ['LIVENESS_FAILED']],
    ['nothing known about liveness', { liveness: null }, ['LIVENESS_MISSING']],
    ['a register that was not asked', { register: { state: 'missing' } }, ['REGISTER_CHECK_MISSING']],
    ['a register that never answered', { register: { state: 'failed', failure: 'NO_ANSWER', outcome: null, status: null, name: null } }, ['REGISTER_UNAVAILABLE']],
    ['a register in unknown words', { register: { outcome: 'unreadable', status: 'unknown' } }, ['REGISTER_UNREADABLE']],
    ['nobody under the number', { register: { outcome: 'not_found', status: null, name: null } }, ['NOT_ON_REGISTER']],
    ['conditions', { register: { outcome: 'problem', status: 'conditions' } }, ['REGISTER_RESTRICTED']],
    ['an interim order', { register: { outcome: 'problem', status: 'interim_order' } }, ['REGISTER_RESTRICTED']],
    ['a suspension pending', { register: { outcome: 'problem', status: 'warning' } }, ['REGISTER_RESTRICTED']],
    ['no licence to practise', { register: { outcome: 'problem', status: 'registered_without_licence' } }, ['REGISTER_NOT_LICENSED']],
    ['a lapsed registration', { register: { outcome: 'problem', status: 'lapsed' } }, ['REGISTER_LAPSED']],
    ['another profession', { register: { outcome: 'problem', status: 'registered' } }, ['REGISTER_ENTRY_PROBLEM']],
    ['another name on the register', { register: { outcome: 'name_mismatch', name: mismatch } }, ['REGISTER_NAME_MISMATCH']],
    ['a former name on the register', { register: { name: former } }, ['NAME_FORMER']],
    ['no name read from the document', { register: { name: null } }, ['REGISTER_NAME_NOT_COMPARABLE']],
    ['a suspended namesake', { register: { outcome: 'problem', status: 'suspended', name: mismatch } }, ['REGISTER_SUSPENDED', 'REGISTER_NAME_MISMATCH']],
    ['an answer eight days old', { register: { snapshotAgeDays: 8 } }, ['REGISTER_SNAPSHOT_STALE']],
  ])('asks for a person: %s', (_, change, reasons) => {
    const verdict = evaluate(change);
    expect(verdict.decision).toBe('MANUAL_REVIEW');
    expect(verdict.reasons).toEqual(reasons);
  });

  it.each<[string, Change, string]>([
    ['expired yesterday by a date whose check digit holds', { document: { daysToExpiry: -1 } }, 'DOCUMENT_EXPIRED'],
    ['suspended', { register: { outcome: 'problem', status: 'suspended' } }, 'REGISTER_SUSPENDED'],
    ['struck off', { register: { outcome: 'problem', status: 'erased' } }, 'REGISTER_ERASED'],
    ['struck off, matched in part', { register: { outcome: 'problem', status: 'erased', name: partial } }, 'REGISTER_ERASED'],
  ])('fails only for a fact: %s', (_, change, reason) => {
    expect(evaluate(change)).toMatchObject({ decision: 'FAIL', reasons: [reason] });
  });

  it.each<[string, Change, Partial<PolicySettings>, string[]]>([
    ['a still where none is required', { liveness: 'NOT_PERFORMED' }, {}, ['LIVENESS_NOT_PERFORMED']],
    ['a document with 30 days left', { document: { daysToExpiry: 30 } }, {}, ['DOCUMENT_EXPIRES_WITHIN_30_DAYS']],
    ['a document on its last day', { document: { daysToExpiry: 0 } }, {}, ['DOCUMENT_EXPIRES_WITHIN_30_DAYS']],
    ['a document with 31 days left', { document: { daysToExpiry: 31 } }, {}, []],
    ['a name matched in part', { document: { claimedName: partial } }, {}, ['NAME_MATCHED_PARTIALLY']],
    ['no name given', { document: { claimedName: null } }, {}, ['NAME_NOT_CLAIMED']],
    ['a driving licence', { document: { type: 'driving_licence', mrz: 'not_applicable', zonesAgree: null } }, {}, ['MRZ_NOT_APPLICABLE']],
    ['faces exactly at the threshold', { face: { similarity: 0.6 } }, { minSimilarity: 0.6 }, []],
    ['an answer as old as is allowed', { register: { snapshotAgeDays: 7 } }, {}, []],
  ])('passes with a note: %s', (_, change, settings, notes) => {
    expect(evaluate(change, settings)).toMatchObject({ decision: 'PASS', reasons: [], notes });
  });

  it('asks for a live capture where the deployment requires one', () => {
    expect(evaluate({ liveness: 'NOT_PERFORMED' }, { livenessRequired: true })).toMatchObject({ decision: 'MANUAL_REVIEW', reasons: ['LIVENESS_NOT_PERFORMED'] });
  });

  it('puts failures before reasons for review and names each once', () => {
    const verdict = evaluate({ biometricConsent: 'missing', document: { daysToExpiry: -3 }, face: { state: 'failed', failure: 'CONSENT_MISSING', similarity: null } });
    expect(verdict).toMatchObject({ decision: 'FAIL', reasons: ['DOCUMENT_EXPIRED', 'CONSENT_MISSING'] });
  });
});

const code = fc.constantFrom('NO_FACE_IN_SELFIE', 'OTHER');
const nameComparison = fc.option(fc.record({ matched: fc.boolean(), evidence: fc.constantFrom(...NameEvidence.options), rule: fc.constant('RULE') }), { nil: null });
const anySignals: fc.Arbitrary<Signals> = fc.record({
  asOf: fc.constant('2026-11-22'),
  biometricConsent: fc.constantFrom('given', 'withdrawn', 'missing'),
  document: fc.record({
    state: fc.constantFrom('scanned', 'scanned', 'failed', 'missing'), failure: fc.option(code, { nil: null }), type: fc.constantFrom('passport', 'driving_licence', null),
    mrz: fc.constantFrom('valid', 'valid', 'invalid', 'absent', 'not_applicable', null), zonesAgree: fc.constantFrom(true, true, false, null),
    missingFields: fc.constantFrom([], [], ['name']), daysToExpiry: fc.option(fc.integer({ min: -40, max: 900 }), { nil: null }),
    datesPlausible: fc.constantFrom(true, true, false, null), claimedName: nameComparison, usedByAnotherApplicant: fc.boolean(),
  }),
  face: fc.record({ state: fc.constantFrom('matched', 'failed', 'missing'), failure: fc.option(code, { nil: null }), similarity: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }) }),
  liveness: fc.constantFrom('PASSED', 'FAILED', 'NOT_PERFORMED', null),
  register: fc.record({
    type: fc.constant('GMC'), state: fc.constantFrom('checked', 'checked', 'failed', 'missing'), failure: fc.option(code, { nil: null }),
    outcome: fc.option(fc.constantFrom(...RegisterOutcome.options), { nil: null }), status: fc.option(fc.constantFrom(...RegistrationStatus.options), { nil: null }),
    name: nameComparison, snapshotAgeDays: fc.option(fc.integer({ min: 0, max: 20 }), { nil: null }),
  }),
});
/** Mostly clear signals with a little wrong, so that passes are met too. */
const nearlyClear = fc.record({ any: anySignals, keep: fc.array(fc.constantFrom('biometricConsent', 'document', 'face', 'liveness', 'register'), { maxLength: 2 }) })
  .map(({ any, keep }): Signals => ({ ...clear, ...Object.fromEntries(keep.map((key) => [key, any[key as keyof Signals]])) }));
const someSignals = fc.oneof(anySignals, nearlyClear);
const settings = fc.record({ minSimilarity: fc.double({ min: 0, max: 1, noNaN: true }), livenessRequired: fc.boolean(), maxSnapshotAgeDays: fc.nat(20) });

describe('laws of every policy', () => {
  const versions = fc.constantFrom(...Object.keys(policies));

  it('passes if and only if no rule asks for more', () => {
    fc.assert(fc.property(versions, someSignals, settings, (version, given, set) => {
      const verdict = policyOf(version, set).evaluate(given);
      const allPass = verdict.rules.every((rule) => rule.outcome === 'pass' || rule.outcome === 'not_applicable');
      expect(verdict.decision === 'PASS').toBe(allPass);
      expect(verdict.decision === 'PASS').toBe(verdict.reasons.length === 0);
      expect(verdict.decision === 'FAIL').toBe(verdict.rules.some((rule) => rule.outcome === 'fail'));
    }), { numRuns: 1000 });
  });

  it('nothing biometric changes whether it fails', () => {
    fc.assert(fc.property(versions, someSignals, anySignals, settings, (version, given, other, set) => {
      const policy = policyOf(version, set);
      const changed = { ...given, face: other.face, liveness: other.liveness, biometricConsent: other.biometricConsent };
      expect(policy.evaluate(changed).decision === 'FAIL').toBe(policy.evaluate(given).decision === 'FAIL');
    }), { numRuns: 1000 });
  });

  it('more alike faces never make a decision worse', () => {
    const rank = { FAIL: 0, MANUAL_REVIEW: 1, PASS: 2 } as const;
    fc.assert(fc.property(versions, someSignals, settings, fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), (version, given, set, pair) => {
      const at = (similarity: number) => rank[policyOf(version, set).evaluate({ ...given, face: { ...given.face, similarity } }).decision];
      expect(at(Math.max(...pair))).toBeGreaterThanOrEqual(at(Math.min(...pair)));
    }), { numRuns: 500 });
  });

  it('taking any signal away never makes it pass', () => {
    const gone: readonly ((given: Signals) => Signals)[] = [
      (given) => ({ ...given, biometricConsent: 'missing' }),
      (given) => ({ ...given, document: { ...given.document, state: 'missing' } }),
      (given) => ({ ...given, face: { ...given.face, state: 'missing' } }),
      (given) => ({ ...given, liveness: null }),
      (given) => ({ ...given, register: { ...given.register, state: 'missing' } }),
    ];
    fc.assert(fc.property(versions, someSignals, settings, fc.constantFrom(...gone), (version, given, set, take) => {
      expect(policyOf(version, set).evaluate(take(given)).decision).not.toBe('PASS');
    }), { numRuns: 500 });
  });

  it('says the same twice, in what DecisionMade can record, and has words for every code', () => {
    fc.assert(fc.property(versions, someSignals, settings, (version, given, set) => {
      const policy = policyOf(version, set);
      const verdict = policy.evaluate(Signals.parse(given));
      expect(policyOf(version, set).evaluate(JSON.parse(JSON.stringify(given)) as Signals)).toEqual(verdict);
      expect(DecisionMade.data.safeParse({ startVersion: 1, policyVersion: version, policySettings: set, signals: given, ...verdict }).success).toBe(true);
      expect([...verdict.reasons, ...verdict.notes].filter((each) => !isReasonCode(each))).toEqual([]);
    }), { numRuns: 500 });
  });

  it('passes at least sometimes, so that the laws are not tried on nothing', () => {
    const seen = new Set(fc.sample(fc.tuple(someSignals, settings), 2000).map(([given, set]) => policyOf(newestPolicy, set).evaluate(given).decision));
    expect([...seen].toSorted()).toEqual(['FAIL', 'MANUAL_REVIEW', 'PASS']);
  });
});

describe('policies', () => {
  it('stay runnable by name', () => {
    expect(policyOf('2026-11').version).toBe('2026-11');
    expect(() => policyOf('1999-01')).toThrow(UnknownPolicy);
    expect(() => policyOf('constructor')).toThrow(UnknownPolicy);
  });
});

describe('words', () => {
  it('tip nobody off: the applicant hears nothing of thresholds, other applicants or what the register says', () => {
    for (const { applicant } of Object.values(reasonWords)) {
      expect(applicant).not.toMatch(/another applicant|threshold|score|alike|suspend|struck|sanction|disagree|check digit|liveness/i);
    }
  });

  it('are there for codes from elsewhere too', () => {
    expect(wordsFor('SOMETHING_NEW')).toEqual({ reviewer: 'something new', applicant: expect.any(String) as string });
  });
});
