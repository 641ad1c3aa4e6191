import { createRoute, z } from '@hono/zod-openapi';
import { reasonWords } from '../../aggregates/policy/reason-words.ts';
import { reviewReasons, type ReviewReason } from '../../aggregates/policy/review-reasons.ts';
import { ownRecordOnly } from '../access-policy.ts';
import { signedIn } from '../http/authorise.ts';
import { guarded, json, prefix, refusals } from '../http/declare.ts';
import type { RouteContext } from './context.ts';

const Vocabulary = z
  .object({
    /** What the policy and people give as reasons, in words for this caller. */
    reasons: z.array(z.object({ code: z.string(), words: z.string() })),
    /** What a reviewer can choose from; none for others. */
    reviewReasons: z.array(z.object({ code: z.string(), words: z.string(), speaksFor: z.array(z.enum(['PASS', 'FAIL', 'decline'])) })),
    /** How long a case may wait for a person, hours. */
    reviewTargetHours: z.number(),
  })
  .openapi('Vocabulary');

const vocabulary = createRoute({
  method: 'get',
  path: `${prefix}/vocabulary`,
  summary: 'Reason codes with their words, and the target that the age of a case is held against.',
  ...guarded('session'),
  responses: { 200: json('The vocabulary.', Vocabulary), ...refusals },
});

const defaultTargetHours = 24;

export function vocabularyRoutes({ app, deps }: RouteContext): void {
  app.openapi(vocabulary, (c) => {
    const applicant = ownRecordOnly(signedIn(c).role);
    const chosen = Object.entries<ReviewReason>(reviewReasons);
    const reasons = Object.entries(reasonWords).map(([code, words]) => ({ code, words: applicant ? words.applicant : words.reviewer }));
    return c.json({
      reasons: applicant ? reasons : [...reasons, ...chosen.map(([code, { words }]) => ({ code, words }))],
      reviewReasons: applicant ? [] : chosen.map(([code, { words, speaksFor }]) => ({ code, words, speaksFor: [...speaksFor] })),
      reviewTargetHours: deps.settings.reviewTargetHours ?? defaultTargetHours,
    }, 200);
  });
}
