import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { EvidenceRef, Sha256 } from '../vocabulary.ts';

export const SelfieUploaded = defineEvent({
  type: 'SelfieUploaded',
  summary: 'A photograph of the applicant arrived and was kept as evidence.',
  data: z.strictObject({ evidence: EvidenceRef }),
  personal: z.strictObject({ plainSha256: Sha256 }),
});
