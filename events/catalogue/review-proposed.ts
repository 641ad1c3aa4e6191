import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code, ReviewOutcome } from '../vocabulary.ts';

export const ReviewProposed = defineEvent({
  type: 'ReviewProposed',
  summary: 'A reviewer (the maker) proposed an outcome that a second person has to approve.',
  data: z.strictObject({
    decisionVersion: z.int().positive(),
    outcome: ReviewOutcome,
    reason: Code,
    /** Last version of the stream the maker had on the screen. */
    seenVersion: z.int().positive(),
  }),
  personal: z.strictObject({ note: z.string().min(1).max(4000) }),
});
