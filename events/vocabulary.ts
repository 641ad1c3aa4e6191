import { z } from 'zod';

/** The statutory registers: GMC doctors, GDC dental team, NMC nurses and midwives, GPC (the GPhC) pharmacists. */
export const RegisterType = z.enum(['GMC', 'GDC', 'NMC', 'GPC']);
export type RegisterType = z.infer<typeof RegisterType>;

export const DocumentType = z.enum(['passport', 'driving_licence', 'identity_card', 'residence_permit']);
export type DocumentType = z.infer<typeof DocumentType>;

export const Decision = z.enum(['PASS', 'FAIL', 'MANUAL_REVIEW']);
export type Decision = z.infer<typeof Decision>;

/** A human outcome; a person never decides "manual review". */
export const ReviewOutcome = z.enum(['PASS', 'FAIL']);
export type ReviewOutcome = z.infer<typeof ReviewOutcome>;

/** Calendar date, `YYYY-MM-DD` (ISO 8601). */
export const CalendarDate = z.iso.date();

/** RFC 3339 in UTC with milliseconds, as Date.prototype.toISOString writes it. */
export const Timestamp = z.iso.datetime({ precision: 3 });

/** `applicant-<uuid>`, `access-<uuid>` (who looked at that applicant's record), `exports-ledger`. */
export const StreamRef = z.string().regex(/^[a-z]+(-[0-9a-z]+)+$/).max(100);

/** SHA-256 in lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** HMAC-SHA-256 in lower-case hex under the ledger's lookup key: comparable for equality, not reversible. */
export const KeyedHash = Sha256;

/**
 * A big payload kept beside the event: sealed with the subject's key under `key` in the evidence store.
 * `sha256` is of the sealed bytes, `bytes` their count; the hash of the plain bytes is a personal field.
 */
export const EvidenceRef = z.strictObject({
  key: z.string().min(1).max(300),
  sha256: Sha256,
  bytes: z.int().nonnegative(),
  mediaType: z.string().max(100),
});
export type EvidenceRef = z.infer<typeof EvidenceRef>;

/** A stable machine-readable code: upper snake case. */
export const Code = z.string().regex(/^[A-Z][A-Z0-9_]*$/).max(80);

/** The name of a field of a document, never its value. */
export const FieldName = z.string().regex(/^[a-z][A-Za-z]*$/).max(40);

/** Outcome of a register lookup; unknown wording is `unreadable`, never `clear`. */
export const RegisterOutcome = z.enum(['clear', 'problem', 'not_found', 'name_mismatch', 'unreadable']);
export type RegisterOutcome = z.infer<typeof RegisterOutcome>;

/** The register's status in our vocabulary; the register's own words are kept verbatim beside it. */
export const RegistrationStatus = z.enum([
  'registered',
  'registered_without_licence',
  'provisional',
  'conditions',
  'undertakings',
  'interim_order',
  'warning',
  'suspended',
  'erased',
  'lapsed',
  'unknown',
]);
export type RegistrationStatus = z.infer<typeof RegistrationStatus>;

/** What a comparison of two names rests on. */
export const NameEvidence = z.enum(['exact', 'normalised', 'partial', 'former_name', 'mismatch', 'not_comparable']);
export type NameEvidence = z.infer<typeof NameEvidence>;

/** A name comparison: did it match, on which evidence, and which named rule fired. Never the names themselves. */
export const NameComparison = z.strictObject({
  matched: z.boolean(),
  evidence: NameEvidence,
  rule: Code,
});
export type NameComparison = z.infer<typeof NameComparison>;

export const PersonName = z.strictObject({
  surname: z.string().min(1).max(100),
  givenNames: z.string().max(100),
});
export type PersonName = z.infer<typeof PersonName>;
