import { ProjectorError } from '../errors.ts';
import { defineTable } from '../engine/tables.ts';

/** The schema that analysts query. */
export const LIVE_SCHEMA = 'kyc';

export const users = defineTable('users', 'id', {
  id: 'int8', email: 'text', reg_no: 'text', reg_type: 'enum:reg_type_enum', status: 'enum:user_status_enum',
  created_at: 'timestamptz', applicant_id: 'uuid', kyc_started_at: 'timestamptz', erasure_requested_at: 'timestamptz',
  erased_at: 'timestamptz', event_id: 'uuid',
});

export const idDocuments = defineTable('id_documents', 'id', {
  id: 'int8', user_id: 'int8', s3_key_original: 'text', doc_type: 'text', status: 'enum:id_doc_status_enum',
  expiry_date: 'date', created_at: 'timestamptz', version: 'int4', event_id: 'uuid',
});

export const selfies = defineTable('selfies', 'id', {
  id: 'int8', user_id: 'int8', s3_key: 'text', created_at: 'timestamptz', version: 'int4', event_id: 'uuid',
});

export const docScans = defineTable('doc_scans', 'id', {
  id: 'int8', id_document_id: 'int8', textract_json: 'jsonb', parsed_name: 'text', parsed_dob: 'date', parsed_expiry: 'date',
  parser_version: 'text', completed_at: 'timestamptz', mrz: 'text', failure: 'text', event_id: 'uuid',
});

export const faceChecks = defineTable('face_checks', 'id', {
  id: 'int8', user_id: 'int8', selfie_id: 'int8', id_document_id: 'int8', match_score: 'numeric', liveness_pass: 'bool',
  rekognition_job_id: 'text', completed_at: 'timestamptz', failure: 'text', event_id: 'uuid',
});

export const regChecks = defineTable('reg_checks', 'id', {
  id: 'int8', user_id: 'int8', id_document_id: 'int8', snapshot_date: 'date', matched_name: 'bool', matched_status: 'bool',
  raw_response_json: 'jsonb', run_id: 'text', checked_at: 'timestamptz', reg_type: 'enum:reg_type_enum', outcome: 'text',
  registration_status: 'text', failure: 'text', event_id: 'uuid',
});

export const kycDecisions = defineTable('kyc_decisions', 'id', {
  id: 'int8', user_id: 'int8', decision: 'enum:kyc_decision_enum', reasons: 'text[]', decided_at: 'timestamptz',
  version: 'int4', id_document_id: 'int8', started_at: 'timestamptz', policy_version: 'text', notes: 'text[]',
  replaces_id: 'int8', decided_by: 'text', proposed_by: 'text', event_id: 'uuid',
});

export const reviews = defineTable('reviews', 'id', {
  id: 'int8', user_id: 'int8', decision_id: 'int8', status: 'enum:review_status_enum', reasons: 'text[]',
  opened_at: 'timestamptz', appealed_at: 'timestamptz', claimed_by: 'text', claimed_at: 'timestamptz',
  proposed_outcome: 'enum:kyc_decision_enum', proposed_reason: 'text', proposed_by: 'text', proposed_at: 'timestamptz',
  proposal_version: 'int4', closed_at: 'timestamptz', closed_because: 'text', outcome: 'enum:kyc_decision_enum', event_id: 'uuid',
});

export const consents = defineTable('consents', 'id', {
  id: 'int8', user_id: 'int8', purpose: 'text', given: 'bool', text_version: 'text', recorded_at: 'timestamptz', event_id: 'uuid',
});

export const publications = defineTable('publications', 'id', {
  id: 'int8', user_id: 'int8', decision_id: 'int8', channels: 'text[]', published_at: 'timestamptz', event_id: 'uuid',
});

export const reminders = defineTable('reminders', 'id', {
  id: 'int8', user_id: 'int8', id_document_id: 'int8', threshold_days: 'int4', sent_at: 'timestamptz', event_id: 'uuid',
});

export const retention = defineTable('retention', 'id', {
  id: 'int8', user_id: 'int8', ended_on: 'date', due_on: 'date', reason: 'text', retention_policy: 'text', event_id: 'uuid',
});

export const retentionHolds = defineTable('retention_holds', 'id', {
  id: 'int8', user_id: 'int8', hold_id: 'uuid', basis: 'text', held_at: 'timestamptz', released_at: 'timestamptz', event_id: 'uuid',
});

/** Referenced tables before those that refer to them. */
export const relationalTables = [
  users, idDocuments, selfies, docScans, faceChecks, regChecks, kycDecisions, reviews, consents, publications, reminders,
  retention, retentionHolds,
];

/** Id of the row that the event at `version` made: number * 65536 + version. Refuses (ROW_ID_RANGE) what does not fit a BIGINT. */
export function rowId(number: number, version: number): bigint {
  if (version < 1 || version > 65_535 || number < 1 || number >= 2 ** 47) {
    throw new ProjectorError('ROW_ID_RANGE', 'Version or number is too large for a row id');
  }
  return BigInt(number) * 65_536n + BigInt(version);
}
