import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const ConsentRecorded = defineEvent({
  type: 'ConsentRecorded',
  summary: 'The applicant gave, or withdrew, explicit consent to a processing purpose.',
  data: z.strictObject({
    purpose: z.enum(['biometrics']),
    given: z.boolean(),
    /** Which wording the applicant was shown. */
    textVersion: z.string().min(1).max(40),
  }),
  personal: null,
});
