import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { RegisterType, Sha256, Timestamp } from '../vocabulary.ts';

export const RegisterCheckRequested = defineEvent({
  type: 'RegisterCheckRequested',
  summary: 'The register was asked; its answer comes by callback, once, before the deadline.',
  data: z.strictObject({
    requestId: z.uuid(),
    /** Version of the KycStarted event this belongs to. */
    startVersion: z.int().positive(),
    register: RegisterType,
    provider: z.string().max(80),
    /** SHA-256 of the one-time token the callback must bring. */
    tokenHash: Sha256,
    deadline: Timestamp,
  }),
  personal: null,
});
