import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code } from '../vocabulary.ts';

export const FaceMatchFailed = defineEvent({
  type: 'FaceMatchFailed',
  summary: 'No comparison of faces could be had: no face, several faces, no consent, no answer.',
  data: z.strictObject({
    documentVersion: z.int().positive(),
    selfieVersion: z.int().positive(),
    reason: Code,
    matcher: z.string().max(80),
  }),
  personal: null,
});
