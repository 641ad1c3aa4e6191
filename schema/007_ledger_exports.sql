-- Exports of the ledger that are of no single applicant have their place in the access log too.
-- schema: kyc_access

ALTER TABLE access_log ALTER COLUMN applicant DROP NOT NULL, ALTER COLUMN up_to_version DROP NOT NULL;
COMMENT ON COLUMN access_log.applicant IS 'Stream of the applicant whose record it was; NULL for an export of several.';
COMMENT ON COLUMN access_log.up_to_version IS 'Last version of the applicant''s stream that was shown or exported; NULL for an export of several.';
COMMENT ON COLUMN access_log.what IS 'Which part was viewed: status, history, case, evidence, personal; export or ledger for an export.';
COMMENT ON COLUMN access_log.event_id IS 'The event that made this row (RecordViewed, RecordExported or LedgerExported).';
