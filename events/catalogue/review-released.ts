import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const ReviewReleased = defineEvent({
  type: 'ReviewReleased',
  summary: 'The reviewer gave the case back to the queue.',
  data: z.strictObject({ decisionVersion: z.int().positive() }),
  personal: null,
});
