import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const ReviewNoted = defineEvent({
  type: 'ReviewNoted',
  summary: 'A reviewer wrote a note on the case.',
  data: z.strictObject({ decisionVersion: z.int().positive().nullable() }),
  personal: z.strictObject({ note: z.string().min(1).max(4000) }),
});
