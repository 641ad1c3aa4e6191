-- The audit trail where no OpenSearch is at hand: full text in PostgreSQL, behind the same port.
-- schema: kyc_audit

COMMENT ON SCHEMA kyc_audit IS 'The audit trail: one entry an event, nothing personal. Can be filled again from the ledger.';

CREATE TABLE audit_entries (
  id TEXT PRIMARY KEY,
  event_id UUID NOT NULL,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL,
  occurred_at TIMESTAMPTZ NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  reasons TEXT[] NOT NULL,
  summary TEXT NOT NULL,
  data JSONB NOT NULL,
  words TSVECTOR NOT NULL
);
CREATE INDEX audit_entries_order_idx ON audit_entries (recorded_at DESC, stream DESC, version DESC);
CREATE INDEX audit_entries_stream_idx ON audit_entries (stream, recorded_at DESC, version DESC);
CREATE INDEX audit_entries_words_idx ON audit_entries USING gin (words);
CREATE INDEX audit_entries_reasons_idx ON audit_entries USING gin (reasons);
CREATE INDEX audit_entries_actor_idx ON audit_entries (actor_id, recorded_at DESC);
COMMENT ON TABLE audit_entries IS 'One entry for each recorded event.';
COMMENT ON COLUMN audit_entries.id IS 'stream:version, so that a replay changes nothing.';
COMMENT ON COLUMN audit_entries.event_id IS 'The event.';
COMMENT ON COLUMN audit_entries.stream IS 'Its stream.';
COMMENT ON COLUMN audit_entries.version IS 'Its version in the stream.';
COMMENT ON COLUMN audit_entries.type IS 'Its type.';
COMMENT ON COLUMN audit_entries.recorded_at IS 'When it was recorded.';
COMMENT ON COLUMN audit_entries.occurred_at IS 'When it happened.';
COMMENT ON COLUMN audit_entries.actor_kind IS 'Who caused it: system, reviewer, applicant or operator.';
COMMENT ON COLUMN audit_entries.actor_id IS 'Opaque handle of who caused it.';
COMMENT ON COLUMN audit_entries.correlation_id IS 'What it belongs to.';
COMMENT ON COLUMN audit_entries.reasons IS 'Reason codes in the event.';
COMMENT ON COLUMN audit_entries.summary IS 'One line in words, nothing personal.';
COMMENT ON COLUMN audit_entries.data IS 'The event''s open data.';
COMMENT ON COLUMN audit_entries.words IS 'The words it can be found by.';
