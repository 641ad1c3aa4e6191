import { z } from 'zod';
import { defineEvent } from '../define.ts';

export const IdDocumentExpired = defineEvent({
  type: 'IdDocumentExpired',
  summary: 'The last day of the document\'s validity has passed.',
  data: z.strictObject({ documentVersion: z.int().positive() }),
  personal: null,
});
