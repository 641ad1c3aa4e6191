import { describe, expect, it } from 'vitest';
import { decide } from '../../../aggregates/applicant/decide.ts';
import { awaitsReview } from '../../../aggregates/applicant/queries.ts';
import { reviewReasons, type ReviewReason } from '../../../aggregates/policy/review-reasons.ts';
import {
  ana, ben, cem, codeOf, decided, given, publish, register, review, second, system, typesOf, uploadSelfie,
} from './given.ts';

const inReview = decided({ similarity: 0.3 });
const passed = decided();
const failed = decided({ status: 'erased' });
const appealed = [...failed, { command: 'appeal', statement: 'It was lifted.' } as const];
const claim = (by = ana) => ({ command: 'claim', by }) as const;
const note = (text = 'called') => ({ command: 'note', by: ana, note: text }) as const;

describe('manual review', () => {
  it('is settled by one person', () => {
    const state = given(...inReview, review(ana, 'PASS', 11));
    expect(state).toMatchObject({ status: 'VERIFIED', inForce: { decision: 'PASS', by: { kind: 'person', actor: ana, maker: null, seenVersion: 11 } } });
  });

  it('is a reviewer\'s business alone', () => {
    expect(codeOf(decide(given(...inReview), review(system, 'PASS', 11)))).toBe('NOT_A_REVIEWER');
    expect(codeOf(decide(given(...inReview), claim(system)))).toBe('NOT_A_REVIEWER');
  });

  it('needs a decision to review', () => {
    expect(codeOf(decide(given(register), review(ana, 'PASS', 1)))).toBe('NOT_DECIDED');
  });

  it('needs a note that says why', () => {
    expect(codeOf(decide(given(...inReview), { command: 'review', by: ana, outcome: 'PASS', reason: 'IDENTITY_CONFIRMED', note: ' ', seenVersion: 11 }))).toBe('NOTE_MISSING');
  });

  describe('takes the reasons of the list alone, each for what it speaks for', () => {
    const codes = [...Object.keys(reviewReasons), 'CHECKED_BY_HAND', 'MRZ_INVALID', 'toString'];
    const table = codes.map((code) => [code, new Map<string, ReviewReason>(Object.entries(reviewReasons)).get(code)?.speaksFor ?? []] as const);

    it.each(table)('%s', (code, speaksFor) => {
      const asked = (outcome: 'PASS' | 'FAIL'): readonly string[] => [
        codeOf(decide(given(...inReview), review(ana, outcome, 11, code))),
        codeOf(decide(given(...(outcome === 'PASS' ? failed : passed)), review(ana, outcome, 11, code))),
        codeOf(decide(given(...(outcome === 'PASS' ? failed : passed), review(ana, outcome, 11)), second(ben, true, 12, code))),
      ];
      for (const outcome of ['PASS', 'FAIL'] as const) {
        const refused = speaksFor.includes(outcome) ? 'NOT_REFUSED' : 'REASON_UNKNOWN';
        expect(asked(outcome)).toEqual([refused, refused, refused]);
      }
      expect(codeOf(decide(given(...passed, review(ana, 'FAIL', 11)), second(ben, false, 12, code)))).toBe(speaksFor.includes('decline') ? 'NOT_REFUSED' : 'REASON_UNKNOWN');
    });

    it('but leaves what was recorded with another code as it was, and its repetition harmless', () => {
      const recorded = given(...inReview, review(ana, 'PASS', 11));
      if (recorded.kind !== 'registered' || recorded.inForce === null) throw new Error('not decided');
      const old = { ...recorded, inForce: { ...recorded.inForce, reasons: ['CHECKED_BY_HAND'] } };
      expect(typesOf(decide(old, review(ana, 'PASS', 11, 'CHECKED_BY_HAND')))).toEqual([]);
    });
  });

  it('refuses a view that is older than the last material event', () => {
    const changed = given(...inReview, uploadSelfie(40));
    expect(codeOf(decide(changed, review(ana, 'PASS', 11)))).toBe('STALE_VIEW');
    expect(typesOf(decide(changed, review(ana, 'PASS', 12)))).toEqual(['ReviewOverridden']);
  });

  it('takes no offence at notes, claims and publications that came after the view', () => {
    const state = given(...inReview, publish(11), claim(ana), note());
    expect(typesOf(decide(state, review(ana, 'FAIL', 11)))).toEqual(['ReviewOverridden']);
  });

  it('refuses a view of a version that does not exist', () => {
    expect(codeOf(decide(given(...inReview), review(ana, 'PASS', 99)))).toBe('SEEN_VERSION_UNKNOWN');
  });
});

