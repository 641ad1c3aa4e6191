-- The relational read model. Labels, tables, columns and types of the first seven tables are the analysts' contract.
-- schema: kyc
-- Names are unqualified on purpose: a rebuild runs the same file in a schema beside the live one.

DO $$
BEGIN
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', current_schema(),
    'The relational read model, made from events alone. A rebuild replaces the whole schema: keep no table of your own in it.');
END
$$;

CREATE TYPE reg_type_enum AS ENUM ('GDC', 'NMC', 'GMC', 'GPC');
COMMENT ON TYPE reg_type_enum IS 'Statutory register: dental team, nurses and midwives, doctors, pharmacy (the GPhC).';
CREATE TYPE id_doc_status_enum AS ENUM ('NEW', 'OCR_DONE', 'VERIFIED', 'REJECTED', 'EXPIRED');
COMMENT ON TYPE id_doc_status_enum IS 'NEW: uploaded, awaiting OCR. OCR_DONE: read. VERIFIED, REJECTED: by the decision in force. EXPIRED: its last day has passed.';
CREATE TYPE user_status_enum AS ENUM ('NEW', 'PENDING', 'VERIFIED', 'REVIEW', 'REJECTED');
COMMENT ON TYPE user_status_enum IS 'NEW: registered. PENDING: checks run. VERIFIED, REVIEW, REJECTED: by the decision in force.';
CREATE TYPE kyc_decision_enum AS ENUM ('PASS', 'FAIL', 'MANUAL_REVIEW');
COMMENT ON TYPE kyc_decision_enum IS 'Outcome of a decision; a person never decides MANUAL_REVIEW.';
CREATE TYPE review_status_enum AS ENUM ('OPEN', 'CLAIMED', 'PROPOSED', 'CLOSED');
COMMENT ON TYPE review_status_enum IS 'OPEN: in the queue. CLAIMED: somebody works on it. PROPOSED: waits for a second person. CLOSED: done.';

CREATE TABLE users (
  id BIGINT PRIMARY KEY,
  email VARCHAR(254) NOT NULL UNIQUE,
  reg_no VARCHAR(50),
  reg_type reg_type_enum,
  status user_status_enum NOT NULL DEFAULT 'NEW',
  created_at TIMESTAMPTZ NOT NULL,
  applicant_id UUID NOT NULL UNIQUE,
  kyc_started_at TIMESTAMPTZ,
  erasure_requested_at TIMESTAMPTZ,
  erased_at TIMESTAMPTZ,
  event_id UUID NOT NULL
);
CREATE INDEX users_status_idx ON users (status);
CREATE INDEX users_created_at_idx ON users (created_at, id);
COMMENT ON TABLE users IS 'Applicants: one row each.';
COMMENT ON COLUMN users.id IS 'Applicant number * 65536 + version of the event that made the row; survives every rebuild.';
COMMENT ON COLUMN users.email IS 'Personal. E-mail address; after erasure erased-<id>@erased.invalid.';
COMMENT ON COLUMN users.reg_no IS 'Personal. Registration number as the applicant gave it; NULL after erasure.';
COMMENT ON COLUMN users.reg_type IS 'Register the applicant claims to be on.';
COMMENT ON COLUMN users.status IS 'Where the applicant stands.';
COMMENT ON COLUMN users.created_at IS 'When the applicant registered.';
COMMENT ON COLUMN users.applicant_id IS 'The applicant''s UUID; the stream of events is applicant-<uuid>.';
COMMENT ON COLUMN users.kyc_started_at IS 'When the checks were last started; NULL before.';
COMMENT ON COLUMN users.erasure_requested_at IS 'When erasure of the personal data was ordered.';
COMMENT ON COLUMN users.erased_at IS 'When the personal data were destroyed; ids, statuses, scores and dates of events stay.';
COMMENT ON COLUMN users.event_id IS 'The event that made this row (ApplicantRegistered).';

