import type { EventType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { insert, update, type RowOperation } from '../engine/tables.ts';
import { ProjectorError } from '../errors.ts';
import { idAt, userId, type RelationalState } from './state.ts';
import { reviews } from './tables.ts';

/** After these an open proposal no longer rests on what its maker saw (the aggregate's rule; a test holds the two together). */
const newEvidence: ReadonlySet<EventType> = new Set([
  'IdDocumentUploaded', 'SelfieUploaded', 'DocScanned', 'DocScanFailed', 'LivenessChecked', 'FaceMatched', 'FaceMatchFailed',
  'RegisterChecked', 'RegisterCheckFailed', 'IdDocumentExpired', 'ConsentRecorded', 'AppealLodged',
]);

/**
 * The review queue. A review is open as long as the case waits for a person: it is in REVIEW, or a proposal waits for
 * its second. `before` is the state before the event, `state` the one after everything else was projected.
 */
export function projectReview(before: RelationalState, state: RelationalState, event: LedgerEvent, out: RowOperation[]): RelationalState {
  const after = people(state, event);
  const supersedes = event.type === 'DecisionMade' || event.type === 'ReviewOverridden';
  const wasOpen = before.review !== null;
  const isOpen = awaitsReview(after);
  let { review } = after;
  if (review !== null && (!isOpen || supersedes)) {
    out.push(update(reviews, idAt(after, review), {
      ...personColumns(after),
      status: 'CLOSED',
      closed_at: event.occurredAt,
      closed_because: closedBecause(event.type),
      outcome: event.type === 'ReviewOverridden' ? event.data.outcome : null,
    }));
    review = null;
  }
  if (review === null && isOpen) {
    out.push(open(after, event));
    review = event.version;
  } else if (review !== null && wasOpen && changed(before, after)) {
    out.push(update(reviews, idAt(after, review), {
      ...personColumns(after),
      appealed_at: after.appealedAt,
      ...(event.type === 'AppealLodged' && { reasons: reasons(after, event) }),
    }));
  }
  return { ...after, review };
}

function awaitsReview(state: RelationalState): boolean {
  return state.erasure === 'none' && (state.status === 'REVIEW' || state.proposal !== null);
}

/** Claim, proposal and appeal after the event. */
function people(state: RelationalState, event: LedgerEvent): RelationalState {
  const current = newEvidence.has(event.type) ? { ...state, proposal: null } : state;
  switch (event.type) {
    case 'DecisionMade':
    case 'ReviewOverridden':
      return { ...current, claim: null, proposal: null, appealedAt: null };
    case 'ReviewClaimed':
      return { ...current, claim: { by: event.actor.id, at: event.occurredAt } };
    case 'ReviewReleased':
      return { ...current, claim: null };
    case 'ReviewProposed': {
      const { outcome, reason } = event.data;
      return { ...current, claim: null, proposal: { version: event.version, outcome, reason, by: event.actor.id, at: event.occurredAt } };
    }
    case 'ReviewProposalDeclined':
      return { ...current, claim: null, proposal: null };
    case 'AppealLodged':
      return { ...current, claim: null, appealedAt: event.occurredAt };
    default:
      return current;
  }
}

function changed(before: RelationalState, after: RelationalState): boolean {
  return before.claim !== after.claim || before.proposal !== after.proposal || before.appealedAt !== after.appealedAt;
}

function open(state: RelationalState, event: LedgerEvent): RowOperation {
  if (state.inForce === null) throw new ProjectorError('UNKNOWN_REFERENCE', 'There is no decision to be reviewed');
  const id = idAt(state, event.version);
  return insert(reviews, id, {
    id,
    user_id: userId(state),
    decision_id: idAt(state, state.inForce.version),
    ...personColumns(state),
    reasons: reasons(state, event),
    opened_at: event.occurredAt,
    appealed_at: state.appealedAt,
    closed_at: null,
    closed_because: null,
    outcome: null,
    event_id: event.id,
  });
}

function reasons({ inForce }: RelationalState, { type }: LedgerEvent): string[] {
  return [...(type === 'AppealLodged' ? ['APPEAL_LODGED'] : []), ...(inForce?.reasons ?? [])];
}

function personColumns({ claim, proposal }: RelationalState) {
  return {
    status: proposal === null ? (claim === null ? 'OPEN' : 'CLAIMED') : 'PROPOSED',
    claimed_by: claim?.by ?? null,
    claimed_at: claim?.at ?? null,
    proposed_outcome: proposal?.outcome ?? null,
    proposed_reason: proposal?.reason ?? null,
    proposed_by: proposal?.by ?? null,
    proposed_at: proposal?.at ?? null,
    proposal_version: proposal?.version ?? null,
  };
}

function closedBecause(type: EventType): string {
  if (type === 'ReviewOverridden') return 'OVERRIDDEN';
  if (type === 'DecisionMade' || type === 'KycStarted') return 'SUPERSEDED';
  if (type === 'ReviewProposalDeclined') return 'DECLINED';
  return type === 'ErasureRequested' ? 'ERASURE' : 'LAPSED';
}
