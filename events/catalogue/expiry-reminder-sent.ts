import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const ExpiryReminderSent = defineEvent({
  type: 'ExpiryReminderSent',
  summary: 'The applicant was told that the document expires soon.',
  data: z.strictObject({
    documentVersion: z.int().positive(),
    thresholdDays: z.union([z.literal(90), z.literal(30), z.literal(7)]),
    messageId: z.string().max(200),
  }),
  personal: null,
});