CREATE TABLE id_documents (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  s3_key_original TEXT NOT NULL,
  doc_type VARCHAR(40),
  status id_doc_status_enum NOT NULL DEFAULT 'NEW',
  expiry_date DATE,
  created_at TIMESTAMPTZ NOT NULL,
  version INTEGER NOT NULL,
  event_id UUID NOT NULL
);
CREATE INDEX id_documents_status_idx ON id_documents (status);
CREATE INDEX id_documents_user_id_idx ON id_documents (user_id);
CREATE INDEX id_documents_expiry_date_idx ON id_documents (expiry_date) WHERE expiry_date IS NOT NULL;
COMMENT ON TABLE id_documents IS 'Identity documents that were uploaded, one row an upload.';
COMMENT ON COLUMN id_documents.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN id_documents.user_id IS 'Whose document.';
COMMENT ON COLUMN id_documents.s3_key_original IS 'Key of the sealed original in the evidence store.';
COMMENT ON COLUMN id_documents.doc_type IS 'What the applicant says it is: passport, driving_licence, identity_card, residence_permit.';
COMMENT ON COLUMN id_documents.status IS 'Where the document stands.';
COMMENT ON COLUMN id_documents.expiry_date IS 'Personal. Last day of validity as read from the document; NULL before reading, when unreadable and after erasure.';
COMMENT ON COLUMN id_documents.created_at IS 'When it was uploaded.';
COMMENT ON COLUMN id_documents.version IS 'Version of the upload event in the applicant''s stream.';
COMMENT ON COLUMN id_documents.event_id IS 'The event that made this row (IdDocumentUploaded).';

CREATE TABLE selfies (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  s3_key TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  version INTEGER NOT NULL,
  event_id UUID NOT NULL
);
CREATE INDEX selfies_user_id_idx ON selfies (user_id);
COMMENT ON TABLE selfies IS 'Photographs of applicants, one row an upload.';
COMMENT ON COLUMN selfies.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN selfies.user_id IS 'Whose photograph.';
COMMENT ON COLUMN selfies.s3_key IS 'Key of the sealed original in the evidence store.';
COMMENT ON COLUMN selfies.created_at IS 'When it was uploaded.';
COMMENT ON COLUMN selfies.version IS 'Version of the upload event in the applicant''s stream.';
COMMENT ON COLUMN selfies.event_id IS 'The event that made this row (SelfieUploaded).';

CREATE TABLE doc_scans (
  id BIGINT PRIMARY KEY,
  id_document_id BIGINT NOT NULL REFERENCES id_documents (id),
  textract_json JSONB NOT NULL,
  parsed_name TEXT,
  parsed_dob DATE,
  parsed_expiry DATE,
  parser_version VARCHAR(40),
  completed_at TIMESTAMPTZ NOT NULL,
  mrz VARCHAR(20),
  failure VARCHAR(80),
  event_id UUID NOT NULL
);
CREATE INDEX doc_scans_id_document_id_idx ON doc_scans (id_document_id);
COMMENT ON TABLE doc_scans IS 'Readings of identity documents, failed ones included.';
COMMENT ON COLUMN doc_scans.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN doc_scans.id_document_id IS 'The document that was read.';
COMMENT ON COLUMN doc_scans.textract_json IS 'Personal. The lines that were read, in the shape of Textract''s DetectDocumentText; no blocks after a failure or erasure.';
COMMENT ON COLUMN doc_scans.parsed_name IS 'Personal. Given names and surname; NULL when unreadable and after erasure.';
COMMENT ON COLUMN doc_scans.parsed_dob IS 'Personal. Date of birth; NULL when unreadable and after erasure.';
COMMENT ON COLUMN doc_scans.parsed_expiry IS 'Personal. Last day of validity; NULL when unreadable and after erasure.';
COMMENT ON COLUMN doc_scans.parser_version IS 'Version of the rules that read the fields; NULL when reading failed.';
COMMENT ON COLUMN doc_scans.completed_at IS 'When reading ended.';
COMMENT ON COLUMN doc_scans.mrz IS 'Machine-readable zone: valid, invalid, absent or not_applicable; NULL when reading failed.';
COMMENT ON COLUMN doc_scans.failure IS 'Why the document could not be read; NULL when it could.';
COMMENT ON COLUMN doc_scans.event_id IS 'The event that made this row (DocScanned or DocScanFailed).';

