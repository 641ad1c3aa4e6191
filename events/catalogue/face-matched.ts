import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const FaceMatched = defineEvent({
  type: 'FaceMatched',
  summary: 'The faces on document and selfie were compared; the score says how alike, the policy what follows.',
  data: z.strictObject({
    documentVersion: z.int().positive(),
    selfieVersion: z.int().positive(),
    /** 0 to 1, calibrated. */
    similarity: z.number().min(0).max(1),
    /** The matcher's own measure: Rekognition similarity 0 to 100, or a euclidean distance of descriptors. */
    raw: z.strictObject({ measure: z.enum(['similarity_percent', 'euclidean_distance']), value: z.number() }),
    matcher: z.string().max(80),
    jobId: z.string().max(100),
  }),
  personal: null,
});
