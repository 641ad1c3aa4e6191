import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code, Sha256, StreamRef } from '../vocabulary.ts';

export const RecordExported = defineEvent({
  type: 'RecordExported',
  summary: 'An applicant\'s record left the house in an export.',
  data: z.strictObject({
    applicant: StreamRef,
    exportId: z.uuid(),
    upToVersion: z.int().nonnegative(),
    /** What it was made for, as a code; null where nobody said. */
    basis: Code.nullable(),
    personalDataIncluded: z.boolean(),
    manifestSha256: Sha256,
  }),
  personal: null,
  upcasters: [({ data, personal }) => ({ data: { ...data, basis: null }, personal })],
});