CREATE TABLE face_checks (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  selfie_id BIGINT REFERENCES selfies (id),
  id_document_id BIGINT REFERENCES id_documents (id),
  match_score NUMERIC,
  liveness_pass BOOLEAN,
  rekognition_job_id VARCHAR(100),
  completed_at TIMESTAMPTZ NOT NULL,
  failure VARCHAR(80),
  event_id UUID NOT NULL
);
CREATE INDEX face_checks_user_id_idx ON face_checks (user_id);
COMMENT ON TABLE face_checks IS 'Comparisons of the face on the document with the selfie, failed ones included.';
COMMENT ON COLUMN face_checks.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN face_checks.user_id IS 'Whose faces.';
COMMENT ON COLUMN face_checks.selfie_id IS 'The selfie.';
COMMENT ON COLUMN face_checks.id_document_id IS 'The document.';
COMMENT ON COLUMN face_checks.match_score IS 'How alike, 0 to 1, calibrated: at 0.5 same and different persons are equally likely. NULL when there was nothing to compare.';
COMMENT ON COLUMN face_checks.liveness_pass IS 'Was a live person in front of the camera? NULL when that was not checked (stills).';
COMMENT ON COLUMN face_checks.rekognition_job_id IS 'The matcher''s own id of the comparison.';
COMMENT ON COLUMN face_checks.completed_at IS 'When the comparison ended.';
COMMENT ON COLUMN face_checks.failure IS 'Why the faces could not be compared; NULL when they were.';
COMMENT ON COLUMN face_checks.event_id IS 'The event that made this row (FaceMatched or FaceMatchFailed).';

CREATE TABLE reg_checks (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  id_document_id BIGINT REFERENCES id_documents (id),
  snapshot_date DATE,
  matched_name BOOLEAN,
  matched_status BOOLEAN,
  raw_response_json JSONB,
  run_id VARCHAR(100) UNIQUE,
  checked_at TIMESTAMPTZ NOT NULL,
  reg_type reg_type_enum NOT NULL,
  outcome VARCHAR(20),
  registration_status VARCHAR(40),
  failure VARCHAR(80),
  event_id UUID NOT NULL
);
CREATE INDEX reg_checks_user_id_idx ON reg_checks (user_id);
CREATE INDEX reg_checks_id_document_id_idx ON reg_checks (id_document_id);
COMMENT ON TABLE reg_checks IS 'Look-ups in the statutory registers, those without a usable answer included.';
COMMENT ON COLUMN reg_checks.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN reg_checks.user_id IS 'Who was looked up.';
COMMENT ON COLUMN reg_checks.id_document_id IS 'The document whose name was compared with the register''s.';
COMMENT ON COLUMN reg_checks.snapshot_date IS 'The day as of which the register said this.';
COMMENT ON COLUMN reg_checks.matched_name IS 'Is the register''s name the document''s (or, without one, the claimed)? NULL when there was no name to compare.';
COMMENT ON COLUMN reg_checks.matched_status IS 'Registered, entitled to practise, unrestricted and of the right profession on the snapshot date.';
COMMENT ON COLUMN reg_checks.raw_response_json IS 'Personal. The register''s answer as received; {} after erasure, NULL when there was none.';
COMMENT ON COLUMN reg_checks.run_id IS 'The provider''s run; answers from the cache carry the run that filled it and the request.';
COMMENT ON COLUMN reg_checks.checked_at IS 'When the answer, or the failure, was recorded as having happened.';
COMMENT ON COLUMN reg_checks.reg_type IS 'Which register.';
COMMENT ON COLUMN reg_checks.outcome IS 'clear, problem, not_found, name_mismatch or unreadable; NULL when there was no usable answer.';
COMMENT ON COLUMN reg_checks.registration_status IS 'The register''s status in our vocabulary.';
COMMENT ON COLUMN reg_checks.failure IS 'Why there is no usable answer; NULL when there is one.';
COMMENT ON COLUMN reg_checks.event_id IS 'The event that made this row (RegisterChecked or RegisterCheckFailed).';

