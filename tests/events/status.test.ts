import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../events/catalogue.ts';
import { type ApplicantStatus, statusAfter } from '../../events/status.ts';

function decision(outcome: 'PASS' | 'FAIL' | 'MANUAL_REVIEW'): Pick<DomainEvent, 'type' | 'data'> {
  return { type: 'DecisionMade', data: { decision: outcome } as Extract<DomainEvent, { type: 'DecisionMade' }>['data'] };
}

const started = { type: 'KycStarted', data: { executionName: 'e', documentVersion: 1, selfieVersion: 2 } } as const;
const appealed = { type: 'AppealLodged', data: { decisionVersion: 9 } } as const;
const viewed = { type: 'ReviewClaimed', data: { decisionVersion: 9 } } as const;

describe('an applicant\'s status', () => {
  it.each<[ApplicantStatus, string, Pick<DomainEvent, 'type' | 'data'>, ApplicantStatus]>([
    ['NEW', 'the checks start', started, 'PENDING'],
    ['REJECTED', 'the checks start anew', started, 'PENDING'],
    ['VERIFIED', 'a newer document is checked', started, 'VERIFIED'],
    ['PENDING', 'the policy passes', decision('PASS'), 'VERIFIED'],
    ['PENDING', 'the policy fails', decision('FAIL'), 'REJECTED'],
    ['PENDING', 'the policy asks for a person', decision('MANUAL_REVIEW'), 'REVIEW'],
    ['REJECTED', 'the applicant appeals', appealed, 'REVIEW'],
    ['REVIEW', 'somebody takes the case', viewed, 'REVIEW'],
  ])('from %s, when %s', (before, _, event, after) => {
    expect(statusAfter(before, event)).toBe(after);
  });
});
