-- What the platform keeps about itself, beside the read models. Read models are thrown away and rebuilt; this is not.
-- schema: kyc_system

COMMENT ON SCHEMA kyc_system IS 'The platform''s own bookkeeping: applied migrations, positions of read models kept elsewhere.';

-- A cluster-wide role may be made by several databases at once.
DO $$
BEGIN
  CREATE ROLE kyc_analyst NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
ALTER ROLE kyc_analyst SET default_transaction_read_only = on;
COMMENT ON ROLE kyc_analyst IS 'Reads the relational tables and views, personal columns included, and nothing else.';

-- So that `SELECT ... FROM users` runs as it stands. Set for this role alone: whoever creates tables keeps his own path.
DO $$
BEGIN
  EXECUTE format('ALTER ROLE kyc_analyst IN DATABASE %I SET search_path = kyc, pg_catalog', current_database());
END
$$;

CREATE TABLE projection_positions (
  read_model VARCHAR(60) NOT NULL,
  stream VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  state JSONB NOT NULL,
  PRIMARY KEY (read_model, stream)
);
COMMENT ON TABLE projection_positions IS 'How far each read model outside PostgreSQL has come in each stream.';
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
