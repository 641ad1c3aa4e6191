import type { LedgerEvent } from '../../events/read.ts';
import { insert, update, type RowOperation } from '../engine/tables.ts';
import { ProjectorError } from '../errors.ts';
import { nothingRead } from './project-evidence.ts';
import { idAt, userId, type RelationalState } from './state.ts';
import { docScans, idDocuments, regChecks, retention, retentionHolds, users } from './tables.ts';

/** The end of the relationship, holds, erasure. */
export function projectRetention(state: RelationalState, event: LedgerEvent, out: RowOperation[]): RelationalState {
  const id = idAt(state, event.version);
  const made = { id, event_id: event.id, user_id: userId(state) };
  switch (event.type) {
    case 'RelationshipEnded': {
      const { endedOn, dueOn, reason, retentionPolicy } = event.data;
      out.push(insert(retention, id, { ...made, ended_on: endedOn, due_on: dueOn, reason, retention_policy: retentionPolicy }));
      return state;
    }
    case 'RetentionHeld': {
      const { holdId, basis } = event.data;
      out.push(insert(retentionHolds, id, { ...made, hold_id: holdId, basis, held_at: event.occurredAt, released_at: null }));
      return { ...state, holds: [...state.holds, { id: holdId, version: event.version }] };
    }
    case 'RetentionReleased': {
      const hold = state.holds.find((each) => each.id === event.data.holdId);
      if (hold === undefined) throw new ProjectorError('UNKNOWN_REFERENCE', 'There is no such hold');
      out.push(update(retentionHolds, idAt(state, hold.version), { released_at: event.occurredAt }));
      return state;
    }
    case 'ErasureRequested':
      out.push(update(users, userId(state), { erasure_requested_at: event.occurredAt }));
      return { ...state, erasure: 'requested' };
    case 'ApplicantErased':
      out.push(update(users, userId(state), { erased_at: event.occurredAt }), ...forget(state));
      return { ...state, erasure: 'erased' };
    default:
      return state;
  }
}

/** Takes every personal value out of the rows, so that they are what a rebuild makes of events that can no longer be opened. */
function forget(state: RelationalState): RowOperation[] {
  return [
    update(users, userId(state), nobody(userId(state))),
    ...state.documents.map((version) => update(idDocuments, idAt(state, version), { expiry_date: null })),
    ...state.scans.map((version) => update(docScans, idAt(state, version), nothingRead)),
    ...state.answers.map((version) => update(regChecks, idAt(state, version), { raw_response_json: {} })),
  ];
}

/** The personal columns of users when nothing personal is known: the address stays unique and can receive nothing (RFC 2606). */
export function nobody(id: bigint) {
  return { email: `erased-${id}@erased.invalid`, reg_no: null };
}
