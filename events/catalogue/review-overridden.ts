import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { Actor } from '../envelope.ts';
import { Code, Decision, ReviewOutcome } from '../vocabulary.ts';

export const ReviewOverridden = defineEvent({
  type: 'ReviewOverridden',
  summary: 'A person decided: the outcome in force from now on.',
  data: z.strictObject({
    /** Version of the DecisionMade or ReviewOverridden event that this replaces. */
    decisionVersion: z.int().positive(),
    from: Decision,
    outcome: ReviewOutcome,
    reason: Code,
    /** Last version of the stream the deciding person had on the screen. */
    seenVersion: z.int().positive(),
    /** Who proposed it, where two persons were needed; the checker is the event's actor. */
    maker: Actor.nullable(),
    proposalVersion: z.int().positive().nullable(),
  }),
  personal: z.strictObject({ note: z.string().min(1).max(4000) }),
});
