import type { EventOfType } from '../../events/catalogue.ts';
import type { LedgerEvent } from '../../events/read.ts';
import { insert, update, type RowOperation } from '../engine/tables.ts';
import { idAt, known, userId, type RelationalState } from './state.ts';
import { consents, docScans, faceChecks, idDocuments, reminders, selfies } from './tables.ts';
import { textractShape } from './textract-shape.ts';

/** Consents, documents and their readings, selfies and liveness, reminders and expiry. */
export function projectEvidence(state: RelationalState, event: LedgerEvent, out: RowOperation[]): RelationalState {
  const id = idAt(state, event.version);
  const made = { id, event_id: event.id };
  switch (event.type) {
    case 'ConsentRecorded':
      out.push(insert(consents, id, {
        ...made,
        user_id: userId(state),
        purpose: event.data.purpose,
        given: event.data.given,
        text_version: event.data.textVersion,
        recorded_at: event.occurredAt,
      }));
      return state;
    case 'IdDocumentUploaded':
      out.push(insert(idDocuments, id, {
        ...made,
        user_id: userId(state),
        s3_key_original: event.data.evidence.key,
        doc_type: event.data.documentType,
        status: 'NEW',
        expiry_date: null,
        created_at: event.occurredAt,
        version: event.version,
      }));
      return { ...state, documents: [...state.documents, event.version] };
    case 'SelfieUploaded':
      out.push(insert(selfies, id, {
        ...made, user_id: userId(state), s3_key: event.data.evidence.key, created_at: event.occurredAt, version: event.version,
      }));
      return { ...state, selfies: [...state.selfies, event.version] };
    case 'DocScanned': {
      const document = idAt(state, known(state.documents, event.data.documentVersion));
      const scan = scanColumns(event);
      out.push(
        insert(docScans, id, {
          ...made,
          ...scan,
          id_document_id: document,
          parser_version: event.data.parserVersion,
          completed_at: event.occurredAt,
          mrz: event.data.mrz,
          failure: null,
        }),
        update(idDocuments, document, { status: 'OCR_DONE', expiry_date: scan.parsed_expiry }),
      );
      return { ...state, scans: [...state.scans, event.version] };
    }
    case 'DocScanFailed':
      out.push(insert(docScans, id, {
        ...made,
        ...nothingRead,
        id_document_id: idAt(state, known(state.documents, event.data.documentVersion)),
        parser_version: null,
        completed_at: event.occurredAt,
        mrz: null,
        failure: event.data.reason,
      }));
      return state;
    case 'LivenessChecked':
      return projectLiveness(state, event, out);
    case 'ExpiryReminderSent':
      out.push(insert(reminders, id, {
        ...made,
        user_id: userId(state),
        id_document_id: idAt(state, known(state.documents, event.data.documentVersion)),
        threshold_days: event.data.thresholdDays,
        sent_at: event.occurredAt,
      }));
      return state;
    case 'IdDocumentExpired':
      out.push(update(idDocuments, idAt(state, known(state.documents, event.data.documentVersion)), { status: 'EXPIRED' }));
      return { ...state, expired: [...state.expired, event.data.documentVersion] };
    default:
      return state;
  }
}

/** The check of liveness may come before or after the comparison of faces: both end in the same row. */
function projectLiveness(state: RelationalState, event: LedgerEvent<EventOfType<'LivenessChecked'>>, out: RowOperation[]): RelationalState {
  const { selfieVersion, outcome } = event.data;
  const pass = outcome === 'NOT_PERFORMED' ? null : outcome === 'PASSED';
  known(state.selfies, selfieVersion);
  for (const face of state.faces) {
    if (face.selfie === selfieVersion) out.push(update(faceChecks, idAt(state, face.version), { liveness_pass: pass }));
  }
  return { ...state, liveness: [...state.liveness.filter(({ selfie }) => selfie !== selfieVersion), { selfie: selfieVersion, pass }] };
}

/** What a reading leaves in doc_scans when there is nothing to show: it failed, or the person has been erased. */
export const nothingRead = { textract_json: textractShape([]), parsed_name: null, parsed_dob: null, parsed_expiry: null };

function scanColumns({ personal }: LedgerEvent<EventOfType<'DocScanned'>>) {
  if (personal === null) return nothingRead;
  const { name, dateOfBirth, expiryDate } = personal.fields;
  return {
    textract_json: textractShape(personal.lines),
    parsed_name: name === null ? null : `${name.givenNames} ${name.surname}`.trim(),
    parsed_dob: dateOfBirth,
    parsed_expiry: expiryDate,
  };
}
