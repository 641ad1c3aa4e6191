-- Which revision of its mapping each read model was built with.
-- schema: kyc_system

CREATE TABLE read_models (
  name VARCHAR(60) PRIMARY KEY,
  revision INTEGER NOT NULL,
  built_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE read_models IS 'Read models made of tables: when the code''s revision is another one, a rebuild is due.';
COMMENT ON COLUMN read_models.name IS 'Name of the read model.';
COMMENT ON COLUMN read_models.revision IS 'Revision of the mapping from events to rows that its tables were built with.';
COMMENT ON COLUMN read_models.built_at IS 'When they were begun or last rebuilt.';
