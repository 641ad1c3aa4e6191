import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const ResultPublished = defineEvent({
  type: 'ResultPublished',
  summary: 'The result went out on its channels.',
  data: z.strictObject({
    /** Version of the DecisionMade or ReviewOverridden event that was published. */
    decisionVersion: z.int().positive(),
    channels: z.array(z.strictObject({
      channel: z.enum(['topic', 'webhook', 'email', 'console']),
      messageId: z.string().max(200),
    })),
  }),
  personal: null,
});
