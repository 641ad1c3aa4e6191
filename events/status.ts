import { z } from 'zod';
import type { DomainEvent } from './catalogue.ts';
import type { Decision } from './vocabulary.ts';

/** Where an applicant stands. `PENDING`: checks are under way; `REVIEW`: a person has to decide. */
export const ApplicantStatus = z.enum(['NEW', 'PENDING', 'VERIFIED', 'REVIEW', 'REJECTED']);
export type ApplicantStatus = z.infer<typeof ApplicantStatus>;

const ofDecision: Readonly<Record<Decision, ApplicantStatus>> = { PASS: 'VERIFIED', FAIL: 'REJECTED', MANUAL_REVIEW: 'REVIEW' };

/**
 * The status after one more event. Kept beside the events because the aggregate and the read models must agree on it.
 * A verified person who brings a new document stays verified until that document is judged.
 */
export function statusAfter(status: ApplicantStatus, event: Pick<DomainEvent, 'type' | 'data'>): ApplicantStatus {
  const known = event as DomainEvent;
  switch (known.type) {
    case 'ApplicantRegistered':
      return 'NEW';
    case 'KycStarted':
      return status === 'VERIFIED' ? status : 'PENDING';
    case 'DecisionMade':
      return ofDecision[known.data.decision];
    case 'ReviewOverridden':
      return ofDecision[known.data.outcome];
    case 'AppealLodged':
      return 'REVIEW';
    default:
      return status;
  }
}
