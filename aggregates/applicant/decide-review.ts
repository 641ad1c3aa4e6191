import type { Actor } from '../../events/envelope.ts';
import type { ReviewOutcome } from '../../events/vocabulary.ts';
import { reasonsFor } from '../policy/review-reasons.ts';
import type { ApplicantCommand, DecideResult } from './commands.ts';
import { sameActor } from './queries.ts';
import { nothing, record, refuse } from './result.ts';
import type { Applicant, DecisionRecord, Proposal } from './state.ts';

export type ReviewCommand = Extract<ApplicantCommand, {
  command: 'claim' | 'release' | 'note' | 'review' | 'second' | 'appeal';
}>;
type Review = Extract<ReviewCommand, { command: 'review' }>;
type Second = Extract<ReviewCommand, { command: 'second' }>;

/** What people do: take a case, write notes, decide it, second a colleague, contest a decision. */
export function decideReview(state: Applicant, command: ReviewCommand): DecideResult {
  switch (command.command) {
    case 'note':
      return note(state, command.by, command.note);
    case 'claim':
    case 'release':
    case 'review':
    case 'second':
    case 'appeal':
      if (state.inForce === null) return refuse('NOT_DECIDED', 'The checks are not over yet.');
      return onDecision(state, state.inForce, command);
  }
}

function onDecision(state: Applicant, inForce: DecisionRecord, command: Exclude<ReviewCommand, { command: 'note' }>): DecideResult {
  switch (command.command) {
    case 'claim': {
      if (command.by.kind !== 'reviewer') return notAReviewer;
      const { claim } = state.review;
      if (claim !== null) return sameActor(claim.by, command.by) ? nothing : claimedByOther;
      return record({ type: 'ReviewClaimed', data: { decisionVersion: inForce.version }, personal: null });
    }
    case 'release': {
      const { claim } = state.review;
      if (claim === null) return nothing;
      // An operator may free a case whose reviewer is away.
      if (!sameActor(claim.by, command.by) && command.by.kind !== 'operator') return claimedByOther;
      return record({ type: 'ReviewReleased', data: { decisionVersion: inForce.version }, personal: null });
    }
    case 'review':
      return review(state, inForce, command);
    case 'second':
      return second(state, inForce, command);
    case 'appeal':
      return appeal(state, inForce, command.statement);
  }
}

const notAReviewer = refuse('NOT_A_REVIEWER', 'Only a reviewer can do this.');
const claimedByOther = refuse('CLAIMED_BY_OTHER', 'Another reviewer has taken this case.');
const noteMissing = refuse('NOTE_MISSING', 'A decision needs a note that says why.');

function note(state: Applicant, by: Actor, text: string): DecideResult {
  if (text.trim() === '') return refuse('NOTE_MISSING', 'The note is empty.');
  const last = state.review.lastNote;
  if (last !== null && last.note === text && sameActor(last.by, by)) return nothing;
  return record({ type: 'ReviewNoted', data: { decisionVersion: state.inForce?.version ?? null }, personal: { note: text } });
}

/** One person settles what the machine left open; turning a decision round takes two (maker and checker). */
function review(state: Applicant, inForce: DecisionRecord, command: Review): DecideResult {
  if (command.by.kind !== 'reviewer') return notAReviewer;
  if (isOwnDecision(inForce, command) || isOwnProposal(state.review.proposal, command)) return nothing;
  const obstacle = obstacleTo(state, command, command.outcome);
  if (obstacle !== null) return obstacle;
  if (state.review.proposal !== null) return refuse('PROPOSAL_OPEN', 'A proposal waits for a second person.');
  const { decision } = inForce;
  if (decision === command.outcome && state.appeal === null) return refuse('ALREADY_DECIDED', 'This is the decision in force.');
  // Who decided is not the one to hear the appeal against it (UK GDPR article 22C).
  if (state.appeal !== null && inForce.by.kind === 'person' && sameActor(inForce.by.actor, command.by)) {
    return refuse('OWN_DECISION_APPEALED', 'An appeal is decided by somebody else.');
  }
  if (decision === 'MANUAL_REVIEW' || decision === command.outcome) return record(overridden(inForce, command, null));
  return record({
    type: 'ReviewProposed',
    data: { decisionVersion: inForce.version, outcome: command.outcome, reason: command.reason, seenVersion: command.seenVersion },
    personal: { note: command.note },
  });
}

