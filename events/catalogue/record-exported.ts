import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Sha256, StreamRef } from '../vocabulary.ts';

export const RecordExported = defineEvent({
  type: 'RecordExported',
  summary: 'An applicant\'s record left the house in an export.',
  data: z.strictObject({
    applicant: StreamRef,
    exportId: z.uuid(),
    upToVersion: z.int().nonnegative(),
    personalDataIncluded: z.boolean(),
    manifestSha256: Sha256,
  }),
  personal: null,
});
