-- The planner's statistics quote values (most common ones, bounds of histograms), and nothing takes them back when a person
-- is erased. So none are kept of personal columns.
-- schema: kyc

ALTER TABLE users ALTER COLUMN email SET STATISTICS 0, ALTER COLUMN reg_no SET STATISTICS 0;
ALTER TABLE doc_scans
  ALTER COLUMN textract_json SET STATISTICS 0, ALTER COLUMN parsed_name SET STATISTICS 0,
  ALTER COLUMN parsed_dob SET STATISTICS 0, ALTER COLUMN parsed_expiry SET STATISTICS 0;
ALTER TABLE reg_checks ALTER COLUMN raw_response_json SET STATISTICS 0;
