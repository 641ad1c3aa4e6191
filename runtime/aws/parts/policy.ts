import { newestPolicy, policyOf } from '../../../aggregates/policy/policies.ts';
import type { PolicyVersion } from '../../../aggregates/policy/policy.ts';
import { readGroup, settingGroups } from '../settings.ts';

export function openPolicy(): PolicyVersion {
  const settings = readGroup(settingGroups.policy);
  return policyOf(newestPolicy, {
    minSimilarity: settings.KYC_MIN_SIMILARITY,
    livenessRequired: settings.KYC_LIVENESS_REQUIRED,
    maxSnapshotAgeDays: settings.KYC_REGISTER_MAX_AGE_DAYS,
  });
}
