import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { LivenessOutcome } from '../signals.ts';

export const LivenessChecked = defineEvent({
  type: 'LivenessChecked',
  summary: 'Whether a live person was in front of the camera; NOT_PERFORMED for stills, never a guess.',
  data: z.strictObject({
    selfieVersion: z.int().positive(),
    outcome: LivenessOutcome,
    method: z.enum(['none', 'rekognition_face_liveness']),
    /** 0 to 100, as the service gives it. */
    confidence: z.number().min(0).max(100).nullable(),
    sessionId: z.string().max(100).nullable(),
  }),
  personal: null,
});
