import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { DocumentType, EvidenceRef, Sha256 } from '../vocabulary.ts';

export const IdDocumentUploaded = defineEvent({
  type: 'IdDocumentUploaded',
  summary: 'An image of an identity document arrived and was kept as evidence.',
  data: z.strictObject({
    /** What the applicant says it is. */
    documentType: DocumentType,
    evidence: EvidenceRef,
  }),
  personal: z.strictObject({ plainSha256: Sha256 }),
});
