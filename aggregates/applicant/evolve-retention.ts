import type { LedgerEvent } from '../../events/read.ts';
import type { Applicant, IdDocument, Retention, Selfie } from './state.ts';

/** Holds, the end of the relationship, erasure. */
export function evolveRetention(state: Applicant, event: LedgerEvent): Applicant {
  switch (event.type) {
    case 'RetentionHeld':
      return retention(state, {
        holds: [...state.retention.holds, { holdId: event.data.holdId, basis: event.data.basis, version: event.version }],
      });
    case 'RetentionReleased':
      return retention(state, {
        holds: state.retention.holds.filter((hold) => hold.holdId !== event.data.holdId),
        releasedHolds: [...state.retention.releasedHolds, event.data.holdId],
      });
    case 'RelationshipEnded':
      return retention(state, { ended: event.data });
    case 'ErasureRequested':
      return {
        ...state,
        erasure: { kind: 'requested', version: event.version, basis: event.data.basis, requestedAt: event.occurredAt },
      };
    case 'ApplicantErased': {
      const basis = state.erasure.kind === 'none' ? 'UNKNOWN' : state.erasure.basis;
      return forget({ ...state, erasure: { kind: 'erased', version: event.version, basis, erasedAt: event.occurredAt } });
    }
    default:
      return state;
  }
}

/** A state folded from a log that was read before the erasure must not remember more than one folded after it. */
function forget(state: Applicant): Applicant {
  return {
    ...state,
    personal: null,
    documents: state.documents.map((document): IdDocument => ({
      ...document,
      plainSha256: null,
      scan: document.scan.kind === 'scanned' ? { ...document.scan, fields: null } : document.scan,
    })),
    selfies: state.selfies.map((selfie): Selfie => ({ ...selfie, plainSha256: null })),
    review: { ...state.review, lastNote: state.review.lastNote === null ? null : { ...state.review.lastNote, note: null } },
    appeal: state.appeal === null ? null : { ...state.appeal, statement: null },
  };
}

function retention(state: Applicant, change: Partial<Retention>): Applicant {
  return { ...state, retention: { ...state.retention, ...change } };
}
