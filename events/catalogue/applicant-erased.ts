import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const ApplicantErased = defineEvent({
  type: 'ApplicantErased',
  summary: 'The subject\'s key is destroyed and the copies are purged: what was sealed can be read by nobody.',
  data: z.strictObject({
    requestVersion: z.int().positive(),
    purged: z.strictObject({ reservations: z.int().nonnegative(), evidence: z.int().nonnegative() }),
  }),
  personal: null,
});
