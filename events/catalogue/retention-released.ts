import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code } from '../vocabulary.ts';

export const RetentionReleased = defineEvent({
  type: 'RetentionReleased',
  summary: 'A legal hold was lifted.',
  data: z.strictObject({ holdId: z.uuid(), basis: Code }),
  personal: z.strictObject({ note: z.string().max(4000) }),
});