CREATE TABLE kyc_decisions (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  decision kyc_decision_enum NOT NULL,
  reasons TEXT[],
  decided_at TIMESTAMPTZ NOT NULL,
  version INTEGER NOT NULL,
  id_document_id BIGINT REFERENCES id_documents (id),
  started_at TIMESTAMPTZ,
  policy_version VARCHAR(40),
  notes TEXT[],
  replaces_id BIGINT REFERENCES kyc_decisions (id),
  decided_by VARCHAR(100) NOT NULL,
  proposed_by VARCHAR(100),
  event_id UUID NOT NULL
);
CREATE INDEX kyc_decisions_user_id_idx ON kyc_decisions (user_id);
CREATE INDEX kyc_decisions_decided_at_idx ON kyc_decisions (decided_at);
COMMENT ON TABLE kyc_decisions IS 'Every decision ever made, by the policy and by persons; the newest of a user is in force.';
COMMENT ON COLUMN kyc_decisions.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN kyc_decisions.user_id IS 'About whom.';
COMMENT ON COLUMN kyc_decisions.decision IS 'The outcome.';
COMMENT ON COLUMN kyc_decisions.reasons IS 'Stable reason codes.';
COMMENT ON COLUMN kyc_decisions.decided_at IS 'When.';
COMMENT ON COLUMN kyc_decisions.version IS 'Version of the decision event in the applicant''s stream.';
COMMENT ON COLUMN kyc_decisions.id_document_id IS 'The document the decision rests on.';
COMMENT ON COLUMN kyc_decisions.started_at IS 'When the checks that the decision rests on were started.';
COMMENT ON COLUMN kyc_decisions.policy_version IS 'The policy that decided; NULL when a person did.';
COMMENT ON COLUMN kyc_decisions.notes IS 'Codes that changed nothing but that a reader should know.';
COMMENT ON COLUMN kyc_decisions.replaces_id IS 'The decision that a person overruled with this one.';
COMMENT ON COLUMN kyc_decisions.decided_by IS 'Opaque handle of the person, or the name of the handler, that decided.';
COMMENT ON COLUMN kyc_decisions.proposed_by IS 'Opaque handle of the person who proposed it, where two were needed.';
COMMENT ON COLUMN kyc_decisions.event_id IS 'The event that made this row (DecisionMade or ReviewOverridden).';

