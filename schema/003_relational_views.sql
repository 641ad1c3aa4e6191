-- Views for the usual questions, and what analysts may read.
-- schema: kyc
-- Names are unqualified on purpose: a rebuild runs the same file in a schema beside the live one.

CREATE VIEW funnel_by_day AS
SELECT
  (u.created_at AT TIME ZONE 'UTC')::date AS day,
  u.reg_type,
  count(*) AS registered,
  count(*) FILTER (WHERE EXISTS (SELECT FROM id_documents d WHERE d.user_id = u.id)) AS document_uploaded,
  count(*) FILTER (WHERE EXISTS (SELECT FROM selfies s WHERE s.user_id = u.id)) AS selfie_uploaded,
  count(*) FILTER (WHERE u.kyc_started_at IS NOT NULL) AS started,
  count(*) FILTER (WHERE EXISTS (SELECT FROM kyc_decisions k WHERE k.user_id = u.id)) AS decided,
  count(*) FILTER (WHERE u.status = 'VERIFIED') AS verified,
  count(*) FILTER (WHERE u.status = 'REVIEW') AS in_review,
  count(*) FILTER (WHERE u.status = 'REJECTED') AS rejected
FROM users u
GROUP BY 1, 2;
COMMENT ON VIEW funnel_by_day IS 'How far those who registered on a day (UTC) have come by now, by register.';
COMMENT ON COLUMN funnel_by_day.day IS 'Day of registration, UTC.';
COMMENT ON COLUMN funnel_by_day.reg_type IS 'Register claimed.';
COMMENT ON COLUMN funnel_by_day.registered IS 'Applicants who registered.';
COMMENT ON COLUMN funnel_by_day.document_uploaded IS 'Of these, with an identity document.';
COMMENT ON COLUMN funnel_by_day.selfie_uploaded IS 'Of these, with a selfie.';
COMMENT ON COLUMN funnel_by_day.started IS 'Of these, whose checks were started.';
COMMENT ON COLUMN funnel_by_day.decided IS 'Of these, with a decision of any kind.';
COMMENT ON COLUMN funnel_by_day.verified IS 'Verified at present.';
COMMENT ON COLUMN funnel_by_day.in_review IS 'Waiting for a person at present.';
COMMENT ON COLUMN funnel_by_day.rejected IS 'Rejected at present.';

CREATE VIEW decision_mix AS
SELECT
  (k.decided_at AT TIME ZONE 'UTC')::date AS day,
  u.reg_type,
  k.policy_version,
  k.decision,
  count(*) AS decisions,
  round(count(*) / sum(count(*)) OVER (PARTITION BY (k.decided_at AT TIME ZONE 'UTC')::date, u.reg_type, k.policy_version), 4) AS share
FROM kyc_decisions k JOIN users u ON u.id = k.user_id
GROUP BY 1, 2, 3, 4;
COMMENT ON VIEW decision_mix IS 'Decisions a day, by register, policy and outcome; people''s decisions have no policy.';
COMMENT ON COLUMN decision_mix.day IS 'Day of the decision, UTC.';
COMMENT ON COLUMN decision_mix.reg_type IS 'Register claimed.';
COMMENT ON COLUMN decision_mix.policy_version IS 'Policy that decided; NULL for people.';
COMMENT ON COLUMN decision_mix.decision IS 'Outcome.';
COMMENT ON COLUMN decision_mix.decisions IS 'How many.';
COMMENT ON COLUMN decision_mix.share IS 'Share of the decisions of that day, register and policy, 0 to 1.';

CREATE VIEW time_to_decision AS
WITH first AS (
  SELECT DISTINCT ON (k.user_id) k.user_id, k.decided_at, k.started_at
  FROM kyc_decisions k ORDER BY k.user_id, k.id
), final AS (
  SELECT DISTINCT ON (k.user_id) k.user_id, k.decided_at
  FROM kyc_decisions k WHERE k.decision <> 'MANUAL_REVIEW' ORDER BY k.user_id, k.id
), times AS (
  SELECT
    (first.decided_at AT TIME ZONE 'UTC')::date AS day, u.reg_type,
    extract(epoch FROM first.decided_at - first.started_at) AS checks,
    extract(epoch FROM first.decided_at - u.created_at) AS whole,
    extract(epoch FROM final.decided_at - u.created_at) AS settled
  FROM first JOIN users u ON u.id = first.user_id LEFT JOIN final ON final.user_id = first.user_id
)
SELECT
  day, reg_type, count(*) AS decided,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY checks) AS checks_p50_s,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY checks) AS checks_p95_s,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY whole) AS registered_p50_s,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY whole) AS registered_p95_s,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY settled) AS settled_p50_s,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY settled) AS settled_p95_s
