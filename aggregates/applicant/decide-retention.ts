import type { EventOfType } from '../../events/catalogue.ts';
import type { ApplicantCommand, DecideResult } from './commands.ts';
import { nothing, record, refuse } from './result.ts';
import { retentionObstacle } from './retention-policy.ts';
import type { Applicant } from './state.ts';

export type RetentionCommand = Extract<ApplicantCommand, {
  command: 'end-relationship' | 'hold' | 'release-hold' | 'request-erasure' | 'record-erasure';
}>;

/** Holds, the end of the relationship, erasure. */
export function decideRetention(state: Applicant, command: RetentionCommand): DecideResult {
  switch (command.command) {
    case 'end-relationship':
      return endRelationship(state, command.event);
    case 'hold':
      return isKnownHold(state, command.event.data.holdId) ? nothing : record(command.event);
    case 'release-hold': {
      const { holdId } = command.event.data;
      if (state.retention.releasedHolds.includes(holdId)) return nothing;
      return isKnownHold(state, holdId) ? record(command.event) : refuse('UNKNOWN_HOLD', 'There is no such hold.');
    }
    case 'request-erasure': {
      if (state.erasure.kind !== 'none') return nothing;
      const obstacle = retentionObstacle(state, command.basis, command.today);
      return obstacle ?? record({ type: 'ErasureRequested', data: { basis: command.basis }, personal: null });
    }
    case 'record-erasure':
      return recordErasure(state, command.event);
  }
}

function endRelationship(state: Applicant, event: EventOfType<'RelationshipEnded'>): DecideResult {
  const { ended } = state.retention;
  if (ended !== null) {
    return ended.endedOn === event.data.endedOn ? nothing : refuse('ALREADY_ENDED', 'The relationship has ended already.');
  }
  if (event.data.dueOn < event.data.endedOn) return refuse('DUE_BEFORE_END', 'Records cannot fall due before the relationship ends.');
  return record(event);
}

function recordErasure(state: Applicant, event: EventOfType<'ApplicantErased'>): DecideResult {
  switch (state.erasure.kind) {
    case 'erased':
      return nothing;
    case 'none':
      return refuse('ERASURE_NOT_REQUESTED', 'Erasure is ordered first and carried out second.');
    case 'requested':
      return state.erasure.version === event.data.requestVersion
        ? record(event)
        : refuse('ERASURE_NOT_REQUESTED', 'No erasure was ordered at this version.');
  }
}

function isKnownHold(state: Applicant, holdId: string): boolean {
  return state.retention.holds.some((hold) => hold.holdId === holdId) || state.retention.releasedHolds.includes(holdId);
}
