import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code, Decision, RegisterType, Sha256, StreamRef, Timestamp } from '../vocabulary.ts';

export const LedgerExported = defineEvent({
  type: 'LedgerExported',
  summary: 'A part of the ledger left the house as a bag that verifies offline; what it held, and at which tree.',
  data: z.strictObject({
    exportId: z.uuid(),
    /** What was asked for; null where nothing was narrowed down. */
    selection: z.strictObject({
      applicant: StreamRef.nullable(),
      from: Timestamp.nullable(),
      to: Timestamp.nullable(),
      registerType: RegisterType.nullable(),
      decision: Decision.nullable(),
    }),
    /** What it was made for, as a code; null where nobody said. */
    basis: Code.nullable(),
    applicants: z.int().nonnegative(),
    events: z.int().nonnegative(),
    personalDataIncluded: z.boolean(),
    evidenceIncluded: z.boolean(),
    treeSize: z.int().positive(),
    /** The signed note that the bag carries: the next export proves that its tree only adds to this one. */
    checkpoint: z.string().max(20_000),
    manifestSha256: Sha256,
  }),
  personal: null,
  upcasters: [({ data, personal }) => ({ data: { ...data, basis: null }, personal })],
});
