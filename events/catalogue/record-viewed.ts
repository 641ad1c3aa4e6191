import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { StreamRef } from '../vocabulary.ts';

export const RecordViewed = defineEvent({
  type: 'RecordViewed',
  summary: 'Somebody (the actor) looked at an applicant\'s record.',
  data: z.strictObject({
    applicant: StreamRef,
    what: z.enum(['status', 'history', 'case', 'evidence', 'personal']),
    /** Last version of the applicant's stream that was shown. */
    upToVersion: z.int().nonnegative(),
  }),
  personal: null,
});
