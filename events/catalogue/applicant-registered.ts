import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { KeyedHash, PersonName, RegisterType } from '../vocabulary.ts';

export const ApplicantRegistered = defineEvent({
  type: 'ApplicantRegistered',
  summary: 'A healthcare professional asked to be verified.',
  data: z.strictObject({
    /** The applicant's number: assigned once, never reused; row ids of the read models derive from it. */
    number: z.int().positive().max(2 ** 47 - 1),
    registerType: RegisterType,
    emailHash: KeyedHash,
  }),
  personal: z.strictObject({
    email: z.email().max(254),
    registrationNumber: z.string().min(1).max(50),
    name: PersonName.nullable(),
  }),
});
