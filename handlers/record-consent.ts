import { z } from 'zod';
import { Actor } from '../events/envelope.ts';
import { StreamRef } from '../events/vocabulary.ts';
import type { Deps } from './deps.ts';
import { execute, type Refused } from './execute.ts';

const RecordConsent = z.object({
  stream: StreamRef,
  given: z.boolean(),
  textVersion: z.string().min(1).max(40),
  actor: Actor,
  correlationId: z.string().min(1).max(100),
});

/** The answer of a command: recorded, with the stream's version after it, or a refusal as a value. */
export type Answer = { readonly kind: 'done'; readonly version: number } | Refused;

/** Keeps what the applicant said about the processing of their face. */
export async function recordConsent(deps: Deps, input: z.infer<typeof RecordConsent>): Promise<Answer> {
  const { stream, given, textVersion, actor, correlationId } = RecordConsent.parse(input);
  const done = await execute(deps, stream, {
    command: 'record-consent',
    event: { type: 'ConsentRecorded', data: { purpose: 'biometrics', given, textVersion }, personal: null },
  }, { actor, correlationId });
  return done.kind === 'refused' ? done : { kind: 'done', version: done.version };
}
