import { z } from '@hono/zod-openapi';
import { Actor } from '../../events/envelope.ts';
import { ApplicantStatus } from '../../events/status.ts';
import { Code, Decision, DocumentType, RegisterType, ReviewOutcome } from '../../events/vocabulary.ts';

/** Text that every store can keep: well-formed, and no control characters but line ends and tabs. */
const isPlain = (text: string): boolean => text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text);
export const plainText = (min: number, max: number): z.ZodString =>
  z.string().min(min).max(max).refine(isPlain, 'must be plain text without control characters');

export const Uuid = z.uuid().lowercase().openapi({ format: 'uuid' });
export const IdParam = z.object({ id: Uuid });
export const Cursor = plainText(1, 500).optional();
export const Limit = z.coerce.number().int().min(1).max(200).default(50);


export const NewApplicant = z
  .strictObject({
    /** Chosen by the caller, a repetition registers nobody twice. */
    id: Uuid.optional(),
    registerType: RegisterType,
    registrationNumber: plainText(1, 50),
    email: z.email().max(254),
    name: z.strictObject({ surname: plainText(1, 100), givenNames: plainText(0, 100) }).nullable().default(null),
  })
  .openapi('NewApplicant');

export const Recorded = z.object({ id: Uuid, version: z.int() }).openapi('Recorded');

export const StaffView = z
  .object({
    view: z.literal('staff'),
    id: Uuid,
    version: z.int(),
    number: z.int(),
    registerType: RegisterType,
    registeredAt: z.string(),
    status: ApplicantStatus,
    stage: z.string(),
    consent: z.enum(['given', 'withdrawn', 'missing']),
    document: z.object({ version: z.int(), type: DocumentType, expired: z.boolean() }).nullable(),
    selfie: z.object({ version: z.int() }).nullable(),
    decision: z.object({
      version: z.int(),
      outcome: Decision,
      reasons: z.array(z.string()),
      /** Each reason in words, in the same order. */
      explanations: z.array(z.string()),
      notes: z.array(z.string()),
      decidedAt: z.string(),
      by: z.enum(['policy', 'person']),
      published: z.boolean(),
    }).nullable(),
    claimedBy: z.string().nullable(),
    openProposal: z.object({ version: z.int(), outcome: ReviewOutcome, by: z.string() }).nullable(),
    appealOpen: z.boolean(),
    erased: z.boolean(),
  })
  .openapi('StaffView');

export const ApplicantView = z
  .object({
    view: z.literal('applicant'),
    id: Uuid,
    status: z.enum(['STARTED', 'IN_PROGRESS', 'VERIFIED', 'IN_REVIEW', 'NOT_VERIFIED', 'ERASED']),
    message: z.string(),
    /** What the applicant can do now. */
    next: z.array(z.string()),
    mayAppeal: z.boolean(),
    /** What is there already. */
    sent: z.object({ consent: z.enum(['given', 'withdrawn', 'missing']), document: z.boolean(), selfie: z.boolean() }),
  })
  .openapi('ApplicantView');

export const HistoryEvent = z
  .object({
    id: z.string(),
    version: z.int(),
    type: z.string(),
    occurredAt: z.string(),
    recordedAt: z.string(),
    actor: Actor,
    correlationId: z.string(),
    causationId: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    /** Only when asked for; null when there is nothing personal in the event or the applicant is erased. */
    personal: z.record(z.string(), z.unknown()).nullable().optional(),
  })
  .openapi('HistoryEvent');

export const ReviewCaseView = z
  .object({
    id: Uuid,
    number: z.int(),
    registerType: RegisterType,
    reasons: z.array(z.string()),
    since: z.string(),
    claimedBy: z.string().nullable(),
    awaitsSecond: z.boolean(),
    appeal: z.boolean(),
    version: z.int(),
  })
  .openapi('ReviewCase');

export const ApplicantRowView = z
  .object({ id: Uuid, number: z.int(), registerType: RegisterType, status: ApplicantStatus, registeredAt: z.string() })
  .openapi('ApplicantRow');

const judgement = { reason: Code, note: plainText(1, 4000), seenVersion: z.int().positive().max(2 ** 31) };
export const Outcome = z.strictObject({ outcome: ReviewOutcome, ...judgement }).openapi('Outcome');
export const SecondOpinion = z.strictObject({ approve: z.boolean(), ...judgement }).openapi('SecondOpinion');
