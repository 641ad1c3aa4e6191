import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const KycStarted = defineEvent({
  type: 'KycStarted',
  summary: 'Document and selfie are there: the workflow was started on them.',
  data: z.strictObject({
    /** Deterministic, so that starting twice starts once. */
    executionName: z.string().min(1).max(80),
    documentVersion: z.int().positive(),
    selfieVersion: z.int().positive(),
  }),
  personal: null,
});
