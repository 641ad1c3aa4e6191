import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code } from '../vocabulary.ts';

export const ReviewProposalDeclined = defineEvent({
  type: 'ReviewProposalDeclined',
  summary: 'The second person did not approve the proposal; the case is back in the queue.',
  data: z.strictObject({ proposalVersion: z.int().positive(), reason: Code }),
  personal: z.strictObject({ note: z.string().min(1).max(4000) }),
});
