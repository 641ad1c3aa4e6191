import { z } from 'zod';
import {
  CalendarDate, Code, DocumentType, FieldName, NameComparison, RegisterOutcome, RegisterType, RegistrationStatus,
} from './vocabulary.ts';

export const LivenessOutcome = z.enum(['PASSED', 'FAILED', 'NOT_PERFORMED']);
export type LivenessOutcome = z.infer<typeof LivenessOutcome>;

/** State of the machine-readable zone; `not_applicable` for documents that have none (UK driving licence). */
export const MrzState = z.enum(['valid', 'invalid', 'absent', 'not_applicable']);
export type MrzState = z.infer<typeof MrzState>;

/**
 * Everything a decision may rest on, as it stood when the decision was made, and nothing that names anybody:
 * so a decision can be recomputed, and another policy tried on it, even after the person has been erased.
 */
export const Signals = z.strictObject({
  /** The day the policy judges expiry against. */
  asOf: CalendarDate,
  biometricConsent: z.enum(['given', 'withdrawn', 'missing']),
  document: z.strictObject({
    state: z.enum(['scanned', 'failed', 'missing']),
    failure: Code.nullable(),
    type: DocumentType.nullable(),
    mrz: MrzState.nullable(),
    /** Do the printed fields and the MRZ say the same? null where only one of them could be read. */
    zonesAgree: z.boolean().nullable(),
    /** Fields every document must show (name, birth date, number, expiry) that could not be read. */
    missingFields: z.array(FieldName),
    /** Days from `asOf` to the last day of validity; negative when expired; null when unreadable. */
    daysToExpiry: z.int().nullable(),
    /** Birth and issue dates in the past, in order, and the holder an adult; null when unreadable. */
    datesPlausible: z.boolean().nullable(),
    /** Does the document name the person who registered? null when no name was given or read. */
    claimedName: NameComparison.nullable(),
    usedByAnotherApplicant: z.boolean(),
  }),
  face: z.strictObject({
    state: z.enum(['matched', 'failed', 'missing']),
    failure: Code.nullable(),
    /** 0 to 1, calibrated: 0.5 is where same and different persons are equally likely. */
    similarity: z.number().min(0).max(1).nullable(),
  }),
  liveness: LivenessOutcome.nullable(),
  register: z.strictObject({
    type: RegisterType,
    state: z.enum(['checked', 'failed', 'missing']),
    failure: Code.nullable(),
    outcome: RegisterOutcome.nullable(),
    status: RegistrationStatus.nullable(),
    /** Register's name against the document's. */
    name: NameComparison.nullable(),
    /** Age of the register snapshot in days on `asOf`. */
    snapshotAgeDays: z.int().nullable(),
  }),
});
export type Signals = z.infer<typeof Signals>;

/** What one rule of the policy made of the signals. */
export const RuleOutcome = z.strictObject({
  rule: Code,
  outcome: z.enum(['pass', 'review', 'fail', 'not_applicable']),
  inputs: z.record(z.string(), z.json()),
  threshold: z.json(),
  /** Set for `review` and `fail`. */
  reason: Code.nullable(),
});
export type RuleOutcome = z.infer<typeof RuleOutcome>;

/** The settings a deployment may choose without a new policy version. */
export const PolicySettings = z.strictObject({
  /** Lowest similarity (0 to 1) at which two faces count as the same person. */
  minSimilarity: z.number().min(0).max(1),
  /** Is a passed live capture required? Where only stills are taken it cannot be. */
  livenessRequired: z.boolean(),
  /** Oldest register snapshot (days) that a decision may rest on. */
  maxSnapshotAgeDays: z.int().nonnegative(),
});
export type PolicySettings = z.infer<typeof PolicySettings>;