function second(state: Applicant, inForce: DecisionRecord, command: Second): DecideResult {
  if (command.by.kind !== 'reviewer') return notAReviewer;
  if (isOwnApproval(inForce, command) || isOwnRefusal(state, command)) return nothing;
  const { proposal } = state.review;
  if (proposal === null) return refuse('NO_PROPOSAL', 'No proposal is open; new evidence voids one.');
  if (sameActor(proposal.by, command.by)) return refuse('MAKER_IS_CHECKER', 'The second person must be another one.');
  const obstacle = obstacleTo(state, command, command.approve ? proposal.outcome : 'decline');
  if (obstacle !== null) return obstacle;
  if (!command.approve) {
    return record({
      type: 'ReviewProposalDeclined',
      data: { proposalVersion: proposal.version, reason: command.reason },
      personal: { note: command.note },
    });
  }
  return record(overridden(inForce, { ...command, outcome: proposal.outcome }, proposal));
}

/** What stands in the way of anybody's decision: no note, a reason that does not speak for it, a view that is out of date, a colleague's claim. */
function obstacleTo(state: Applicant, command: { by: Actor; seenVersion: number; reason: string; note: string }, judgement: ReviewOutcome | 'decline'): DecideResult | null {
  if (command.note.trim() === '') return noteMissing;
  // Only what is asked for now is held to the list: a code that was recorded before it left the list stays what it was.
  const fitting = reasonsFor(judgement);
  if (!fitting.includes(command.reason)) {
    return refuse('REASON_UNKNOWN', `This is no reason to ${judgement === 'decline' ? 'decline a proposal' : `decide ${judgement}`}; there are ${fitting.join(', ')}.`);
  }
  if (command.seenVersion > state.version) return refuse('SEEN_VERSION_UNKNOWN', 'No such version has been recorded.');
  if (command.seenVersion < state.lastMaterialVersion) return refuse('STALE_VIEW', 'The case has changed since it was shown.');
  const { claim } = state.review;
  return claim !== null && !sameActor(claim.by, command.by) ? claimedByOther : null;
}

function overridden(
  inForce: DecisionRecord,
  by: { outcome: ReviewOutcome; reason: string; seenVersion: number; note: string },
  proposal: Proposal | null,
) {
  return {
    type: 'ReviewOverridden',
    data: {
      decisionVersion: inForce.version,
      from: inForce.decision,
      outcome: by.outcome,
      reason: by.reason,
      seenVersion: by.seenVersion,
      maker: proposal?.by ?? null,
      proposalVersion: proposal?.version ?? null,
    },
    personal: { note: by.note },
  } as const;
}

function isOwnDecision(inForce: DecisionRecord, command: Review): boolean {
  return inForce.by.kind === 'person'
    && inForce.by.proposalVersion === null
    && sameActor(inForce.by.actor, command.by)
    && inForce.by.seenVersion === command.seenVersion
    && inForce.decision === command.outcome
    && inForce.reasons.includes(command.reason);
}

function isOwnProposal(proposal: Proposal | null, command: Review): boolean {
  return proposal !== null
    && sameActor(proposal.by, command.by)
    && proposal.seenVersion === command.seenVersion
    && proposal.outcome === command.outcome
    && proposal.reason === command.reason;
}

function isOwnApproval(inForce: DecisionRecord, command: Second): boolean {
  return command.approve
    && inForce.by.kind === 'person'
    && inForce.by.proposalVersion !== null
    && sameActor(inForce.by.actor, command.by)
    && inForce.by.seenVersion === command.seenVersion
    && inForce.reasons.includes(command.reason);
}

function isOwnRefusal(state: Applicant, command: Second): boolean {
  const { declined } = state.review;
  return !command.approve
    && declined !== null
    && sameActor(declined.by, command.by)
    && declined.reason === command.reason
    && command.seenVersion < declined.version;
}

/** Once per decision. What a person has still to decide, or what went the applicant's way, needs no appeal. */
function appeal(state: Applicant, inForce: DecisionRecord, statement: string): DecideResult {
  if (state.appeal !== null) {
    return state.appeal.statement === statement ? nothing : refuse('ALREADY_APPEALED', 'This decision has been appealed already.');
  }
  if (statement.trim() === '') return refuse('STATEMENT_MISSING', 'An appeal says what is contested.');
  if (inForce.decision === 'PASS') return refuse('NOTHING_TO_APPEAL', 'The applicant has been verified.');
  if (inForce.decision === 'MANUAL_REVIEW') return refuse('ALREADY_IN_REVIEW', 'A person is going to decide this case anyway.');
  return record({ type: 'AppealLodged', data: { decisionVersion: inForce.version }, personal: { statement } });
}
