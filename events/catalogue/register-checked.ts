import { z } from 'zod';
import { defineEvent } from '../define.ts';
import {
  CalendarDate, EvidenceRef, NameComparison, PersonName, RegisterOutcome, RegisterType, RegistrationStatus, Sha256,
} from '../vocabulary.ts';

export const RegisterChecked = defineEvent({
  type: 'RegisterChecked',
  summary: 'The register answered, and this is what it said.',
  data: z.strictObject({
    requestId: z.uuid(),
    register: RegisterType,
    /** The provider's run. Answers served from the cache carry the run that filled it, with `:cached:` and the request. */
    runId: z.string().min(1).max(100),
    cached: z.boolean(),
    outcome: RegisterOutcome,
    status: RegistrationStatus.nullable(),
    /** Registered, entitled to practise, unrestricted and of the right profession as of the snapshot date. */
    matchedStatus: z.boolean(),
    /** Register's name against the document's, and against the one the applicant gave. */
    documentName: NameComparison.nullable(),
    claimedName: NameComparison.nullable(),
    snapshotDate: CalendarDate,
    /** The register's whole answer. */
    answer: EvidenceRef,
  }),
  personal: z.strictObject({
    registrationNumber: z.string(),
    registeredName: PersonName.nullable(),
    formerNames: z.array(PersonName),
    /** The register's own words for the status, verbatim. */
    statusWording: z.string().nullable(),
    response: z.record(z.string(), z.json()),
    answerPlainSha256: Sha256,
  }),
});