FROM times
GROUP BY day, reg_type;
COMMENT ON VIEW time_to_decision IS 'How long applicants waited, in seconds, by day of the first decision and register.';
COMMENT ON COLUMN time_to_decision.day IS 'Day of the first decision, UTC.';
COMMENT ON COLUMN time_to_decision.reg_type IS 'Register claimed.';
COMMENT ON COLUMN time_to_decision.decided IS 'Applicants whose first decision fell on that day.';
COMMENT ON COLUMN time_to_decision.checks_p50_s IS 'From the start of the checks to the first decision, median.';
COMMENT ON COLUMN time_to_decision.checks_p95_s IS 'The same, 95th percentile.';
COMMENT ON COLUMN time_to_decision.registered_p50_s IS 'From registration to the first decision, median.';
COMMENT ON COLUMN time_to_decision.registered_p95_s IS 'The same, 95th percentile.';
COMMENT ON COLUMN time_to_decision.settled_p50_s IS 'From registration to the first PASS or FAIL, whoever gave it, median; of those that have one.';
COMMENT ON COLUMN time_to_decision.settled_p95_s IS 'The same, 95th percentile.';

CREATE VIEW decision_reasons AS
SELECT (k.decided_at AT TIME ZONE 'UTC')::date AS day, u.reg_type, k.decision, reason, count(*) AS decisions
FROM kyc_decisions k JOIN users u ON u.id = k.user_id CROSS JOIN LATERAL unnest(k.reasons) AS reason
GROUP BY 1, 2, 3, 4;
COMMENT ON VIEW decision_reasons IS 'How often each reason was given, by day, register and outcome. A decision with several counts for each.';
COMMENT ON COLUMN decision_reasons.day IS 'Day of the decision, UTC.';
COMMENT ON COLUMN decision_reasons.reg_type IS 'Register claimed.';
COMMENT ON COLUMN decision_reasons.decision IS 'Outcome.';
COMMENT ON COLUMN decision_reasons.reason IS 'Reason code.';
COMMENT ON COLUMN decision_reasons.decisions IS 'Decisions that gave it.';

CREATE VIEW reviewer_agreement AS
WITH RECURSIVE chain AS (
  SELECT human.id AS human_id, human.replaces_id AS earlier_id FROM kyc_decisions human WHERE human.replaces_id IS NOT NULL
  UNION ALL
  SELECT chain.human_id, earlier.replaces_id FROM chain JOIN kyc_decisions earlier ON earlier.id = chain.earlier_id
  WHERE earlier.replaces_id IS NOT NULL
)
SELECT
  human.decided_by AS reviewer,
  machine.policy_version,
  machine.decision AS machine_decision,
  human.decision AS human_decision,
  count(*) AS cases,
  CASE WHEN machine.decision = 'MANUAL_REVIEW' THEN NULL ELSE machine.decision = human.decision END AS agreed
FROM chain
JOIN kyc_decisions human ON human.id = chain.human_id
JOIN kyc_decisions machine ON machine.id = chain.earlier_id AND machine.policy_version IS NOT NULL
GROUP BY 1, 2, 3, 4;
COMMENT ON VIEW reviewer_agreement IS 'What people decided beside what the policy had decided in the same case.';
COMMENT ON COLUMN reviewer_agreement.reviewer IS 'Opaque handle of the person whose decision it was (the checker, where two were needed).';
COMMENT ON COLUMN reviewer_agreement.policy_version IS 'Policy.';
COMMENT ON COLUMN reviewer_agreement.machine_decision IS 'What the policy decided.';
COMMENT ON COLUMN reviewer_agreement.human_decision IS 'What the person decided.';
COMMENT ON COLUMN reviewer_agreement.cases IS 'How often.';
COMMENT ON COLUMN reviewer_agreement.agreed IS 'Whether the two are the same; NULL where the policy left it open.';

CREATE VIEW documents_expiring AS
SELECT
  d.id AS id_document_id, d.user_id, u.applicant_id, u.reg_type, d.doc_type, d.status, d.expiry_date,
  d.expiry_date - (now() AT TIME ZONE 'UTC')::date AS days_left,
  ARRAY(SELECT r.threshold_days FROM reminders r WHERE r.id_document_id = d.id ORDER BY r.id) AS reminders_sent
FROM id_documents d JOIN users u ON u.id = d.user_id
WHERE d.status IN ('OCR_DONE', 'VERIFIED') AND d.expiry_date IS NOT NULL
  AND d.expiry_date <= (now() AT TIME ZONE 'UTC')::date + 90;
COMMENT ON VIEW documents_expiring IS 'Documents that expire within 90 days, or have and are not marked yet.';
COMMENT ON COLUMN documents_expiring.id_document_id IS 'The document.';
COMMENT ON COLUMN documents_expiring.user_id IS 'Whose.';
COMMENT ON COLUMN documents_expiring.applicant_id IS 'The applicant''s UUID.';
COMMENT ON COLUMN documents_expiring.reg_type IS 'Register claimed.';
COMMENT ON COLUMN documents_expiring.doc_type IS 'Kind of document.';
COMMENT ON COLUMN documents_expiring.status IS 'Where the document stands.';
COMMENT ON COLUMN documents_expiring.expiry_date IS 'Personal. Last day of validity.';
COMMENT ON COLUMN documents_expiring.days_left IS 'Days from today (UTC) to the last day of validity; negative once it has passed.';
COMMENT ON COLUMN documents_expiring.reminders_sent IS 'Reminders that went out: 90, 30, 7.';

-- The tables are the analysts' contract, so personal columns are theirs to read; positions and failures are not.
DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO kyc_analyst', current_schema());
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO kyc_analyst', current_schema());
END
$$;
REVOKE ALL ON projection_positions, projection_failures FROM kyc_analyst;
