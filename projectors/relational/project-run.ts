import type { EventOfType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import type { Decision } from '../../events/vocabulary.ts';
import { insert, update, type RowOperation } from '../engine/tables.ts';
import { ProjectorError } from '../errors.ts';
import { idAt, known, startAt, userId, type RelationalState } from './state.ts';
import { faceChecks, idDocuments, kycDecisions, publications, regChecks, users } from './tables.ts';

/** The workflow's steps: start, faces, register, decisions by machine and by people, publication. */
export function projectRun(state: RelationalState, event: LedgerEvent, out: RowOperation[]): RelationalState {
  const id = idAt(state, event.version);
  const made = { id, event_id: event.id, user_id: userId(state) };
  switch (event.type) {
    case 'KycStarted': {
      const { documentVersion, selfieVersion } = event.data;
      known(state.documents, documentVersion);
      out.push(update(users, userId(state), { kyc_started_at: event.occurredAt }));
      const start = { version: event.version, document: documentVersion, selfie: known(state.selfies, selfieVersion), at: event.occurredAt };
      return { ...state, starts: [...state.starts, start] };
    }
    case 'FaceMatched':
    case 'FaceMatchFailed':
      out.push(insert(faceChecks, id, { ...made, ...faceColumns(state, event) }));
      return { ...state, faces: [...state.faces, { version: event.version, selfie: event.data.selfieVersion }] };
    case 'RegisterCheckRequested': {
      const { version } = startAt(state, event.data.startVersion);
      return { ...state, requests: [...state.requests, { id: event.data.requestId, start: version }] };
    }
    case 'RegisterChecked':
      out.push(insert(regChecks, id, { ...made, ...answerColumns(state, event) }));
      return { ...state, answers: [...state.answers, event.version] };
    case 'RegisterCheckFailed':
      out.push(insert(regChecks, id, {
        ...made,
        id_document_id: idAt(state, startAt(state, event.data.startVersion).document),
        snapshot_date: null,
        matched_name: null,
        matched_status: null,
        raw_response_json: null,
        run_id: null,
        checked_at: event.occurredAt,
        reg_type: event.data.register,
        outcome: null,
        registration_status: null,
        failure: event.data.reason,
      }));
      return state;
    case 'DecisionMade': {
      const start = startAt(state, event.data.startVersion);
      out.push(
        insert(kycDecisions, id, {
          ...made,
          decision: event.data.decision,
          reasons: event.data.reasons,
          decided_at: event.occurredAt,
          version: event.version,
          id_document_id: idAt(state, start.document),
          started_at: start.at,
          policy_version: event.data.policyVersion,
          notes: event.data.notes,
          replaces_id: null,
          decided_by: event.actor.id,
          proposed_by: null,
        }),
        ...judgeDocument(state, start.document, event.data.decision),
      );
      return { ...state, inForce: { version: event.version, start: start.version, reasons: event.data.reasons } };
    }
    case 'ReviewOverridden': {
      if (state.inForce === null) throw new ProjectorError('UNKNOWN_REFERENCE', 'There is no decision that could be overruled');
      const start = startAt(state, state.inForce.start);
      out.push(
        insert(kycDecisions, id, {
          ...made,
          decision: event.data.outcome,
          reasons: [event.data.reason],
          decided_at: event.occurredAt,
          version: event.version,
          id_document_id: idAt(state, start.document),
          started_at: start.at,
          policy_version: null,
          notes: [],
          replaces_id: idAt(state, event.data.decisionVersion),
          decided_by: event.actor.id,
          proposed_by: event.data.maker?.id ?? null,
        }),
        ...judgeDocument(state, start.document, event.data.outcome),
      );
      return { ...state, inForce: { version: event.version, start: start.version, reasons: [event.data.reason] } };
    }
    case 'ResultPublished':
      out.push(insert(publications, id, {
        ...made,
        decision_id: idAt(state, event.data.decisionVersion),
        channels: event.data.channels.map(({ channel }) => channel),
        published_at: event.occurredAt,
      }));
      return state;
    default:
      return state;
  }
}

function faceColumns(state: RelationalState, event: LedgerEvent<EventOfType<'FaceMatched'> | EventOfType<'FaceMatchFailed'>>) {
  const { documentVersion, selfieVersion } = event.data;
  const matched = event.type === 'FaceMatched' ? event.data : null;
  return {
    selfie_id: idAt(state, known(state.selfies, selfieVersion)),
    id_document_id: idAt(state, known(state.documents, documentVersion)),
    match_score: matched?.similarity ?? null,
    liveness_pass: state.liveness.find(({ selfie }) => selfie === selfieVersion)?.pass ?? null,
    rekognition_job_id: matched?.jobId ?? null,
    completed_at: event.occurredAt,
    failure: event.type === 'FaceMatchFailed' ? event.data.reason : null,
  };
}

function answerColumns(state: RelationalState, { data, personal, occurredAt }: LedgerEvent<EventOfType<'RegisterChecked'>>) {
  const request = state.requests.find(({ id }) => id === data.requestId);
  if (request === undefined) throw new ProjectorError('UNKNOWN_REFERENCE', 'No register was asked under this request');
  return {
    id_document_id: idAt(state, startAt(state, request.start).document),
    snapshot_date: data.snapshotDate,
    matched_name: (data.documentName ?? data.claimedName)?.matched ?? null,
    matched_status: data.matchedStatus,
    raw_response_json: personal?.response ?? {},
    run_id: data.runId,
    checked_at: occurredAt,
    reg_type: data.register,
    outcome: data.outcome,
    registration_status: data.status,
    failure: null,
  };
}

/** A decision settles its document too; one that has expired stays so, and an open case leaves it as it is. */
function judgeDocument(state: RelationalState, document: number, decision: Decision): RowOperation[] {
  if (decision === 'MANUAL_REVIEW' || state.expired.includes(document)) return [];
  return [update(idDocuments, idAt(state, document), { status: decision === 'PASS' ? 'VERIFIED' : 'REJECTED' })];
}
