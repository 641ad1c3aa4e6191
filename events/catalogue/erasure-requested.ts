import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code } from '../vocabulary.ts';

export const ErasureRequested = defineEvent({
  type: 'ErasureRequested',
  summary: 'The personal data of this applicant are to be destroyed; recorded before anything is destroyed.',
  data: z.strictObject({ basis: Code }),
  personal: null,
});
