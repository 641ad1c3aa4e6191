-- What the HTTP surface keeps: who may come in, who is in, and what was answered to retried requests.
-- schema: kyc_api

COMMENT ON SCHEMA kyc_api IS 'Sign-in links, sessions and idempotency keys of the API. Secrets only as hashes; nothing personal.';

CREATE TABLE sign_in_links (
  token_hash CHAR(64) PRIMARY KEY,
  role VARCHAR(20) NOT NULL,
  subject VARCHAR(100) NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_links_expires_at ON sign_in_links (expires_at);
COMMENT ON TABLE sign_in_links IS 'One-time sign-in links that nobody has used yet; using one deletes it.';
COMMENT ON COLUMN sign_in_links.token_hash IS 'SHA-256 of the token, in hex.';
COMMENT ON COLUMN sign_in_links.role IS 'Role of the session that the link opens.';
COMMENT ON COLUMN sign_in_links.subject IS 'Opaque handle of whoever signs in; for an applicant, the applicant''s id.';
COMMENT ON COLUMN sign_in_links.expires_at IS 'The link works before this moment.';

CREATE TABLE sessions (
  id_hash CHAR(64) PRIMARY KEY,
  role VARCHAR(20) NOT NULL,
  subject VARCHAR(100) NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);
COMMENT ON TABLE sessions IS 'Sessions that are open; signing out deletes one.';
COMMENT ON COLUMN sessions.id_hash IS 'SHA-256 of the session''s secret, in hex.';
COMMENT ON COLUMN sessions.role IS 'What the session may do, by the access policy.';
COMMENT ON COLUMN sessions.subject IS 'Opaque handle of whoever is signed in; becomes the actor of events.';
COMMENT ON COLUMN sessions.expires_at IS 'The session is good before this moment.';

CREATE TABLE idempotency_keys (
  id CHAR(64) PRIMARY KEY,
  fingerprint CHAR(64) NOT NULL,
  locked_until TIMESTAMPTZ NOT NULL,
  keep_until TIMESTAMPTZ NOT NULL,
  status SMALLINT,
  content_type VARCHAR(100),
  body TEXT,
  CONSTRAINT answered_whole CHECK ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (content_type IS NULL))
);
CREATE INDEX idempotency_keys_keep_until ON idempotency_keys (keep_until);
COMMENT ON TABLE idempotency_keys IS 'Requests that came with an Idempotency-Key, and what was answered.';
COMMENT ON COLUMN idempotency_keys.id IS 'SHA-256 of session subject, route and key, in hex.';
COMMENT ON COLUMN idempotency_keys.fingerprint IS 'SHA-256 of the request''s content, in hex.';
COMMENT ON COLUMN idempotency_keys.locked_until IS 'Until then an unanswered request counts as being worked on.';
COMMENT ON COLUMN idempotency_keys.keep_until IS 'The row is forgotten after this moment.';
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status that was answered; null while it is being worked on.';
COMMENT ON COLUMN idempotency_keys.content_type IS 'Media type that was answered.';
COMMENT ON COLUMN idempotency_keys.body IS 'Body that was answered: ids and versions, nothing personal.';