CREATE TABLE reviews (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  decision_id BIGINT NOT NULL REFERENCES kyc_decisions (id),
  status review_status_enum NOT NULL,
  reasons TEXT[] NOT NULL,
  opened_at TIMESTAMPTZ NOT NULL,
  appealed_at TIMESTAMPTZ,
  claimed_by VARCHAR(100),
  claimed_at TIMESTAMPTZ,
  proposed_outcome kyc_decision_enum,
  proposed_reason VARCHAR(80),
  proposed_by VARCHAR(100),
  proposed_at TIMESTAMPTZ,
  proposal_version INTEGER,
  closed_at TIMESTAMPTZ,
  closed_because VARCHAR(80),
  outcome kyc_decision_enum,
  event_id UUID NOT NULL
);
CREATE INDEX reviews_queue_idx ON reviews (opened_at, id) WHERE status <> 'CLOSED';
CREATE INDEX reviews_user_id_idx ON reviews (user_id);
COMMENT ON TABLE reviews IS 'The review queue and its history: one row each time a case needed a person.';
COMMENT ON COLUMN reviews.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN reviews.user_id IS 'Whose case.';
COMMENT ON COLUMN reviews.decision_id IS 'The decision to be looked at.';
COMMENT ON COLUMN reviews.status IS 'Where the review stands.';
COMMENT ON COLUMN reviews.reasons IS 'Why a person has to look: reason codes.';
COMMENT ON COLUMN reviews.opened_at IS 'In the queue since.';
COMMENT ON COLUMN reviews.appealed_at IS 'When the applicant contested the decision; NULL without an appeal.';
COMMENT ON COLUMN reviews.claimed_by IS 'Opaque handle of the person who works on it.';
COMMENT ON COLUMN reviews.claimed_at IS 'Since when.';
COMMENT ON COLUMN reviews.proposed_outcome IS 'Outcome that waits for a second person''s approval; NULL without an open proposal.';
COMMENT ON COLUMN reviews.proposed_reason IS 'Reason code of the open proposal.';
COMMENT ON COLUMN reviews.proposed_by IS 'Opaque handle of the person who made the open proposal; somebody else has to approve it.';
COMMENT ON COLUMN reviews.proposed_at IS 'When it was proposed.';
COMMENT ON COLUMN reviews.proposal_version IS 'Version of the proposal event in the applicant''s stream.';
COMMENT ON COLUMN reviews.closed_at IS 'When the review ended.';
COMMENT ON COLUMN reviews.closed_because IS 'OVERRIDDEN (a person decided), SUPERSEDED (checks began anew), DECLINED (the second person said no), LAPSED (new evidence voided the proposal) or ERASURE.';
COMMENT ON COLUMN reviews.outcome IS 'What the person decided.';
COMMENT ON COLUMN reviews.event_id IS 'The event that made this row (DecisionMade, AppealLodged or ReviewProposed).';

CREATE TABLE consents (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  purpose VARCHAR(40) NOT NULL,
  given BOOLEAN NOT NULL,
  text_version VARCHAR(40) NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL,
  event_id UUID NOT NULL
);
CREATE INDEX consents_user_id_idx ON consents (user_id);
COMMENT ON TABLE consents IS 'Consents given and withdrawn; the newest for a purpose is in force.';
COMMENT ON COLUMN consents.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN consents.user_id IS 'Who.';
COMMENT ON COLUMN consents.purpose IS 'To what: biometrics.';
COMMENT ON COLUMN consents.given IS 'Given, or withdrawn.';
COMMENT ON COLUMN consents.text_version IS 'Which wording was shown.';
COMMENT ON COLUMN consents.recorded_at IS 'When.';
COMMENT ON COLUMN consents.event_id IS 'The event that made this row (ConsentRecorded).';

CREATE TABLE publications (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  decision_id BIGINT NOT NULL REFERENCES kyc_decisions (id),
  channels TEXT[] NOT NULL,
  published_at TIMESTAMPTZ NOT NULL,
  event_id UUID NOT NULL
);
CREATE INDEX publications_user_id_idx ON publications (user_id);
COMMENT ON TABLE publications IS 'Results that went out.';
COMMENT ON COLUMN publications.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN publications.user_id IS 'About whom.';
COMMENT ON COLUMN publications.decision_id IS 'The decision that was published.';
COMMENT ON COLUMN publications.channels IS 'Where to: topic, webhook, email, console.';
COMMENT ON COLUMN publications.published_at IS 'When.';
COMMENT ON COLUMN publications.event_id IS 'The event that made this row (ResultPublished).';

CREATE TABLE reminders (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  id_document_id BIGINT NOT NULL REFERENCES id_documents (id),
  threshold_days INTEGER NOT NULL,
  sent_at TIMESTAMPTZ NOT NULL,
  event_id UUID NOT NULL
);
CREATE INDEX reminders_id_document_id_idx ON reminders (id_document_id);
COMMENT ON TABLE reminders IS 'Reminders that a document expires soon.';
COMMENT ON COLUMN reminders.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN reminders.user_id IS 'Who was told.';
COMMENT ON COLUMN reminders.id_document_id IS 'About which document.';
COMMENT ON COLUMN reminders.threshold_days IS 'Which of the reminders: 90, 30 or 7 days ahead.';
COMMENT ON COLUMN reminders.sent_at IS 'When.';
COMMENT ON COLUMN reminders.event_id IS 'The event that made this row (ExpiryReminderSent).';

