import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code } from '../vocabulary.ts';

export const RetentionHeld = defineEvent({
  type: 'RetentionHeld',
  summary: 'A legal hold: nothing of this applicant may be deleted until it is released.',
  data: z.strictObject({ holdId: z.uuid(), basis: Code }),
  personal: z.strictObject({ note: z.string().max(4000) }),
});
