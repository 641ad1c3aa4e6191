import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Code, RegisterType } from '../vocabulary.ts';

export const RegisterCheckFailed = defineEvent({
  type: 'RegisterCheckFailed',
  summary: 'The register gave no usable answer in time.',
  data: z.strictObject({
    requestId: z.uuid().nullable(),
    /** Version of the KycStarted event this belongs to. */
    startVersion: z.int().positive(),
    register: RegisterType,
    reason: Code,
  }),
  personal: null,
});
