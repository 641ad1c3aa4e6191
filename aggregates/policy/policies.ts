import type { PolicySettings } from '../../events/signals.ts';
import { policy202611 } from './2026-11/policy.ts';
import type { PolicyVersion } from './policy.ts';

/** Every version that was ever in use, oldest first. A version is added, never changed and never taken away. */
export const policies = { '2026-11': policy202611 } as const satisfies Record<string, (settings: PolicySettings) => PolicyVersion>;

export const newestPolicy = '2026-11' satisfies keyof typeof policies;

/** For stills. 0.5 is where same and different persons are equally likely; 0.8 leaves a margin on the safe side. */
export const defaultSettings: PolicySettings = { minSimilarity: 0.8, livenessRequired: false, maxSnapshotAgeDays: 7 };

export class UnknownPolicy extends Error {
  override readonly name = 'UnknownPolicy';
  readonly code = 'UNKNOWN_POLICY';
}

/** The policy that decided under `version` and `settings`, to decide again. Throws UnknownPolicy. */
export function policyOf(version: string, settings: PolicySettings = defaultSettings): PolicyVersion {
  const policy = new Map<string, (settings: PolicySettings) => PolicyVersion>(Object.entries(policies)).get(version);
  if (policy === undefined) throw new UnknownPolicy(`There is no policy ${version}`);
  return policy(settings);
}
