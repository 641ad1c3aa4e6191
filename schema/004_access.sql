-- Who looked at whose record: a read model of its own, for auditors.
-- schema: kyc_access

DO $$
BEGIN
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', current_schema(),
    'Who viewed or exported whose record, made from events alone. A rebuild replaces the whole schema.');
END
$$;

CREATE TABLE access_log (
  id TEXT PRIMARY KEY,
  applicant VARCHAR(100) NOT NULL,
  action VARCHAR(20) NOT NULL,
  actor_kind VARCHAR(20) NOT NULL,
  actor_id VARCHAR(100) NOT NULL,
  what VARCHAR(20) NOT NULL,
  up_to_version INTEGER NOT NULL,
  personal_data BOOLEAN NOT NULL,
  export_id UUID,
  at TIMESTAMPTZ NOT NULL,
  event_id UUID NOT NULL
);
CREATE INDEX access_log_applicant_idx ON access_log (applicant, at, id);
CREATE INDEX access_log_at_idx ON access_log (at, id);
CREATE INDEX access_log_actor_idx ON access_log (actor_id, at, id);
COMMENT ON TABLE access_log IS 'Every view and every export of an applicant''s record.';
COMMENT ON COLUMN access_log.id IS 'Stream and version of the event that made the row.';
COMMENT ON COLUMN access_log.applicant IS 'Stream of the applicant whose record it was.';
COMMENT ON COLUMN access_log.action IS 'viewed or exported.';
COMMENT ON COLUMN access_log.actor_kind IS 'reviewer, applicant, operator or system.';
COMMENT ON COLUMN access_log.actor_id IS 'Opaque handle of who it was.';
COMMENT ON COLUMN access_log.what IS 'Which part was viewed: status, history, case, evidence, personal; export for an export.';
COMMENT ON COLUMN access_log.up_to_version IS 'Last version of the applicant''s stream that was shown or exported.';
COMMENT ON COLUMN access_log.personal_data IS 'Were personal data shown or included?';
COMMENT ON COLUMN access_log.export_id IS 'The export; NULL for a view.';
COMMENT ON COLUMN access_log.at IS 'When.';
COMMENT ON COLUMN access_log.event_id IS 'The event that made this row (RecordViewed or RecordExported).';

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
