import type { EventType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import type { Applicant, Review } from './state.ts';

/** After these a proposal no longer rests on what its maker saw: it lapses and has to be made anew. */
const newEvidence: ReadonlySet<EventType> = new Set([
  'IdDocumentUploaded', 'SelfieUploaded', 'DocScanned', 'DocScanFailed', 'LivenessChecked', 'FaceMatched', 'FaceMatchFailed',
  'RegisterChecked', 'RegisterCheckFailed', 'IdDocumentExpired', 'ConsentRecorded', 'AppealLodged',
]);

/** Claim, proposal, notes and appeal. */
export function evolveReview(state: Applicant, event: LedgerEvent): Applicant {
  if (newEvidence.has(event.type) && state.review.proposal !== null) return evolveReview(review(state, { proposal: null }), event);
  switch (event.type) {
    case 'DecisionMade':
    case 'ReviewOverridden':
      return { ...review(state, { claim: null, proposal: null, declined: null }), appeal: null };
    case 'ReviewClaimed':
      return review(state, { claim: { by: event.actor, version: event.version } });
    case 'ReviewReleased':
      return review(state, { claim: null });
    case 'ReviewNoted':
      return review(state, { lastNote: { by: event.actor, note: event.personal?.note ?? null, version: event.version } });
    case 'ReviewProposed':
      // The claim goes with it, so that a second person can take the case.
      return review(state, {
        claim: null,
        declined: null,
        proposal: {
          version: event.version,
          by: event.actor,
          decisionVersion: event.data.decisionVersion,
          outcome: event.data.outcome,
          reason: event.data.reason,
          seenVersion: event.data.seenVersion,
        },
      });
    case 'ReviewProposalDeclined':
      return review(state, {
        claim: null,
        proposal: null,
        declined: {
          by: event.actor, reason: event.data.reason, proposalVersion: event.data.proposalVersion, version: event.version,
        },
      });
    case 'AppealLodged':
      return {
        ...review(state, { claim: null }),
        appeal: {
          version: event.version, decisionVersion: event.data.decisionVersion, statement: event.personal?.statement ?? null,
        },
      };
    default:
      return state;
  }
}

function review(state: Applicant, change: Partial<Review>): Applicant {
  return { ...state, review: { ...state.review, ...change } };
}
