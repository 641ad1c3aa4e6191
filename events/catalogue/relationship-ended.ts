import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { CalendarDate, Code } from '../vocabulary.ts';

export const RelationshipEnded = defineEvent({
  type: 'RelationshipEnded',
  summary: 'The business relationship ended: the retention period runs (Money Laundering Regulations 2017, reg. 40).',
  data: z.strictObject({
    endedOn: CalendarDate,
    reason: Code,
    /** Day on which the personal data fall due for deletion, by the retention policy in force. */
    dueOn: CalendarDate,
    retentionPolicy: z.string().max(40),
  }),
  personal: null,
});