CREATE TABLE retention (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  ended_on DATE NOT NULL,
  due_on DATE NOT NULL,
  reason VARCHAR(80) NOT NULL,
  retention_policy VARCHAR(40) NOT NULL,
  event_id UUID NOT NULL
);
CREATE INDEX retention_due_on_idx ON retention (due_on);
CREATE INDEX retention_user_id_idx ON retention (user_id);
COMMENT ON TABLE retention IS 'Ended relationships and the day on which the personal data fall due for deletion (Money Laundering Regulations 2017, reg. 40).';
COMMENT ON COLUMN retention.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN retention.user_id IS 'With whom.';
COMMENT ON COLUMN retention.ended_on IS 'Last day of the relationship.';
COMMENT ON COLUMN retention.due_on IS 'Deletion is due on this day, unless a hold applies.';
COMMENT ON COLUMN retention.reason IS 'Why it ended: reason code.';
COMMENT ON COLUMN retention.retention_policy IS 'The policy that set the day.';
COMMENT ON COLUMN retention.event_id IS 'The event that made this row (RelationshipEnded).';

CREATE TABLE retention_holds (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id),
  hold_id UUID NOT NULL,
  basis VARCHAR(80) NOT NULL,
  held_at TIMESTAMPTZ NOT NULL,
  released_at TIMESTAMPTZ,
  event_id UUID NOT NULL
);
CREATE INDEX retention_holds_user_id_idx ON retention_holds (user_id);
COMMENT ON TABLE retention_holds IS 'Legal holds: while one is not released, nothing of the applicant may be deleted.';
COMMENT ON COLUMN retention_holds.id IS 'Applicant number * 65536 + version of the event that made the row.';
COMMENT ON COLUMN retention_holds.user_id IS 'On whose data.';
COMMENT ON COLUMN retention_holds.hold_id IS 'The hold''s own id.';
COMMENT ON COLUMN retention_holds.basis IS 'On what basis: code.';
COMMENT ON COLUMN retention_holds.held_at IS 'Since when.';
COMMENT ON COLUMN retention_holds.released_at IS 'Until when; NULL while it applies.';
COMMENT ON COLUMN retention_holds.event_id IS 'The event that made this row (RetentionHeld).';

CREATE TABLE projection_positions (
  read_model VARCHAR(60) NOT NULL,
  stream VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  state JSONB NOT NULL,
  PRIMARY KEY (read_model, stream)
);
COMMENT ON TABLE projection_positions IS 'How far this read model has come in each stream; written in one transaction with its rows.';
COMMENT ON COLUMN projection_positions.read_model IS 'Name of the read model.';
COMMENT ON COLUMN projection_positions.stream IS 'Stream of events.';
COMMENT ON COLUMN projection_positions.version IS 'Last version applied.';
COMMENT ON COLUMN projection_positions.state IS 'What the read model must remember of the stream to apply the next event. Nothing personal.';

CREATE TABLE projection_failures (
  read_model VARCHAR(60) NOT NULL,
  stream VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  event_id UUID,
  code VARCHAR(80) NOT NULL,
  attempts INTEGER NOT NULL,
  failed_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (read_model, stream)
);
COMMENT ON TABLE projection_failures IS 'Streams that a read model cannot get past at present. A row goes when the stream moves on.';
COMMENT ON COLUMN projection_failures.read_model IS 'Name of the read model.';
COMMENT ON COLUMN projection_failures.stream IS 'Stream of events.';
COMMENT ON COLUMN projection_failures.version IS 'Version that could not be applied.';
COMMENT ON COLUMN projection_failures.event_id IS 'The event that could not be applied; NULL when it could not even be read.';
COMMENT ON COLUMN projection_failures.code IS 'Stable code of the error, or an SQLSTATE. Never a message: that may quote data.';
COMMENT ON COLUMN projection_failures.attempts IS 'How often it was tried.';
COMMENT ON COLUMN projection_failures.failed_at IS 'When it was last tried.';
