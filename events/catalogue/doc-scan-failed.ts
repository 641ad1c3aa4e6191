import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code } from '../vocabulary.ts';

export const DocScanFailed = defineEvent({
  type: 'DocScanFailed',
  summary: 'The document could not be read; a person has to look at it.',
  data: z.strictObject({
    documentVersion: z.int().positive(),
    reader: z.string().max(80),
    reason: Code,
  }),
  personal: null,
});
