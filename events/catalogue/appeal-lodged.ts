import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const AppealLodged = defineEvent({
  type: 'AppealLodged',
  summary: 'The applicant contests a decision; a person decides it anew (UK GDPR articles 22A to 22D).',
  data: z.strictObject({ decisionVersion: z.int().positive() }),
  personal: z.strictObject({ statement: z.string().min(1).max(4000) }),
});