describe('claims', () => {
  it('keep others away until released', () => {
    const claimed = given(...inReview, claim(ana));
    expect(typesOf(decide(claimed, claim(ana)))).toEqual([]);
    expect(codeOf(decide(claimed, claim(ben)))).toBe('CLAIMED_BY_OTHER');
    expect(codeOf(decide(claimed, review(ben, 'PASS', 11)))).toBe('CLAIMED_BY_OTHER');
    expect(codeOf(decide(claimed, { command: 'release', by: ben }))).toBe('CLAIMED_BY_OTHER');
    expect(typesOf(decide(given(...inReview, claim(ana), { command: 'release', by: ana }), claim(ben)))).toEqual(['ReviewClaimed']);
  });

  it('are lifted by an operator when the reviewer is away', () => {
    expect(typesOf(decide(given(...inReview, claim(ana)), { command: 'release', by: { kind: 'operator', id: 'op' } }))).toEqual(['ReviewReleased']);
  });

  it('end with the decision', () => {
    expect(given(...inReview, claim(ana), review(ana, 'PASS', 11)).review.claim).toBeNull();
  });
});

describe('turning a decision round', () => {
  it.each([['PASS to FAIL', passed, 'FAIL'], ['FAIL to PASS', failed, 'PASS']] as const)('takes two persons: %s', (_, commands, outcome) => {
    const proposed = given(...commands, review(ana, outcome, 11));
    expect(proposed).toMatchObject({ inForce: { version: 11 }, review: { proposal: { by: ana, outcome } } });
    expect(awaitsReview(proposed)).toBe(true);
    expect(codeOf(decide(proposed, second(ana, true, 12)))).toBe('MAKER_IS_CHECKER');
    expect(given(...commands, review(ana, outcome, 11), second(ben, true, 12)).inForce).toMatchObject({
      decision: outcome, by: { kind: 'person', actor: ben, maker: ana, proposalVersion: 12 },
    });
  });

  it('asks the second person to have seen the proposal', () => {
    expect(codeOf(decide(given(...passed, review(ana, 'FAIL', 11)), second(ben, true, 11)))).toBe('STALE_VIEW');
  });

  it('goes no further when the second person declines', () => {
    const commands = [...passed, review(ana, 'FAIL', 11), second(ben, false, 12)];
    expect(given(...commands)).toMatchObject({ status: 'VERIFIED', inForce: { version: 11 }, review: { proposal: null } });
    expect(typesOf(decide(given(...commands), second(ben, false, 12)))).toEqual([]);
    expect(codeOf(decide(given(...commands), second(cem, true, 13)))).toBe('NO_PROPOSAL');
  });

  it('has one proposal at a time', () => {
    expect(codeOf(decide(given(...passed, review(ana, 'FAIL', 11)), review(ben, 'FAIL', 12)))).toBe('PROPOSAL_OPEN');
  });

  it('loses its proposal to new evidence', () => {
    const commands = [...passed, review(ana, 'FAIL', 11), uploadSelfie(50)];
    expect(given(...commands).review.proposal).toBeNull();
    expect(codeOf(decide(given(...commands), second(ben, true, 13)))).toBe('NO_PROPOSAL');
  });

  it('frees the maker\'s claim, so that another can take the case', () => {
    expect(typesOf(decide(given(...passed, claim(ana), review(ana, 'FAIL', 11)), claim(ben)))).toEqual(['ReviewClaimed']);
  });

  it('needs no doing when the outcome is in force', () => {
    expect(codeOf(decide(given(...passed), review(ana, 'PASS', 11)))).toBe('ALREADY_DECIDED');
  });
});

describe('appeals', () => {
  it('put a failed case back in review, once', () => {
    expect(given(...appealed).status).toBe('REVIEW');
    expect(codeOf(decide(given(...appealed), { command: 'appeal', statement: 'Again.' }))).toBe('ALREADY_APPEALED');
  });

  it('are not needed where a person has still to decide, or has decided well', () => {
    expect(codeOf(decide(given(...inReview), { command: 'appeal', statement: 'x' }))).toBe('ALREADY_IN_REVIEW');
    expect(codeOf(decide(given(...passed), { command: 'appeal', statement: 'x' }))).toBe('NOTHING_TO_APPEAL');
  });

  it('can be turned down by one person and upheld by two', () => {
    expect(given(...appealed, review(ana, 'FAIL', 12))).toMatchObject({ status: 'REJECTED', appeal: null, inForce: { by: { kind: 'person' } } });
    expect(typesOf(decide(given(...appealed), review(ana, 'PASS', 12)))).toEqual(['ReviewProposed']);
  });

  it('are not heard by who decided', () => {
    const commands = [...inReview, review(ana, 'FAIL', 11), { command: 'appeal', statement: 'It is me.' } as const];
    expect(codeOf(decide(given(...commands), review(ana, 'FAIL', 13)))).toBe('OWN_DECISION_APPEALED');
    expect(typesOf(decide(given(...commands), review(ben, 'FAIL', 13)))).toEqual(['ReviewOverridden']);
  });
});

describe('notes', () => {
  it('are kept, and the same one twice in a row is one', () => {
    expect(typesOf(decide(given(...inReview, note()), note()))).toEqual([]);
    expect(typesOf(decide(given(...inReview, note()), note('called again')))).toEqual(['ReviewNoted']);
    expect(codeOf(decide(given(...inReview), note(' ')))).toBe('NOTE_MISSING');
  });
});
