import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const ReviewClaimed = defineEvent({
  type: 'ReviewClaimed',
  summary: 'A reviewer (the actor) took the case.',
  data: z.strictObject({ decisionVersion: z.int().positive() }),
  personal: null,
});
